"""Keys by which an invoice is found again, however it is spelt or sent."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Generated, so that nobody forgets them and what is there has them at once. The operators behind
# them are equality of text: others may not use an index under row-level security.
_COLUMNS = """
ALTER TABLE invoice
    ADD COLUMN number_key text GENERATED ALWAYS AS (number_key(invoice_number)) STORED;
CREATE INDEX ix_invoice_number_key ON invoice (tenant_id, vendor_id, number_key);
CREATE INDEX ix_invoice_vendor_day ON invoice (tenant_id, vendor_id, invoice_date);
ALTER TABLE review_case
    ADD COLUMN page_hash text
        CONSTRAINT ck_review_case_page_hash CHECK (page_hash ~ '^[0-9a-f]{16}$'),
    ADD COLUMN number_key text
        GENERATED ALWAYS AS (number_key(normalized_invoice ->> 'invoice_number')) STORED,
    ADD COLUMN sum_key text GENERATED ALWAYS AS (
        (normalized_invoice ->> 'invoice_date') || ' '
        || round((normalized_invoice ->> 'total_gross')::numeric, 2)::text) STORED,
    ADD COLUMN page_band_1 text
        GENERATED ALWAYS AS (nullif(substr(page_hash, 1, 4), '0000')) STORED,
    ADD COLUMN page_band_2 text
        GENERATED ALWAYS AS (nullif(substr(page_hash, 5, 4), '0000')) STORED,
    ADD COLUMN page_band_3 text
        GENERATED ALWAYS AS (nullif(substr(page_hash, 9, 4), '0000')) STORED,
    ADD COLUMN page_band_4 text
        GENERATED ALWAYS AS (nullif(substr(page_hash, 13, 4), '0000')) STORED;
CREATE INDEX ix_review_case_number_key ON review_case (tenant_id, number_key);
CREATE INDEX ix_review_case_sum_key ON review_case (tenant_id, sum_key);
CREATE INDEX ix_review_case_page_band_1 ON review_case (tenant_id, page_band_1);
CREATE INDEX ix_review_case_page_band_2 ON review_case (tenant_id, page_band_2);
CREATE INDEX ix_review_case_page_band_3 ON review_case (tenant_id, page_band_3);
CREATE INDEX ix_review_case_page_band_4 ON review_case (tenant_id, page_band_4);
"""


def upgrade() -> None:
    """Add the keys; what was read before has no picture of its page."""
    begin()
    replace("number_key")
    op.execute(_COLUMNS)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
