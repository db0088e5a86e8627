"""The suite: what is built around XLM-RoBERTa, trained, saved and loaded."""
