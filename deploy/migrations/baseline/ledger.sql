-- The chart of accounts, periods, and the books. Only post_intents writes the books.

CREATE TABLE account (
    tenant_id uuid NOT NULL,
    number varchar(8) NOT NULL,
    name varchar(255) NOT NULL,
    type varchar(9) NOT NULL,
    category varchar(100),
    report_group varchar(40),
    statement_group varchar(40),
    default_tax_code varchar(20),
    is_system boolean NOT NULL,
    is_open_item boolean NOT NULL,
    active boolean NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (tenant_id, number),
    CONSTRAINT fk_account_tenant_id_tenant FOREIGN KEY (tenant_id) REFERENCES tenant (id),
    CONSTRAINT ck_account_number_digits CHECK (number ~ '^[0-9]{1,8}$'),
    CONSTRAINT ck_account_type_known
        CHECK (type IN ('asset', 'liability', 'equity', 'revenue', 'expense'))
);
CALL pg_temp.isolate('account', 'SELECT, INSERT, UPDATE');
CALL pg_temp.never_removed('account');

CREATE TABLE tax_code (
    tenant_id uuid NOT NULL,
    code varchar(20) NOT NULL,
    label varchar(120) NOT NULL,
    description varchar(500),
    rate numeric(6, 3),
    direction varchar(6) NOT NULL,
    kind varchar(40) NOT NULL,
    vat_account varchar(8),
    self_assess_account varchar(8),
    deductible boolean NOT NULL,
    valid_from date,
    valid_to date,
    suspended_from date,
    suspended_to date,
    datev_bu_key varchar(4),
    is_system boolean NOT NULL,
    active boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    reports_as varchar(20),
    CONSTRAINT pk_tax_code PRIMARY KEY (tenant_id, code),
    CONSTRAINT fk_tax_code_tenant_id_tenant FOREIGN KEY (tenant_id) REFERENCES tenant (id),
    CONSTRAINT fk_tax_code_vat_account FOREIGN KEY (tenant_id, vat_account)
        REFERENCES account (tenant_id, number),
    CONSTRAINT fk_tax_code_self_assess_account FOREIGN KEY (tenant_id, self_assess_account)
        REFERENCES account (tenant_id, number),
    CONSTRAINT ck_tax_code_code_upper CHECK (code ~ '^[A-Z0-9-]{1,20}$'),
    CONSTRAINT ck_tax_code_rate_percent CHECK (rate BETWEEN 0 AND 100),
    CONSTRAINT ck_tax_code_direction_known CHECK (direction IN ('input', 'output'))
);
CALL pg_temp.isolate('tax_code', 'SELECT, INSERT, UPDATE');

-- `last_number` is the last journal entry that was booked by these values. A change of a code holds
-- the lock under which entries are numbered, so no entry stands on the wrong side of it.
CREATE TABLE tax_code_history (
    tenant_id uuid NOT NULL,
    code varchar(20) NOT NULL,
    last_number bigint NOT NULL,
    rate numeric(6, 3),
    direction varchar(6) NOT NULL,
    kind varchar(40) NOT NULL,
    vat_account varchar(8),
    self_assess_account varchar(8),
    deductible boolean NOT NULL,
    reports_as varchar(20),
    CONSTRAINT pk_tax_code_history PRIMARY KEY (tenant_id, code, last_number),
    CONSTRAINT fk_tax_code_history_tax_code FOREIGN KEY (tenant_id, code)
        REFERENCES tax_code (tenant_id, code)
);
CALL pg_temp.append_only('tax_code_history', 'SELECT, INSERT');

CREATE TABLE period (
    tenant_id uuid NOT NULL,
    name varchar(8) NOT NULL,
    period_number smallint NOT NULL,
    fiscal_year smallint NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    status varchar(11) NOT NULL,
    locked_by uuid,
    locked_at timestamptz,
    CONSTRAINT pk_period PRIMARY KEY (tenant_id, name),
    CONSTRAINT fk_period_tenant_id_tenant FOREIGN KEY (tenant_id) REFERENCES tenant (id),
    CONSTRAINT ck_period_number_known CHECK (period_number IN (0, 13, 14)),
    CONSTRAINT ck_period_status_known CHECK (status IN ('open', 'soft_locked', 'locked')),
    CONSTRAINT ck_period_days_ordered CHECK (first_day <= last_day)
);
CALL pg_temp.isolate('period', 'SELECT, INSERT, UPDATE');
CALL pg_temp.never_removed('period');

-- A foreign key locks the row it points to, for every posting and against every other posting on
-- the same account, period or tenant. What such keys would say of these tables holds by
-- construction: an entry is stored only with its intent, in one call; the roll-up of its account and
-- period is stored with it and keeps its own foreign keys; the tenant has a head; and no account or
-- period can be removed. A check of a table is read from its text again by every statement (85 µs of
-- each posting), a check of a type once for each connection; the function that alone writes these
-- tables makes the numbers, and refuses half an exchange.
CREATE DOMAIN positive_amount AS numeric(18, 2) CONSTRAINT ck_amount_positive CHECK (VALUE > 0);
CREATE DOMAIN intent_kind AS varchar(10) CONSTRAINT ck_kind_known
    CHECK (VALUE IN ('regular', 'opening', 'adjustment', 'reversal'));

CREATE TABLE intent (
    tenant_id uuid NOT NULL,
    intent_id uuid NOT NULL,
    booking_date date NOT NULL,
    document_date date,
    period varchar(8) NOT NULL,
    fiscal_year smallint NOT NULL,
    kind intent_kind NOT NULL,
    source varchar(40) NOT NULL,
    description varchar(600),
    text_salt varchar(32),
    text_commitment varchar(64) NOT NULL,
    external_reference varchar(500),
    custom_metadata jsonb,
    document_id uuid,
    document_sha256 varchar(64),
    fx_currency varchar(3),
    fx_amount numeric(18, 3),
    fx_rate numeric(20, 10),
    fx_rate_date date,
    fx_rate_source varchar(10),
    reverses_intent_id uuid,
    fingerprint varchar(64) NOT NULL,
    total positive_amount NOT NULL,
    event_count integer NOT NULL,
    lines jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid,
    approved_by uuid,
    actor jsonb NOT NULL,
    CONSTRAINT pk_intent PRIMARY KEY (tenant_id, intent_id),
    CONSTRAINT fk_intent_reverses FOREIGN KEY (tenant_id, reverses_intent_id)
        REFERENCES intent (tenant_id, intent_id),
    CONSTRAINT uq_intent_reversed_once UNIQUE (tenant_id, reverses_intent_id)
);
CREATE INDEX ix_intent_fingerprint ON intent (tenant_id, fingerprint);
CREATE INDEX ix_intent_period ON intent (tenant_id, period);
CREATE INDEX ix_intent_external_reference ON intent (tenant_id, external_reference)
    WHERE external_reference IS NOT NULL;
CREATE INDEX ix_intent_document ON intent (tenant_id, document_id) WHERE document_id IS NOT NULL;
CREATE INDEX ix_intent_created_at ON intent (tenant_id, created_at);
CREATE INDEX ix_intent_opening ON intent (tenant_id, booking_date) WHERE kind = 'opening';
CALL pg_temp.append_only('intent', 'SELECT');

CREATE TABLE journal_entry (
    tenant_id uuid NOT NULL,
    journal_number bigint NOT NULL,
    entry_no varchar(20) NOT NULL,
    intent_id uuid NOT NULL,
    period varchar(8) NOT NULL,
    booking_date date NOT NULL,
    debit_account varchar(8) NOT NULL,
    credit_account varchar(8) NOT NULL,
    amount positive_amount NOT NULL,
    debit_tax_code varchar(20),
    debit_tax_part varchar(4),
    credit_tax_code varchar(20),
    credit_tax_part varchar(4),
    debit_partner_id uuid,
    credit_partner_id uuid,
    fx_amount numeric(18, 3),
    reverses_entry_no varchar(20),
    audit_hash varchar(64) NOT NULL,
    prev_hash varchar(64) NOT NULL,
    CONSTRAINT pk_journal_entry PRIMARY KEY (tenant_id, journal_number),
    CONSTRAINT uq_journal_entry_no UNIQUE (tenant_id, entry_no)
);
CREATE INDEX ix_journal_entry_intent ON journal_entry (tenant_id, intent_id);
CREATE INDEX ix_journal_entry_period ON journal_entry (tenant_id, period, journal_number);
CREATE INDEX ix_journal_entry_debit
    ON journal_entry (tenant_id, debit_account, booking_date, journal_number);
CREATE INDEX ix_journal_entry_credit
    ON journal_entry (tenant_id, credit_account, booking_date, journal_number);
-- The balance sheet shows receivables and payables partner by partner.
CREATE INDEX ix_journal_entry_debit_partner
    ON journal_entry (tenant_id, debit_account, debit_partner_id)
    INCLUDE (booking_date, journal_number, amount) WHERE debit_partner_id IS NOT NULL;
CREATE INDEX ix_journal_entry_credit_partner
    ON journal_entry (tenant_id, credit_account, credit_partner_id)
    INCLUDE (booking_date, journal_number, amount) WHERE credit_partner_id IS NOT NULL;
CALL pg_temp.append_only('journal_entry', 'SELECT');

CREATE TABLE account_balance (
    tenant_id uuid NOT NULL,
    period varchar(8) NOT NULL,
    account varchar(8) NOT NULL,
    opening_debit numeric(18, 2) NOT NULL,
    opening_credit numeric(18, 2) NOT NULL,
    debit numeric(18, 2) NOT NULL,
    credit numeric(18, 2) NOT NULL,
    CONSTRAINT pk_account_balance PRIMARY KEY (tenant_id, period, account),
    CONSTRAINT fk_account_balance_account FOREIGN KEY (tenant_id, account)
        REFERENCES account (tenant_id, number),
    CONSTRAINT fk_account_balance_period FOREIGN KEY (tenant_id, period)
        REFERENCES period (tenant_id, name)
);
CALL pg_temp.isolate('account_balance', 'SELECT');

CREATE TABLE open_item (
    tenant_id uuid NOT NULL,
    open_item_id uuid NOT NULL,
    intent_id uuid NOT NULL,
    account varchar(8) NOT NULL,
    side varchar(1) NOT NULL,
    amount numeric(18, 2) NOT NULL,
    partner_id uuid,
    document_number varchar(500),
    booking_date date NOT NULL,
    due_date date,
    currency varchar(3) NOT NULL,
    document_amount numeric(18, 3) NOT NULL,
    CONSTRAINT pk_open_item PRIMARY KEY (tenant_id, open_item_id),
    CONSTRAINT fk_open_item_intent FOREIGN KEY (tenant_id, intent_id)
        REFERENCES intent (tenant_id, intent_id),
    CONSTRAINT fk_open_item_account FOREIGN KEY (tenant_id, account)
        REFERENCES account (tenant_id, number),
    CONSTRAINT ck_open_item_side_known CHECK (side IN ('D', 'C')),
    CONSTRAINT ck_open_item_amount_positive CHECK (amount > 0)
);
CREATE INDEX ix_open_item_intent ON open_item (tenant_id, intent_id, account);
CREATE INDEX ix_open_item_partner ON open_item (tenant_id, partner_id)
    WHERE partner_id IS NOT NULL;
CALL pg_temp.append_only('open_item', 'SELECT');

CREATE TABLE settlement (
    tenant_id uuid NOT NULL,
    settlement_id uuid NOT NULL,
    open_item_id uuid NOT NULL,
    intent_id uuid NOT NULL,
    amount numeric(18, 2) NOT NULL,
    settled_on date NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_settlement PRIMARY KEY (tenant_id, settlement_id),
    CONSTRAINT uq_settlement_intent_item UNIQUE (tenant_id, intent_id, open_item_id),
    CONSTRAINT fk_settlement_open_item FOREIGN KEY (tenant_id, open_item_id)
        REFERENCES open_item (tenant_id, open_item_id),
    CONSTRAINT fk_settlement_intent FOREIGN KEY (tenant_id, intent_id)
        REFERENCES intent (tenant_id, intent_id),
    CONSTRAINT ck_settlement_amount_moves CHECK (amount <> 0)
);
CREATE INDEX ix_settlement_open_item ON settlement (tenant_id, open_item_id);
CALL pg_temp.append_only('settlement', 'SELECT');
