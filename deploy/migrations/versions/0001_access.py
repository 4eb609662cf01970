"""Schema of access."""

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
