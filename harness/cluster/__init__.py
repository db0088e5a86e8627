"""Many machines: recipes with all their cells, placed on the nodes of a cluster."""
