"""Rules for when git tracks what only tools write."""
