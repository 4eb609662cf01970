"""Movements are looked up by their intent once they have one; an import writes no entry for it."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_INDEX = """
DROP INDEX ix_bank_transaction_intent;
CREATE INDEX ix_bank_transaction_intent ON bank_transaction (tenant_id, intent_id)
    WHERE intent_id IS NOT NULL;
"""


def upgrade() -> None:
    """Leave the movements out that are tied to nothing."""
    begin()
    op.execute(_INDEX)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
