"""Short sentences in eleven languages and six scripts, and a tokenizer trained on them."""
