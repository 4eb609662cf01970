"""From a raw message to the documents in it."""
