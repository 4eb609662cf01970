"""Trains the model that reads pages, on documents whose truth is known."""
