"""Movements that are tied together are noted together."""

from deploy.migrations.objects import begin, replace

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Look once for the transactions of all movements and all items of a statement."""
    begin()
    replace("note_tied", "note_settled")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
