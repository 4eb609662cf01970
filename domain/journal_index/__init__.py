"""The journal found again by words, days and counts: derived from it, at a distance."""
