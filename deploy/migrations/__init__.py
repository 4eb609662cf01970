"""Alembic: one change per file; roles, policies and triggers included."""
