"""Where movements come from is asked once for all rows of a statement instead of for each."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_ORIGIN = """
ALTER TABLE bank_transaction
    DROP CONSTRAINT bank_transaction_tenant_id_bank_account_id_fkey,
    DROP CONSTRAINT bank_transaction_tenant_id_batch_id_fkey;
CALL pg_temp.never_removed('bank_account');
"""


def upgrade() -> None:
    """Replace two foreign keys by one question, and keep what it asks for from being removed."""
    begin()
    op.execute(_ORIGIN)
    replace("movement_origin")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
