"""From the request to lock a period to the seal."""
