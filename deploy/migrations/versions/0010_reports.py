"""What reports need."""

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
