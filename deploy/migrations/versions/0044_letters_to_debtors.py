"""Where a customer gets mail, and where a letter to a debtor was sent."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_COLUMNS = """
ALTER TABLE customer ADD COLUMN email text;
ALTER TABLE dunning_notice ADD COLUMN mailed_to text;
ALTER TABLE letter DROP CONSTRAINT ck_letter_recipient;
ALTER TABLE letter ADD CONSTRAINT ck_letter_recipient
    CHECK ((kind IN ('contact', 'dunning')) = (recipient_id IS NULL));
"""


def upgrade() -> None:
    """Build."""
    begin()
    op.execute(_COLUMNS)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
