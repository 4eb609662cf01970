"""Pages of words with boxes, whatever they came from, and the values found on them."""
