"""Keys of the earlier invoices that a reading names, so that one of them, come late, is known."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

# A row for each: under row-level security no index on an array of them is used. The key of the
# table is the index.
_TABLE = """
CREATE TABLE named_invoice (
    tenant_id uuid NOT NULL,
    number_key text NOT NULL,
    document_id uuid NOT NULL,
    version integer NOT NULL,
    place integer NOT NULL,
    PRIMARY KEY (tenant_id, number_key, document_id, version),
    FOREIGN KEY (tenant_id, document_id, version)
        REFERENCES extraction (tenant_id, document_id, version)
);
CALL pg_temp.append_only('named_invoice', 'SELECT, INSERT');
"""
_STORED_BEFORE = """
DO $$
DECLARE
    tenant uuid;
BEGIN
    FOR tenant IN SELECT tenant_ids() LOOP
        PERFORM set_config('app.tenant_id', tenant::text, true);
        INSERT INTO named_invoice (tenant_id, number_key, document_id, version, place)
        SELECT e.tenant_id, k.key, e.document_id, e.version, k.place
        FROM extraction e CROSS JOIN LATERAL named_keys(e.fields) k
        WHERE e.tenant_id = tenant;
    END LOOP;
    PERFORM set_config('app.tenant_id', '', true);
END
$$;
"""


def upgrade() -> None:
    """Add the table, filled from what was read before."""
    begin()
    op.execute(_TABLE)
    replace("named_keys", "keep_named")
    op.execute(_STORED_BEFORE)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
