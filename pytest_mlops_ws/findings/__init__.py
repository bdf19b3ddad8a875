"""What is known of a rule, and what becomes of a finding: selected, excused, known, reported."""
