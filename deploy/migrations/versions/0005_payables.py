"""Vendors, incoming invoices and what is still owed, payment runs and their files."""

from alembic import op

from deploy.migrations.rules import APP, append_only, isolate

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE vendor (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL,
    number integer NOT NULL CONSTRAINT ck_vendor_number CHECK (number BETWEEN 70000 AND 99999),
    name text NOT NULL CONSTRAINT ck_vendor_name CHECK (length(name) BETWEEN 1 AND 255),
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
    iban_changed_at timestamptz,
    iban_changed_by uuid,
    iban_confirmed_at timestamptz,
    iban_confirmed_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_vendor_number UNIQUE (tenant_id, number),
    CONSTRAINT uq_vendor_name_key UNIQUE (tenant_id, name_key),
    CONSTRAINT uq_vendor_tax_id UNIQUE (tenant_id, tax_id),
    CONSTRAINT uq_vendor_vat_id UNIQUE (tenant_id, vat_id),
    FOREIGN KEY (tenant_id, default_account) REFERENCES account (tenant_id, number)
);
CREATE INDEX ix_vendor_iban ON vendor (tenant_id, iban);

CREATE TABLE invoice (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    document_id uuid,
    invoice_number text NOT NULL
        CONSTRAINT ck_invoice_number CHECK (length(invoice_number) BETWEEN 1 AND 100),
    invoice_date date NOT NULL,
    due_date date,
    total_net numeric(18, 2) NOT NULL,
    total_tax numeric(18, 2) NOT NULL,
    total_gross numeric(18, 2) NOT NULL,
    currency text NOT NULL CONSTRAINT ck_invoice_currency CHECK (currency ~ '^[A-Z]{3}$'),
    intent_id uuid,
    notes text,
    payment_reference text,
    created_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_invoice_number UNIQUE (tenant_id, vendor_id, invoice_number),
    CONSTRAINT ck_invoice_total CHECK (abs(total_net + total_tax - total_gross) <= 0.01),
    FOREIGN KEY (tenant_id, vendor_id) REFERENCES vendor (tenant_id, id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES document (tenant_id, id),
    FOREIGN KEY (tenant_id, intent_id) REFERENCES intent (tenant_id, intent_id)
);
CREATE INDEX ix_invoice_date ON invoice (tenant_id, invoice_date, id);
CREATE INDEX ix_invoice_intent ON invoice (tenant_id, intent_id);
CREATE INDEX ix_invoice_document ON invoice (tenant_id, document_id);

CREATE TABLE invoice_line (
    tenant_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    position integer NOT NULL CONSTRAINT ck_invoice_line_position CHECK (position >= 1),
    description text NOT NULL,
    quantity numeric(28, 10) NOT NULL CONSTRAINT ck_invoice_line_quantity CHECK (quantity > 0),
    unit_price numeric(28, 10) NOT NULL,
    tax_rate numeric(12, 10) NOT NULL
        CONSTRAINT ck_invoice_line_tax_rate CHECK (tax_rate BETWEEN 0 AND 1),
    tax_amount numeric(18, 2) NOT NULL,
    line_total numeric(18, 2) NOT NULL,
    account_number text,
    PRIMARY KEY (tenant_id, invoice_id, position),
    FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id)
);

CREATE TABLE payment_run (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    status text NOT NULL CONSTRAINT ck_payment_run_status
        CHECK (status IN ('draft', 'approved', 'exported', 'completed', 'cancelled')),
    execution_date date NOT NULL,
    total_amount numeric(18, 2) NOT NULL,
    invoice_count integer NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    approved_by uuid,
    approved_at timestamptz,
    exported_at timestamptz,
    completed_at timestamptz,
    cancelled_at timestamptz,
    reminded_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_payment_run_approved CHECK (
        status IN ('draft', 'cancelled') OR (approved_at IS NOT NULL AND approved_by IS NOT NULL)),
    CONSTRAINT ck_payment_run_exported CHECK (
        (status IN ('exported', 'completed')) = (exported_at IS NOT NULL)),
    CONSTRAINT ck_payment_run_completed CHECK ((status = 'completed') = (completed_at IS NOT NULL)),
    CONSTRAINT ck_payment_run_cancelled CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
);
CREATE INDEX ix_payment_run_created ON payment_run (tenant_id, created_at, id);

CREATE TABLE payment_run_item (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    run_id uuid NOT NULL,
    position integer NOT NULL,
    invoice_id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    vendor_name text NOT NULL,
    vendor_iban text NOT NULL,
    vendor_bic text,
    invoice_number text NOT NULL,
    amount numeric(18, 2) NOT NULL CONSTRAINT ck_payment_run_item_amount CHECK (amount > 0),
    currency text NOT NULL CONSTRAINT ck_payment_run_item_currency CHECK (currency = 'EUR'),
    reference text NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_payment_run_item_position UNIQUE (tenant_id, run_id, position),
    FOREIGN KEY (tenant_id, run_id) REFERENCES payment_run (tenant_id, id),
    FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id),
    FOREIGN KEY (tenant_id, vendor_id) REFERENCES vendor (tenant_id, id)
);
CREATE UNIQUE INDEX uq_payment_run_item_active ON payment_run_item (tenant_id, invoice_id)
    WHERE is_active;

CREATE TABLE payment_run_label (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    run_id uuid NOT NULL,
    label text NOT NULL CONSTRAINT ck_payment_run_label CHECK (length(label) BETWEEN 1 AND 140),
    PRIMARY KEY (tenant_id, run_id)
);

CREATE TABLE payment_file (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    message_id text NOT NULL
        CONSTRAINT ck_payment_file_message_id CHECK (length(message_id) BETWEEN 1 AND 35),
    version text NOT NULL,
    content bytea NOT NULL,
    sha256 text NOT NULL CONSTRAINT ck_payment_file_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    transfer_count integer NOT NULL,
    control_sum numeric(18, 2) NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, run_id),
    CONSTRAINT uq_payment_file_message_id UNIQUE (tenant_id, message_id),
    FOREIGN KEY (tenant_id, run_id) REFERENCES payment_run (tenant_id, id)
);
"""

# An invoice whose intent was reversed is a draft again. What is settled counts in the
# document's currency: of a foreign invoice the same share, whatever it was booked at. A credit
# note has nothing that could be paid, and takes what is left of it from what its vendor is owed.
_INVOICE_STATE = """
CREATE VIEW invoice_state WITH (security_invoker = true) AS
SELECT i.tenant_id, i.id, linked.intent_id,
    CASE
        WHEN linked.intent_id IS NULL THEN i.total_gross
        WHEN i.currency = 'EUR' THEN greatest(i.total_gross - owed.settled, 0)
        ELSE greatest(
            i.total_gross
            - coalesce(round(i.total_gross * owed.settled / nullif(owed.booked, 0), 2), 0),
            0)
    END AS remaining_amount,
    CASE
        WHEN linked.intent_id IS NULL THEN 0
        WHEN i.currency <> 'EUR' THEN sign(i.total_gross) * (owed.booked - owed.settled)
        WHEN i.total_gross < 0 THEN least(i.total_gross + owed.settled, 0)
        ELSE greatest(i.total_gross - owed.settled, 0)
    END AS remaining_base
FROM invoice i
LEFT JOIN LATERAL (
    SELECT i.intent_id
    WHERE CASE
        WHEN EXISTS (SELECT 1 FROM intent r
                     WHERE r.tenant_id = i.tenant_id AND r.reverses_intent_id = i.intent_id)
        THEN NOT is_cancelled(i.tenant_id, i.intent_id)
        ELSE i.intent_id IS NOT NULL
    END
) AS linked ON true
LEFT JOIN LATERAL (
    SELECT coalesce(sum(o.amount), 0) AS booked,
        coalesce(sum((SELECT sum(s.amount) FROM settlement s
                      WHERE s.tenant_id = o.tenant_id AND s.open_item_id = o.open_item_id)), 0)
            AS settled
    FROM open_item o
    WHERE o.tenant_id = i.tenant_id AND o.intent_id = linked.intent_id
      AND o.side = CASE WHEN i.total_gross < 0 THEN 'D' ELSE 'C' END
) AS owed ON true
"""


def upgrade() -> None:
    """Build."""
    op.execute(_TABLES)
    for table in ("vendor", "invoice", "payment_run", "payment_run_item"):
        isolate(table, grant="SELECT, INSERT, UPDATE")
    for table in ("invoice_line", "payment_run_label", "payment_file"):
        append_only(table)
    op.execute(_INVOICE_STATE)
    op.execute(f"GRANT SELECT ON invoice_state TO {APP}")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
