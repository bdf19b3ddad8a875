"""Rules for when workspaces lie in one another, by their place or by links."""
