"""Rules for what DVC's files say."""
