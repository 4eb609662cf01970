"""Items of a payment run that are paid together, and how a run is to pay its invoices."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TABLES = """
ALTER TABLE payment_run_item ADD COLUMN transfer integer;
ALTER TABLE payment_run_item DROP CONSTRAINT ck_payment_run_item_amount;
ALTER TABLE payment_run_item ADD CONSTRAINT ck_payment_run_item_amount CHECK (amount <> 0);
CREATE TABLE payment_run_wish (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    run_id uuid NOT NULL,
    nets_credit_notes boolean NOT NULL,
    amounts jsonb NOT NULL,
    PRIMARY KEY (tenant_id, run_id)
);
CALL pg_temp.append_only('payment_run_wish', 'SELECT, INSERT');
"""
# So far each invoice was a transfer of its own.
_NUMBERED = """
DO $$
DECLARE
    tenant uuid;
BEGIN
    FOR tenant IN SELECT tenant_ids() LOOP
        PERFORM set_config('app.tenant_id', tenant::text, true);
        UPDATE payment_run_item SET transfer = position WHERE tenant_id = tenant;
    END LOOP;
    PERFORM set_config('app.tenant_id', '', true);
END
$$;
ALTER TABLE payment_run_item ALTER COLUMN transfer SET NOT NULL;
"""


def upgrade() -> None:
    """Number the transfers."""
    begin()
    op.execute(_TABLES)
    op.execute(_NUMBERED)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
