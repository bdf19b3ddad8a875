"""Rules that say what was not compared, so that silence about it is no verdict."""
