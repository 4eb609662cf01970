"""An index of the items of a mail: two forms of one invoice in it are held against each other."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

_INDEX = """
CREATE INDEX ix_inbox_item_mail ON inbox_item (tenant_id, mail_id) WHERE mail_id IS NOT NULL;
"""


def upgrade() -> None:
    """Add the index."""
    begin()
    op.execute(_INDEX)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
