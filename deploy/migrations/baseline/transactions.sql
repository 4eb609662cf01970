-- Categories, what is kept of each transaction, and what they sum up to.

CREATE TABLE transaction_category (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    name text NOT NULL
        CONSTRAINT ck_transaction_category_name CHECK (name ~ '^[a-z0-9_]{1,50}$'),
    direction text NOT NULL CONSTRAINT ck_transaction_category_direction
        CHECK (direction IN ('income', 'expense')),
    account varchar(8),
    created_by uuid,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, name),
    FOREIGN KEY (tenant_id, account) REFERENCES account (tenant_id, number)
);
CALL pg_temp.isolate('transaction_category', 'SELECT, INSERT, UPDATE');

-- Comparing a numeric may fail and tell of it, so row security keeps it from any index; comparing a
-- bigint cannot: hence `cents`.
CREATE TABLE transaction (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL CONSTRAINT ck_transaction_type
        CHECK (type IN ('income', 'expense', 'transfer', 'reversal')),
    amount numeric(18, 2) NOT NULL,
    description text NOT NULL,
    booking_date date NOT NULL,
    category text,
    bank_account_id uuid,
    to_bank_account_id uuid,
    vat_rate numeric(6, 3),
    vat_amount numeric(18, 2),
    net_amount numeric(18, 2),
    vat_deductible boolean,
    reference_type text CONSTRAINT ck_transaction_reference_type
        CHECK (reference_type IN ('invoice', 'receipt', 'contract')),
    reference_id text,
    reference_number text,
    receipt_id text,
    receipt text,
    payment_method text,
    notes text,
    tags jsonb NOT NULL,
    reverses_id uuid,
    reason text,
    reconciled boolean NOT NULL,
    created_at timestamptz NOT NULL,
    cents bigint GENERATED ALWAYS AS (CAST(amount * 100 AS bigint)) STORED,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, id) REFERENCES intent (tenant_id, intent_id),
    FOREIGN KEY (tenant_id, reverses_id) REFERENCES transaction (tenant_id, id),
    FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_account (tenant_id, id),
    FOREIGN KEY (tenant_id, to_bank_account_id) REFERENCES bank_account (tenant_id, id),
    CONSTRAINT ck_transaction_amount CHECK (type = 'reversal' OR amount > 0),
    CONSTRAINT ck_transaction_reversal CHECK ((type = 'reversal') = (reverses_id IS NOT NULL)),
    CONSTRAINT ck_transaction_vat CHECK (
        num_nulls(vat_rate, vat_amount, net_amount) IN (0, 3)
        AND coalesce(net_amount + vat_amount = amount, true)),
    CONSTRAINT ck_transaction_reference CHECK (
        (reference_type IS NULL) = (reference_id IS NULL))
);
CREATE INDEX ix_transaction_date
    ON transaction (tenant_id, booking_date DESC, created_at DESC, id);
CREATE INDEX ix_transaction_type
    ON transaction (tenant_id, type, booking_date DESC, created_at DESC, id);
CREATE INDEX ix_transaction_category
    ON transaction (tenant_id, category, booking_date DESC, created_at DESC, id);
CREATE INDEX ix_transaction_account
    ON transaction (tenant_id, bank_account_id, booking_date DESC, created_at DESC, id);
CREATE INDEX ix_transaction_to_account
    ON transaction (tenant_id, to_bank_account_id, booking_date DESC, created_at DESC, id)
    WHERE to_bank_account_id IS NOT NULL;
CREATE INDEX ix_transaction_reconciled
    ON transaction (tenant_id, reconciled, booking_date DESC, created_at DESC, id);
CREATE INDEX ix_transaction_receipt ON transaction (tenant_id, receipt) WHERE receipt IS NOT NULL;
CREATE INDEX ix_transaction_cents
    ON transaction (tenant_id, cents, booking_date DESC, created_at DESC, id);
CALL pg_temp.isolate('transaction', 'SELECT, INSERT');

CREATE TABLE transaction_total (
    tenant_id uuid NOT NULL,
    booking_date date NOT NULL,
    type text NOT NULL,
    category text NOT NULL,
    bank_account_id uuid NOT NULL,
    to_bank_account_id uuid NOT NULL,
    count bigint NOT NULL,
    amount numeric(18, 2) NOT NULL,
    vat numeric(18, 2) NOT NULL,
    CONSTRAINT pk_transaction_total PRIMARY KEY (
        tenant_id, booking_date, type, category, bank_account_id, to_bank_account_id)
);
CALL pg_temp.isolate('transaction_total', 'SELECT');
