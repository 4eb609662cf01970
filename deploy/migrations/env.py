"""Alembic's entry: migrate on the connection that run.py hands over."""

from alembic import context

from domain.database.table import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
