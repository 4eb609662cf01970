"""Figures derived from the books."""
