"""The belegfluss command."""
