"""An invoice owes its total rounded as it is to be paid (BT-114)."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is rounded is part of what is tied, of what remains and of what is paid."""
    begin()
    op.execute("ALTER TABLE invoice ADD COLUMN rounding_amount numeric(18, 2)")
    replace("payable_of", "tie_invoice", "invoice_state", "invoice_payable")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
