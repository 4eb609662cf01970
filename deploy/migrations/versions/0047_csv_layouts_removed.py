"""A mapped layout of CSV files may be removed; the audit log keeps what it was."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    begin()
    op.execute("GRANT DELETE ON bank_csv_profile TO belegfluss_app")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
