"""From one document to the books, or to the bin."""
