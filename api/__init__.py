"""HTTP and SMTP in, answers out. Translates and decides nothing."""
