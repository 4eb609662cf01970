"""Opening balances and tax codes."""

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
