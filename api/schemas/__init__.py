"""Wire models; types.py holds money on the wire."""
