"""Audit events of a transaction are stored by one statement, where each took one of its own."""

from deploy.migrations.objects import begin, replace

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the function; what it stores is the same."""
    begin()
    replace("record_audit")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
