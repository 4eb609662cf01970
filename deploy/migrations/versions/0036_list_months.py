"""How many rows lists have in each month, and which invoices are tied to nothing."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_MONTHS = """
CREATE TABLE list_month (
    tenant_id uuid NOT NULL,
    list text NOT NULL,
    scope uuid NOT NULL,
    part text NOT NULL,
    month date NOT NULL,
    rows bigint NOT NULL,
    CONSTRAINT pk_list_month PRIMARY KEY (tenant_id, list, scope, part, month)
);
CALL pg_temp.isolate('list_month', 'SELECT, INSERT, UPDATE');
"""

# What is there is counted anew by the triggers' own words: tied and untied invoices are parts now,
# and outgoing invoices are counted by type. Row security holds for the owner, too.
_COUNT = """
DO $$
DECLARE
    one record;
    nobody CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    FOR one IN SELECT id FROM tenant LOOP
        PERFORM set_config('app.tenant_id', one.id::text, true);
        DELETE FROM list_change WHERE list IN ('invoice', 'outgoing_invoice');
        DELETE FROM list_count WHERE list IN ('invoice', 'outgoing_invoice');
        INSERT INTO list_count (tenant_id, list, scope, part, day, rows)
        SELECT tenant_id, 'invoice', nobody,
            CASE WHEN open_item_id IS NULL THEN 'untied' ELSE 'tied' END, invoice_date, count(*)
        FROM invoice GROUP BY 1, 4, 5
        UNION ALL
        SELECT tenant_id, 'outgoing_invoice', nobody,
            type || CASE WHEN open_item_id IS NULL THEN ' untied' ELSE ' tied' END, invoice_date,
            count(*)
        FROM outgoing_invoice GROUP BY 1, 4, 5;
        INSERT INTO list_month (tenant_id, list, scope, part, month, rows)
        SELECT tenant_id, list, scope, part, date_trunc('month', day)::date, sum(rows)
        FROM list_count GROUP BY 1, 2, 3, 4, 5;
    END LOOP;
    PERFORM set_config('app.tenant_id', '', true);
END
$$;
"""

_INDEXES = """
DROP INDEX ix_invoice_untied;
CREATE INDEX ix_invoice_untied ON invoice (tenant_id, invoice_date DESC, created_at DESC, id)
    WHERE open_item_id IS NULL;
"""


def upgrade() -> None:
    """Count by months what is counted by days; ask for the chain of a reversal that has one."""
    begin()
    op.execute(_MONTHS)
    op.execute(_COUNT)
    op.execute(_INDEXES)
    replace("count_listed", "invoice_state", "outgoing_invoice_state", "invoice_payable")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
