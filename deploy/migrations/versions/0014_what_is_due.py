"""Invoices say what is due, how and to whom; payees that people accepted; exchange rates."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLES = """
ALTER TABLE invoice
    ADD COLUMN prepaid_amount numeric(18, 2),
    ADD COLUMN amount_due numeric(18, 2),
    ADD COLUMN payment_method text,
    ADD COLUMN payee_name text,
    ADD COLUMN payee_iban text,
    ADD COLUMN payee_bic text,
    ADD COLUMN payment_terms jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN fx_rate numeric(20, 10),
    ADD COLUMN fx_rate_date date,
    ADD COLUMN fx_rate_source text;

CREATE TABLE vendor_payee (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    name text NOT NULL,
    iban text,
    bic text,
    is_accepted boolean NOT NULL,
    reason text,
    decided_by uuid,
    decided_at timestamptz NOT NULL,
    CONSTRAINT pk_vendor_payee PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_vendor_payee_tenant_id_vendor_id_vendor
        FOREIGN KEY (tenant_id, vendor_id) REFERENCES vendor (tenant_id, id)
);
CREATE INDEX ix_vendor_payee_vendor ON vendor_payee (tenant_id, vendor_id, decided_at);
CALL pg_temp.append_only('vendor_payee', 'SELECT, INSERT');

CREATE TABLE exchange_rate (
    tenant_id uuid NOT NULL,
    currency varchar(3) NOT NULL,
    rate_date date NOT NULL,
    rate numeric(20, 10) NOT NULL CONSTRAINT ck_exchange_rate_rate_positive CHECK (rate > 0),
    source varchar(10) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_exchange_rate PRIMARY KEY (tenant_id, currency, rate_date),
    CONSTRAINT fk_exchange_rate_tenant_id_tenant FOREIGN KEY (tenant_id) REFERENCES tenant (id)
);
CALL pg_temp.append_only('exchange_rate', 'SELECT, INSERT');
"""


def upgrade() -> None:
    """Add the columns and tables."""
    begin()
    op.execute(_TABLES)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
