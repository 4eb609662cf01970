"""Customers, outgoing invoices tied to their open items, and both ledgers seen as one."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE customer (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL,
    number integer NOT NULL CONSTRAINT ck_customer_number CHECK (number BETWEEN 10000 AND 69998),
    name text NOT NULL CONSTRAINT ck_customer_name CHECK (length(name) BETWEEN 1 AND 255),
    name_key text NOT NULL,
    tax_id text,
    vat_id text,
    iban text,
    bic text,
    street text,
    zip text,
    city text,
    country text,
    default_account text,
    notes text,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_customer_number UNIQUE (tenant_id, number),
    CONSTRAINT uq_customer_name_key UNIQUE (tenant_id, name_key),
    CONSTRAINT uq_customer_tax_id UNIQUE (tenant_id, tax_id),
    CONSTRAINT uq_customer_vat_id UNIQUE (tenant_id, vat_id),
    FOREIGN KEY (tenant_id, default_account) REFERENCES account (tenant_id, number)
);
CREATE INDEX ix_customer_iban ON customer (tenant_id, iban);
CALL pg_temp.isolate('customer', 'SELECT, INSERT, UPDATE');
CALL pg_temp.never_removed('customer');

CREATE TABLE outgoing_invoice (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    type text NOT NULL
        CONSTRAINT ck_outgoing_invoice_type CHECK (type IN ('invoice', 'credit_note')),
    document_id uuid,
    invoice_number text NOT NULL
        CONSTRAINT ck_outgoing_invoice_number CHECK (length(invoice_number) BETWEEN 1 AND 100),
    invoice_date date NOT NULL,
    due_date date,
    total_net numeric(18, 2) NOT NULL,
    total_tax numeric(18, 2) NOT NULL,
    total_gross numeric(18, 2) NOT NULL
        CONSTRAINT ck_outgoing_invoice_gross CHECK (total_gross >= 0),
    currency text NOT NULL
        CONSTRAINT ck_outgoing_invoice_currency CHECK (currency ~ '^[A-Z]{3}$'),
    intent_id uuid,
    open_item_id uuid,
    notes text,
    created_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_outgoing_invoice_number UNIQUE (tenant_id, customer_id, invoice_number),
    CONSTRAINT ck_outgoing_invoice_total
        CHECK (abs(total_net + total_tax - total_gross) <= 0.01),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES document (tenant_id, id),
    FOREIGN KEY (tenant_id, intent_id) REFERENCES intent (tenant_id, intent_id),
    FOREIGN KEY (tenant_id, open_item_id) REFERENCES open_item (tenant_id, open_item_id)
);
CREATE INDEX ix_outgoing_invoice_date
    ON outgoing_invoice (tenant_id, invoice_date, created_at, id);
CREATE INDEX ix_outgoing_invoice_customer
    ON outgoing_invoice (tenant_id, customer_id, invoice_date, created_at, id);
CREATE INDEX ix_outgoing_invoice_intent ON outgoing_invoice (tenant_id, intent_id);
CREATE INDEX ix_outgoing_invoice_document ON outgoing_invoice (tenant_id, document_id);
CREATE INDEX ix_outgoing_invoice_untied
    ON outgoing_invoice (tenant_id, invoice_date, created_at, id) WHERE open_item_id IS NULL;
CREATE UNIQUE INDEX uq_outgoing_invoice_open_item ON outgoing_invoice (tenant_id, open_item_id);
CREATE UNIQUE INDEX uq_outgoing_invoice_tied_intent ON outgoing_invoice (tenant_id, intent_id)
    WHERE open_item_id IS NOT NULL;
CALL pg_temp.isolate('outgoing_invoice', 'SELECT, INSERT, UPDATE');
CALL pg_temp.never_removed('outgoing_invoice');

CREATE TABLE outgoing_invoice_line (
    tenant_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    position integer NOT NULL
        CONSTRAINT ck_outgoing_invoice_line_position CHECK (position >= 1),
    description text NOT NULL,
    quantity numeric(28, 10) NOT NULL
        CONSTRAINT ck_outgoing_invoice_line_quantity CHECK (quantity > 0),
    unit_price numeric(28, 10) NOT NULL,
    tax_rate numeric(12, 10) NOT NULL
        CONSTRAINT ck_outgoing_invoice_line_tax_rate CHECK (tax_rate BETWEEN 0 AND 1),
    tax_amount numeric(18, 2) NOT NULL,
    line_total numeric(18, 2) NOT NULL,
    account_number text,
    PRIMARY KEY (tenant_id, invoice_id, position),
    FOREIGN KEY (tenant_id, invoice_id) REFERENCES outgoing_invoice (tenant_id, id)
);
CALL pg_temp.append_only('outgoing_invoice_line', 'SELECT, INSERT');
"""


def upgrade() -> None:
    """Make the tables, tie what comes, and show both ledgers as one."""
    begin()
    op.execute(_TABLES)
    replace("receivable_of", "tie_outgoing_invoice", "outgoing_invoices_maybe_open")
    replace("partner", "tied_invoice")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
