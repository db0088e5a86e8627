"""Which cells there are, and what is expected of them."""
