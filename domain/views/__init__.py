"""Reading: one file per resource, functions from a session to values."""
