"""Measures the product on documents whose content is known."""
