"""From a statement file to the movements in it."""
