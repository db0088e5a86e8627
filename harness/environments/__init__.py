"""Several environments: the table, making them, crossing them, bisecting them."""
