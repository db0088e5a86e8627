"""Random small models, round-tripped: what is drawn, its source, its script, and what is known already."""
