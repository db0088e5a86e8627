"""Runs that are interrupted at random moments: what is left, and whether the next run works."""
