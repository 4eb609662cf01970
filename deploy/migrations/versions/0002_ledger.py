"""The ledger: chart, tax codes, periods, journal, open items, and the one function that stores."""

from importlib.resources import files

from alembic import op

from deploy.migrations.rules import append_only, definer, isolate

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE tenant_head ADD COLUMN config_version bigint NOT NULL DEFAULT 1;

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

CREATE TABLE intent (
    tenant_id uuid NOT NULL,
    intent_id uuid NOT NULL,
    booking_date date NOT NULL,
    document_date date,
    period varchar(8) NOT NULL,
    fiscal_year smallint NOT NULL,
    kind varchar(10) NOT NULL,
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
    total numeric(18, 2) NOT NULL,
    event_count integer NOT NULL,
    lines jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid,
    approved_by uuid,
    actor jsonb NOT NULL,
    CONSTRAINT pk_intent PRIMARY KEY (tenant_id, intent_id),
    CONSTRAINT fk_intent_tenant_id_period FOREIGN KEY (tenant_id, period)
        REFERENCES period (tenant_id, name),
    CONSTRAINT fk_intent_reverses FOREIGN KEY (tenant_id, reverses_intent_id)
        REFERENCES intent (tenant_id, intent_id),
    CONSTRAINT uq_intent_reversed_once UNIQUE (tenant_id, reverses_intent_id),
    CONSTRAINT ck_intent_total_positive CHECK (total > 0),
    CONSTRAINT ck_intent_kind_known
        CHECK (kind IN ('regular', 'opening', 'adjustment', 'reversal')),
    CONSTRAINT ck_intent_fx_complete CHECK (num_nulls(
        fx_currency, fx_amount, fx_rate, fx_rate_date, fx_rate_source) IN (0, 5))
);
CREATE INDEX ix_intent_fingerprint ON intent (tenant_id, fingerprint);
CREATE INDEX ix_intent_period ON intent (tenant_id, period);
CREATE INDEX ix_intent_external_reference ON intent (tenant_id, external_reference)
    WHERE external_reference IS NOT NULL;
CREATE INDEX ix_intent_document ON intent (tenant_id, document_id) WHERE document_id IS NOT NULL;

CREATE TABLE journal_entry (
    tenant_id uuid NOT NULL,
    journal_number bigint NOT NULL,
    entry_no varchar(20) NOT NULL,
    intent_id uuid NOT NULL,
    period varchar(8) NOT NULL,
    booking_date date NOT NULL,
    debit_account varchar(8) NOT NULL,
    credit_account varchar(8) NOT NULL,
    amount numeric(18, 2) NOT NULL,
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
    CONSTRAINT uq_journal_entry_no UNIQUE (tenant_id, entry_no),
    CONSTRAINT fk_journal_entry_intent FOREIGN KEY (tenant_id, intent_id)
        REFERENCES intent (tenant_id, intent_id),
    CONSTRAINT fk_journal_entry_debit FOREIGN KEY (tenant_id, debit_account)
        REFERENCES account (tenant_id, number),
    CONSTRAINT fk_journal_entry_credit FOREIGN KEY (tenant_id, credit_account)
        REFERENCES account (tenant_id, number),
    CONSTRAINT ck_journal_entry_amount_positive CHECK (amount > 0),
    CONSTRAINT ck_journal_entry_number_positive CHECK (journal_number > 0)
);
CREATE INDEX ix_journal_entry_intent ON journal_entry (tenant_id, intent_id);
CREATE INDEX ix_journal_entry_period ON journal_entry (tenant_id, period, journal_number);
CREATE INDEX ix_journal_entry_debit
    ON journal_entry (tenant_id, debit_account, booking_date, journal_number);
CREATE INDEX ix_journal_entry_credit
    ON journal_entry (tenant_id, credit_account, booking_date, journal_number);

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
        REFERENCES account (tenant_id, number)
);

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
"""

# Only post_intents writes the books: the application may read them.
BOOKS = ("intent", "journal_entry", "open_item", "settlement")
SIGNATURE = "post_intents(uuid, bigint, jsonb, jsonb, jsonb, jsonb, jsonb)"
# A reversal may itself be reversed: then what it had cancelled holds again, and so on.
CANCELLED = """
CREATE FUNCTION is_cancelled(p_tenant uuid, p_intent uuid) RETURNS boolean
LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH RECURSIVE reversals AS (
        SELECT i.intent_id FROM intent i
        WHERE i.tenant_id = p_tenant AND i.reverses_intent_id = p_intent
        UNION ALL
        SELECT i.intent_id FROM intent i
        JOIN reversals r ON i.tenant_id = p_tenant AND i.reverses_intent_id = r.intent_id
    )
    SELECT count(*) % 2 = 1 FROM reversals;
END
"""
CHANGED = """
CREATE FUNCTION config_changed() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    UPDATE tenant_head SET config_version = config_version + 1
    WHERE tenant_id = current_tenant();
END
"""


def upgrade() -> None:
    """Build."""
    op.execute(TABLES)
    for table in ("account", "tax_code"):
        isolate(table, grant="SELECT, INSERT, UPDATE")
    isolate("period", grant="SELECT, INSERT, UPDATE")
    isolate("account_balance", grant="SELECT")
    for table in BOOKS:
        append_only(table, grant="SELECT")
    op.execute(CANCELLED)
    definer("is_cancelled(uuid, uuid)")
    sql = files("deploy.migrations").joinpath("sql/post_intents_1.sql")
    op.execute(sql.read_text(encoding="utf-8"))
    definer(SIGNATURE)
    op.execute(CHANGED)
    definer("config_changed()")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
