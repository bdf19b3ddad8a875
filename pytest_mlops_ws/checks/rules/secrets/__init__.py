"""Rules for when a manifest may hold a secret."""
