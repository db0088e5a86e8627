"""The ways in: check(), pytest, the command line."""
