"""Rules for when a manifest names a place on a disk."""
