"""The life of workspaces: made, found, changed, activated, deleted and restored."""
