"""What a change made other than it was: results held against those of a base, or against a baseline."""
