"""From a document to a review case to an approved invoice."""
