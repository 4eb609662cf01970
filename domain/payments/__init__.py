"""Payment runs and the transfers in them."""
