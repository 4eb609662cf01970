"""Steps that touch the world, each one transaction and safe to repeat."""
