"""Cells become jobs, worked ahead."""
