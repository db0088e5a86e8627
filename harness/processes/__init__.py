"""Agents: each job in a child of its own, and how it ended."""
