"""Who may do what: people, keys, scopes, tokens."""
