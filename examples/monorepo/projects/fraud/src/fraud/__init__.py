"""Hold back card transactions that look like fraud: a gradient-boosted classifier."""
