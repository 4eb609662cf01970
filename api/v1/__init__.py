"""One router per path."""
