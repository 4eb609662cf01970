"""How many rows lists have on each day, and what finds a page of invoices and movements."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE list_count (
    tenant_id uuid NOT NULL,
    list text NOT NULL,
    scope uuid NOT NULL,
    part text NOT NULL,
    day date NOT NULL,
    rows bigint NOT NULL,
    CONSTRAINT pk_list_count PRIMARY KEY (tenant_id, list, scope, part, day)
);
CALL pg_temp.isolate('list_count', 'SELECT, INSERT, UPDATE');

CREATE TABLE list_change (
    tenant_id uuid NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    list text NOT NULL,
    scope uuid NOT NULL,
    part text NOT NULL,
    day date NOT NULL,
    rows bigint NOT NULL,
    CONSTRAINT pk_list_change PRIMARY KEY (tenant_id, id)
);
CALL pg_temp.isolate('list_change', 'SELECT, INSERT, DELETE');
CALL pg_temp.visible_to_owner('list_change');
"""

# What is there is counted by the triggers' own words; row security holds for the owner, too.
_COUNT = """
DO $$
DECLARE
    one record;
    nobody CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    FOR one IN SELECT id FROM tenant LOOP
        PERFORM set_config('app.tenant_id', one.id::text, true);
        INSERT INTO list_count (tenant_id, list, scope, part, day, rows)
        SELECT tenant_id, 'inbox_item', nobody, status,
            (created_at AT TIME ZONE 'UTC')::date, count(*)
        FROM inbox_item GROUP BY 1, 4, 5
        UNION ALL
        SELECT tenant_id, 'review_case', nobody, queue_state,
            (created_at AT TIME ZONE 'UTC')::date, count(*)
        FROM review_case GROUP BY 1, 4, 5
        UNION ALL
        SELECT tenant_id, 'ingestion_log', nobody, outcome,
            (received_at AT TIME ZONE 'UTC')::date, count(*)
        FROM ingestion_log GROUP BY 1, 4, 5
        UNION ALL
        SELECT tenant_id, 'invoice', nobody, '', invoice_date, count(*)
        FROM invoice GROUP BY 1, 5
        UNION ALL
        SELECT tenant_id, 'bank_transaction', bank_account_id, status, tx_date, count(*)
        FROM bank_transaction GROUP BY 1, 3, 4, 5;
    END LOOP;
    PERFORM set_config('app.tenant_id', '', true);
END
$$;
"""

_INDEXES = """
CREATE INDEX ix_invoice_untied ON invoice (tenant_id, invoice_date) WHERE open_item_id IS NULL;
DROP INDEX ix_bank_transaction_status;
CREATE INDEX ix_bank_transaction_status ON bank_transaction (tenant_id, status, tx_date);
CREATE INDEX ix_bank_transaction_day ON bank_transaction
    (tenant_id, tx_date DESC, created_at DESC, position, id);
DROP INDEX ix_invoice_date;
CREATE INDEX ix_invoice_date ON invoice (tenant_id, invoice_date DESC, created_at DESC, id);
"""


def upgrade() -> None:
    """Count what is there, then whatever comes."""
    begin()
    op.execute(_TABLES)
    op.execute(_COUNT)
    op.execute(_INDEXES)
    replace("count_listed", "lists_behind")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
