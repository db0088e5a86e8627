"""Records with seeded damage: reading, inspecting and judging them ends in a sentence or a verdict."""
