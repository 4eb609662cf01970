"""Documents and what was read from them."""
