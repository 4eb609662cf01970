"""SQLModel rows: one file per area. Rows, rules and wire models are three classes."""
