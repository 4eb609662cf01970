"""Builds resources, registers workflows and activities, runs them."""
