"""One typed sender per workflow; what api and mailroom call."""
