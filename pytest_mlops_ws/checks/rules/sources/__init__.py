"""Rules for when a project's code names something, or cannot be read."""
