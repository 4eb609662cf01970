"""One document, read because somebody asked."""
