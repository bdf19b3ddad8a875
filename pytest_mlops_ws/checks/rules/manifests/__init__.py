"""Rules for when a manifest stands where, is called as, or says what none should."""
