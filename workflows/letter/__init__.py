"""One letter to one person, tried until the relay has taken it."""
