"""Transactions: categories, what is kept of each, and how many there are."""

from alembic import op

from deploy.migrations.rules import append_only, isolate

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TABLES = """
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
    created_at timestamptz NOT NULL,
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
CREATE INDEX ix_transaction_amount ON transaction (tenant_id, amount);
CREATE INDEX ix_transaction_receipt ON transaction (tenant_id, receipt) WHERE receipt IS NOT NULL;

CREATE TABLE transaction_count (
    tenant_id uuid NOT NULL,
    booking_date date NOT NULL,
    type text NOT NULL,
    category text NOT NULL,
    bank_account_id uuid NOT NULL,
    to_bank_account_id uuid NOT NULL,
    count bigint NOT NULL,
    CONSTRAINT pk_transaction_count PRIMARY KEY (
        tenant_id, booking_date, type, category, bank_account_id, to_bank_account_id)
);
"""

# Transactions only grow, and each is stored under the lock of its posting: what is counted here
# is never late and never waited for.
_COUNTED = """
CREATE FUNCTION count_transaction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO transaction_count AS c
    VALUES (NEW.tenant_id, NEW.booking_date, NEW.type, coalesce(NEW.category, ''),
            coalesce(NEW.bank_account_id, '00000000-0000-0000-0000-000000000000'),
            coalesce(NEW.to_bank_account_id, '00000000-0000-0000-0000-000000000000'), 1)
    ON CONFLICT ON CONSTRAINT pk_transaction_count DO UPDATE SET count = c.count + 1;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_transaction AFTER INSERT ON transaction
    FOR EACH ROW EXECUTE FUNCTION count_transaction();
"""


def upgrade() -> None:
    """Build."""
    op.execute(_TABLES)
    isolate("transaction_category", grant="SELECT, INSERT, UPDATE")
    append_only("transaction")
    isolate("transaction_count", grant="SELECT")
    op.execute(_COUNTED)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
