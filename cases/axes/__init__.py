"""The axes of the matrix: backbones, heads, losses, optimizers, precisions. Recipes put a value of each together."""
