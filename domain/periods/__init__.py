"""Periods, lock requests and the closing proof."""
