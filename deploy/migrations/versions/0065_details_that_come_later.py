"""Movements whose details came with a later file remember which import said last what they are."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

_COLUMN = """
ALTER TABLE bank_transaction
    ADD COLUMN last_batch_id uuid,
    ADD CONSTRAINT fk_bank_transaction_last_batch
        FOREIGN KEY (tenant_id, last_batch_id) REFERENCES bank_import (tenant_id, id);
"""


def upgrade() -> None:
    """Add the column; no movement has had details of another file so far."""
    begin()
    op.execute(_COLUMN)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
