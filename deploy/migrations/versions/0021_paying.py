"""How runs pay: discounts, instant transfers, booking; what banks know of payees; a run's limit."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_TABLES = """
ALTER TABLE payment_run_wish
    ADD COLUMN discounts jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN is_instant boolean NOT NULL DEFAULT false,
    ADD COLUMN is_batch_booked boolean NOT NULL DEFAULT true;
ALTER TABLE payment_run_item
    ADD COLUMN discount numeric(18, 2) NOT NULL DEFAULT 0,
    ADD COLUMN discount_until date,
    ADD CONSTRAINT ck_payment_run_item_discount
        CHECK (discount >= 0 AND (discount > 0) = (discount_until IS NOT NULL));
CREATE INDEX ix_payment_run_item_invoice ON payment_run_item (tenant_id, invoice_id);
ALTER TABLE tenant ADD COLUMN most_invoices_in_run integer NOT NULL DEFAULT 500
    CONSTRAINT ck_tenant_most_invoices_in_run CHECK (most_invoices_in_run BETWEEN 1 AND 10000);

CREATE TABLE vendor_payee_check (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    name text NOT NULL,
    iban text NOT NULL,
    result text NOT NULL CONSTRAINT ck_vendor_payee_check_result
        CHECK (result IN ('match', 'close_match', 'no_match', 'not_possible')),
    account_name text,
    told_at timestamptz NOT NULL,
    recorded_by uuid,
    CONSTRAINT pk_vendor_payee_check PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_vendor_payee_check_tenant_id_vendor_id_vendor
        FOREIGN KEY (tenant_id, vendor_id) REFERENCES vendor (tenant_id, id)
);
CREATE INDEX ix_vendor_payee_check_vendor ON vendor_payee_check (tenant_id, vendor_id, told_at);
CALL pg_temp.append_only('vendor_payee_check', 'SELECT, INSERT');
"""


def upgrade() -> None:
    """Add columns and tables."""
    begin()
    op.execute(_TABLES)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
