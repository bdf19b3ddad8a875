"""Isolation at run time: who wrote, read or connected where, and who had laid the trap."""
