"""Messages of a foreign mailbox become arrivals."""
