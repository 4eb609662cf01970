"""Tax codes that the charts lacked, for every tenant."""

from alembic import op

from deploy.migrations.charts import complete

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the system codes of today's charts."""
    complete(op.get_bind())


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
