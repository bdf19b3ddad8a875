"""Find customers about to leave, from what they write: a text pipeline."""
