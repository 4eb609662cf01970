"""What reports need: the state of the books at any instant."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.execute("CREATE INDEX ix_intent_created_at ON intent (tenant_id, created_at)")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
