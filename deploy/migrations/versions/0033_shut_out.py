"""People know when somebody last shut them out."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the instant."""
    begin()
    op.execute("ALTER TABLE app_user ADD COLUMN shut_out_at timestamptz")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
