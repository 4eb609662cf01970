"""Bytes to plain records of their own, and back; lxml lives here."""
