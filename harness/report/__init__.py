"""What came of a run: results, tables."""
