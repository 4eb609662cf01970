"""Transactions: categories and what is kept of each."""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
