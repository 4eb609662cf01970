"""Numbers of open items without their form: what is owed already is found by an index."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

# The index begins as that of the partners did, which it takes the place of.
_NUMBERS = """
ALTER TABLE open_item
    ADD COLUMN number_key text GENERATED ALWAYS AS (number_key(document_number)) STORED;
CREATE INDEX ix_open_item_number_key ON open_item (tenant_id, partner_id, number_key)
    WHERE partner_id IS NOT NULL;
DROP INDEX ix_open_item_partner;
"""


def upgrade() -> None:
    """Add the keys and their index."""
    begin()
    op.execute(_NUMBERS)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
