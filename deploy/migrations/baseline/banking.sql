-- Bank accounts, their transactions, and the imports that brought them.

CREATE TABLE bank_account (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL,
    name text NOT NULL,
    iban text NOT NULL CONSTRAINT ck_bank_account_iban CHECK (iban ~ '^[A-Z0-9]{15,34}$'),
    bic text,
    account_number text NOT NULL,
    currency text NOT NULL CONSTRAINT ck_bank_account_currency CHECK (currency ~ '^[A-Z]{3}$'),
    payment_version text NOT NULL DEFAULT 'pain.001.001.09'
        CONSTRAINT ck_bank_account_payment_version
        CHECK (payment_version IN ('pain.001.001.03', 'pain.001.001.09')),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_bank_account_iban UNIQUE (tenant_id, iban),
    CONSTRAINT uq_bank_account_account_number UNIQUE (tenant_id, account_number),
    FOREIGN KEY (tenant_id, account_number) REFERENCES account (tenant_id, number)
);
CALL pg_temp.isolate('bank_account', 'SELECT, INSERT, UPDATE');

CREATE TABLE bank_import (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    source text NOT NULL CONSTRAINT ck_bank_import_source CHECK (source IN ('json', 'file')),
    sha256 text,
    total_rows integer NOT NULL,
    imported integer NOT NULL,
    skipped_duplicates integer NOT NULL,
    errors jsonb NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_account (tenant_id, id)
);
CALL pg_temp.append_only('bank_import', 'SELECT, INSERT');

CREATE TABLE bank_transaction (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    batch_id uuid,
    position integer NOT NULL,
    tx_date date NOT NULL,
    value_date date,
    amount numeric(18, 2) NOT NULL,
    currency text NOT NULL CONSTRAINT ck_bank_transaction_currency CHECK (currency ~ '^[A-Z]{3}$'),
    counterparty_name text,
    counterparty_iban text,
    reference text,
    bank_reference text,
    tx_type text,
    end_to_end_id text,
    content_hash text NOT NULL
        CONSTRAINT ck_bank_transaction_content_hash CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    status text NOT NULL CONSTRAINT ck_bank_transaction_status
        CHECK (status IN ('unreconciled', 'reconciled', 'excluded')),
    mode text CONSTRAINT ck_bank_transaction_mode
        CHECK (mode IN ('linked', 'settlement', 'fx_settlement')),
    intent_id uuid,
    match_count integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_bank_transaction_content UNIQUE (tenant_id, bank_account_id, content_hash),
    CONSTRAINT ck_bank_transaction_reconciled CHECK (
        (status = 'reconciled') = (intent_id IS NOT NULL)
        AND (status = 'reconciled') = (mode IS NOT NULL)),
    FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_account (tenant_id, id),
    FOREIGN KEY (tenant_id, batch_id) REFERENCES bank_import (tenant_id, id),
    FOREIGN KEY (tenant_id, intent_id) REFERENCES intent (tenant_id, intent_id)
);
CREATE INDEX ix_bank_transaction_date ON bank_transaction (tenant_id, bank_account_id, tx_date, id);
CREATE INDEX ix_bank_transaction_status ON bank_transaction (tenant_id, status);
CREATE INDEX ix_bank_transaction_intent ON bank_transaction (tenant_id, intent_id);
CALL pg_temp.isolate('bank_transaction', 'SELECT, INSERT, UPDATE');

CREATE TABLE bank_evidence (
    tenant_id uuid NOT NULL,
    bank_transaction_id uuid NOT NULL,
    id uuid NOT NULL,
    evidence_type text NOT NULL CONSTRAINT ck_bank_evidence_type
        CHECK (evidence_type IN ('bank_statement', 'uploaded_document', 'eigenbeleg')),
    title text,
    note text,
    document_id uuid,
    metadata jsonb,
    created_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, bank_transaction_id),
    CONSTRAINT ck_bank_evidence_document
        CHECK (evidence_type <> 'uploaded_document' OR document_id IS NOT NULL),
    CONSTRAINT ck_bank_evidence_note CHECK (evidence_type <> 'eigenbeleg' OR note IS NOT NULL),
    FOREIGN KEY (tenant_id, bank_transaction_id) REFERENCES bank_transaction (tenant_id, id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES document (tenant_id, id)
);
CALL pg_temp.isolate('bank_evidence', 'SELECT, INSERT, UPDATE');
