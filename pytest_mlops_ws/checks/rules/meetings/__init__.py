"""Rules for when two projects claim the same thing, or one inside the other's."""
