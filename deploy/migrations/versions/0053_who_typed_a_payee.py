"""Who said to whom an invoice is paid, where no document does; and what is due of old ones."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

# Of cases that were approved before nobody knows any more whether their document names the payee.
_TYPED = """
ALTER TABLE invoice ADD COLUMN payee_typed_by uuid;
DO $$
DECLARE
    tenant uuid;
BEGIN
    FOR tenant IN SELECT tenant_ids() LOOP
        PERFORM set_config('app.tenant_id', tenant::text, true);
        UPDATE invoice i SET payee_typed_by = i.created_by
        WHERE i.tenant_id = tenant AND i.payee_name IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM intent n
            WHERE n.tenant_id = tenant AND n.intent_id = i.intent_id AND n.source = 'review');
    END LOOP;
    PERFORM set_config('app.tenant_id', '', true);
END
$$;
"""


def upgrade() -> None:
    """Keep who typed a payee, and take what was prepaid off where nothing says what is due."""
    begin()
    op.execute(_TYPED)
    replace("invoice_payable")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
