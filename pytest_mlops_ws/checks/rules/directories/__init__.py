"""Rules for when a directory that a manifest names is missing, elsewhere, or another's too."""
