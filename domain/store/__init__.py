"""Writing: one file per area, functions in a session that the caller commits."""
