-- Vendors, incoming invoices and their lines.

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
CALL pg_temp.isolate('vendor', 'SELECT, INSERT, UPDATE');

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
    covered boolean NOT NULL DEFAULT false,
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
CREATE INDEX ix_invoice_not_covered ON invoice (tenant_id, id)
    WHERE NOT covered AND intent_id IS NOT NULL;
CALL pg_temp.isolate('invoice', 'SELECT, INSERT, UPDATE');

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
CALL pg_temp.append_only('invoice_line', 'SELECT, INSERT');
