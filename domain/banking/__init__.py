"""Bank transactions and how they are reconciled."""
