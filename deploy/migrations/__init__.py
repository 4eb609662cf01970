"""The schema: its baseline by area, and forward only from there; roles and policies included."""
