"""Statements that came by mail are in the inbox, with the import that they began."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Name the import; documents have none."""
    op.execute("ALTER TABLE inbox_item ADD COLUMN statement_batch_id uuid")
    op.execute(
        "ALTER TABLE inbox_item ADD FOREIGN KEY (tenant_id, statement_batch_id)"
        " REFERENCES bank_import (tenant_id, id)"
    )
    op.execute(
        "CREATE INDEX ix_inbox_item_statement ON inbox_item (tenant_id, statement_batch_id)"
        " WHERE statement_batch_id IS NOT NULL"
    )


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
