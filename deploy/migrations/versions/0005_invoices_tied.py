"""Each invoice tied to the open item of its intent, one to one."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COLUMN = """
DROP TRIGGER IF EXISTS cover_invoice ON invoice;
DROP FUNCTION IF EXISTS cover_invoice();
ALTER TABLE invoice DROP COLUMN covered;
ALTER TABLE invoice ADD COLUMN open_item_id uuid;
"""
# Of several invoices over one intent the first that was stored is tied. What fits no item is a
# draft: it keeps its intent as it was said, and nothing is owed of it until it gets another one.
_TIES = """
DO $$
DECLARE
    tenant uuid;
BEGIN
    FOR tenant IN SELECT tenant_ids() LOOP
        PERFORM set_config('app.tenant_id', tenant::text, true);
        UPDATE invoice i SET open_item_id = tied.item
        FROM (
            SELECT DISTINCT ON (found.item) found.id, found.item
            FROM (
                SELECT n.id, n.created_at, payable_of(
                    n.tenant_id, n.intent_id, n.vendor_id, n.total_gross, n.currency) AS item
                FROM invoice n WHERE n.tenant_id = tenant AND n.intent_id IS NOT NULL) found
            WHERE found.item IS NOT NULL
            ORDER BY found.item, found.created_at, found.id) tied
        WHERE i.tenant_id = tenant AND i.id = tied.id
          AND NOT EXISTS (
              SELECT 1 FROM invoice e
              WHERE e.tenant_id = tenant AND e.intent_id = i.intent_id
                AND (e.created_at, e.id) < (i.created_at, i.id)
                AND payable_of(e.tenant_id, e.intent_id, e.vendor_id, e.total_gross, e.currency)
                    IS NOT NULL);
    END LOOP;
    PERFORM set_config('app.tenant_id', '', true);
END
$$;
"""
_KEYS = """
ALTER TABLE invoice ADD FOREIGN KEY (tenant_id, open_item_id)
    REFERENCES open_item (tenant_id, open_item_id);
CREATE UNIQUE INDEX uq_invoice_open_item ON invoice (tenant_id, open_item_id);
CREATE UNIQUE INDEX uq_invoice_tied_intent ON invoice (tenant_id, intent_id)
    WHERE open_item_id IS NOT NULL;
"""


def upgrade() -> None:
    """Tie what is there, and let the database tie what comes."""
    begin()
    op.execute(_COLUMN)
    replace("payable_of")
    op.execute(_TIES)
    op.execute(_KEYS)
    replace("tie_invoice", "invoices_maybe_open")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
