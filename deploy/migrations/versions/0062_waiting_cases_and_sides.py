"""What places a case in its queue is a column, and a partner's items are found by their side."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

# Generated, as the keys are: nobody forgets them, and what waits has them at once. To read them out
# of each document again took longer than all else that the page of a case does.
_PLACES = """
ALTER TABLE review_case
    ADD COLUMN urgency smallint GENERATED ALWAYS AS (CASE
        WHEN queue_state IN ('approved', 'rejected') THEN 4
        WHEN queue_state IN ('exception', 'posting_failed') THEN 0
        WHEN findings @? '$[*] ? (@.severity == "blocking" && @.answer == null)' THEN 0
        WHEN validation_issues @? '$[*] ? (@.code == "MISSING_FIELD")' THEN 0
        WHEN findings @? '$[*] ? (@.severity == "warning" && @.answer == null)' THEN 1
        WHEN findings @? '$[*] ? (@.severity == "hint" && @.answer == null)' THEN 2
        ELSE 3 END) STORED,
    ADD COLUMN due_date text GENERATED ALWAYS AS (normalized_invoice ->> 'due_date') STORED,
    ADD COLUMN discount_days jsonb GENERATED ALWAYS AS (jsonb_path_query_array(
        normalized_invoice, '$.terms[*] ? (@.kind == "discount").due_date')) STORED;
"""
# Of a partner only what stands on the rarer side is asked for, among all that was ever paid.
_SIDES = """
CREATE INDEX ix_open_item_partner ON open_item (tenant_id, partner_id, number_key, side)
    WHERE partner_id IS NOT NULL;
DROP INDEX ix_open_item_number_key;
ALTER INDEX ix_open_item_partner RENAME TO ix_open_item_number_key;
"""


def upgrade() -> None:
    """Add the columns, and the side to the index."""
    begin()
    op.execute(_PLACES)
    op.execute(_SIDES)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
