"""The subject that records name: "cases.recipes:subject" stays, wherever recipes are made."""

from cases.axes.recipes import subject

__all__ = ["subject"]
