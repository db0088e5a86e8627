"""Stand-alone scripts, which need nothing of the harness: of a fault, and of a way that keeps a model."""
