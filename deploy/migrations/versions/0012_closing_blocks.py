"""What a closing keeps of its tree, so that one entry is proven without reading the month."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.execute("ALTER TABLE closing ADD COLUMN blocks bytea")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
