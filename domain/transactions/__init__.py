"""Income, expenses and transfers: the simple form of a booking."""
