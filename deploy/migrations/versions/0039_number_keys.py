"""Numbers are one whether a sign stands behind a zero, or a letter that looks like one, or not."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

# A generated column is computed anew only where it is made anew.
_COLUMNS = """
ALTER TABLE invoice DROP COLUMN number_key;
ALTER TABLE invoice
    ADD COLUMN number_key text GENERATED ALWAYS AS (number_key(invoice_number)) STORED;
CREATE INDEX ix_invoice_number_key ON invoice (tenant_id, vendor_id, number_key);
ALTER TABLE review_case DROP COLUMN number_key;
ALTER TABLE review_case ADD COLUMN number_key text
    GENERATED ALWAYS AS (number_key(normalized_invoice ->> 'invoice_number')) STORED;
CREATE INDEX ix_review_case_number_key ON review_case (tenant_id, number_key);
"""


def upgrade() -> None:
    """Compute the keys anew."""
    begin()
    replace("number_key")
    op.execute(_COLUMNS)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
