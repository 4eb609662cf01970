"""${message}."""

from deploy.migrations.objects import begin

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    begin()


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
