"""Who may do what: scopes, roles, tokens."""
