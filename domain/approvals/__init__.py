"""Who approves what: the tenant's policy, its versions, and what it says of a document."""
