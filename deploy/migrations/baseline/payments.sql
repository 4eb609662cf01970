-- Payment runs, their items and their files.

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
    CONSTRAINT fk_payment_run_bank_account FOREIGN KEY (tenant_id, bank_account_id)
        REFERENCES bank_account (tenant_id, id),
    CONSTRAINT ck_payment_run_approved CHECK (
        status IN ('draft', 'cancelled') OR (approved_at IS NOT NULL AND approved_by IS NOT NULL)),
    CONSTRAINT ck_payment_run_exported CHECK (
        (status IN ('exported', 'completed')) = (exported_at IS NOT NULL)),
    CONSTRAINT ck_payment_run_completed CHECK ((status = 'completed') = (completed_at IS NOT NULL)),
    CONSTRAINT ck_payment_run_cancelled CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
);
CREATE INDEX ix_payment_run_created ON payment_run (tenant_id, created_at, id);
CALL pg_temp.isolate('payment_run', 'SELECT, INSERT, UPDATE');

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
CALL pg_temp.isolate('payment_run_item', 'SELECT, INSERT, UPDATE');

CREATE TABLE payment_run_label (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    run_id uuid NOT NULL,
    label text NOT NULL CONSTRAINT ck_payment_run_label CHECK (length(label) BETWEEN 1 AND 140),
    PRIMARY KEY (tenant_id, run_id)
);
CALL pg_temp.append_only('payment_run_label', 'SELECT, INSERT');

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
CALL pg_temp.append_only('payment_file', 'SELECT, INSERT');
