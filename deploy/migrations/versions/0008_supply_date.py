"""The day of supply is kept with an intent."""

from alembic import op

from deploy.migrations.objects import replace

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Intents before it keep no day of supply, and their hashes stay."""
    op.execute("ALTER TABLE intent ADD COLUMN IF NOT EXISTS supply_date date")
    replace("post_intents")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
