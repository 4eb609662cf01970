"""Transactions: categories, what is kept of each, and what they sum up to."""

from alembic import op

from deploy.migrations.rules import definer, isolate

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
    reconciled boolean NOT NULL,
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
CREATE INDEX ix_transaction_reconciled
    ON transaction (tenant_id, reconciled, booking_date DESC, created_at DESC, id);
CREATE INDEX ix_transaction_amount ON transaction (tenant_id, amount);
CREATE INDEX ix_transaction_receipt ON transaction (tenant_id, receipt) WHERE receipt IS NOT NULL;

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
"""

# Transactions only grow, and each is stored under the lock of its posting: what is summed here
# is never late and never waited for.
_TOTALS = """
CREATE FUNCTION total_transaction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO transaction_total AS c
    VALUES (NEW.tenant_id, NEW.booking_date, NEW.type, coalesce(NEW.category, ''),
            coalesce(NEW.bank_account_id, '00000000-0000-0000-0000-000000000000'),
            coalesce(NEW.to_bank_account_id, '00000000-0000-0000-0000-000000000000'),
            1, NEW.amount,
            CASE WHEN NEW.vat_deductible IS FALSE THEN 0 ELSE coalesce(NEW.vat_amount, 0) END)
    ON CONFLICT ON CONSTRAINT pk_transaction_total DO UPDATE SET
        count = c.count + 1, amount = c.amount + excluded.amount, vat = c.vat + excluded.vat;
    RETURN NULL;
END
$$;
CREATE TRIGGER total_transaction AFTER INSERT ON transaction
    FOR EACH ROW EXECUTE FUNCTION total_transaction();
"""

# A standing income or expense is reconciled when a bank movement is tied to it, or when nothing
# is left of an open item that it settled, or opened as a payment on account.
_RECONCILED = """
CREATE FUNCTION is_reconciled(p_tenant uuid, p_id uuid, p_type text) RETURNS boolean
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT p_type IN ('income', 'expense')
        AND (EXISTS (SELECT 1 FROM bank_transaction b
                     WHERE b.tenant_id = p_tenant AND b.intent_id = p_id
                       AND b.status = 'reconciled')
             OR EXISTS (
                 SELECT 1 FROM (
                     SELECT s.open_item_id FROM settlement s
                     WHERE s.tenant_id = p_tenant AND s.intent_id = p_id
                     UNION ALL
                     SELECT o.open_item_id FROM open_item o
                     WHERE o.tenant_id = p_tenant AND o.intent_id = p_id) touched
                 JOIN open_item o
                   ON o.tenant_id = p_tenant AND o.open_item_id = touched.open_item_id
                 WHERE o.amount = (SELECT sum(s.amount) FROM settlement s
                                   WHERE s.tenant_id = p_tenant
                                     AND s.open_item_id = o.open_item_id)))
        AND NOT is_cancelled(p_tenant, p_id);
END
"""

# Transactions only grow. What the ledger says of them is kept beside each, in the transaction
# that changed it, so that a list can be filtered by it; nothing else of a row ever changes.
_KEPT = """
CREATE FUNCTION keep_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - 'reconciled' = to_jsonb(OLD) - 'reconciled' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON transaction
    FOR EACH ROW EXECUTE FUNCTION keep_transaction();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON transaction
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION begin_transaction_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    NEW.reconciled := is_reconciled(NEW.tenant_id, NEW.id, NEW.type);
    RETURN NEW;
END
$$;
CREATE TRIGGER begin_transaction_state BEFORE INSERT ON transaction
    FOR EACH ROW EXECUTE FUNCTION begin_transaction_state();

CREATE FUNCTION note_tied() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Whoever settles the same item at this moment holds it: each must see what the other did.
    PERFORM 1 FROM open_item o
    WHERE o.tenant_id = NEW.tenant_id AND o.open_item_id = ANY (ARRAY(
        SELECT s.open_item_id
        FROM transaction t JOIN settlement s
          ON s.tenant_id = t.tenant_id AND s.intent_id = t.id
        WHERE t.tenant_id = NEW.tenant_id
          AND t.id IN (NEW.intent_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.intent_id END)
        UNION
        SELECT i.open_item_id
        FROM transaction t JOIN open_item i
          ON i.tenant_id = t.tenant_id AND i.intent_id = t.id
        WHERE t.tenant_id = NEW.tenant_id
          AND t.id IN (NEW.intent_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.intent_id END)))
    ORDER BY o.open_item_id
    FOR UPDATE;
    UPDATE transaction t SET reconciled = NOT t.reconciled
    WHERE t.tenant_id = NEW.tenant_id
      AND t.id IN (NEW.intent_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.intent_id END)
      AND t.reconciled <> is_reconciled(t.tenant_id, t.id, t.type);
    RETURN NULL;
END
$$;
CREATE TRIGGER note_tied AFTER INSERT ON bank_transaction
    FOR EACH ROW WHEN (NEW.intent_id IS NOT NULL) EXECUTE FUNCTION note_tied();
CREATE TRIGGER note_tied_again AFTER UPDATE ON bank_transaction
    FOR EACH ROW WHEN (OLD.intent_id IS DISTINCT FROM NEW.intent_id
                       OR OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION note_tied();

CREATE FUNCTION note_settled() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- As an array, so that nothing but these rows is ever looked at.
    UPDATE transaction t SET reconciled = NOT t.reconciled
    WHERE t.tenant_id = current_tenant()
      AND t.id = ANY (ARRAY(
          SELECT s.intent_id
          FROM added a JOIN settlement s
            ON s.tenant_id = a.tenant_id AND s.open_item_id = a.open_item_id
          UNION
          SELECT o.intent_id
          FROM added a JOIN open_item o
            ON o.tenant_id = a.tenant_id AND o.open_item_id = a.open_item_id))
      AND t.reconciled <> is_reconciled(t.tenant_id, t.id, t.type);
    RETURN NULL;
END
$$;
CREATE TRIGGER note_settled AFTER INSERT ON settlement REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION note_settled();

CREATE FUNCTION note_reversed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    WITH RECURSIVE behind AS (
        SELECT NEW.reverses_intent_id AS intent_id
        UNION ALL
        SELECT i.reverses_intent_id FROM intent i
        JOIN behind b ON i.tenant_id = NEW.tenant_id AND i.intent_id = b.intent_id
        WHERE i.reverses_intent_id IS NOT NULL)
    UPDATE transaction t SET reconciled = NOT t.reconciled
    WHERE t.tenant_id = NEW.tenant_id AND t.id = ANY (ARRAY(SELECT intent_id FROM behind))
      AND t.reconciled <> is_reconciled(t.tenant_id, t.id, t.type);
    RETURN NULL;
END
$$;
CREATE TRIGGER note_reversed AFTER INSERT ON intent
    FOR EACH ROW WHEN (NEW.reverses_intent_id IS NOT NULL) EXECUTE FUNCTION note_reversed();
"""


def upgrade() -> None:
    """Build."""
    op.execute(_TABLES)
    isolate("transaction_category", grant="SELECT, INSERT, UPDATE")
    isolate("transaction", grant="SELECT, INSERT")
    isolate("transaction_total", grant="SELECT")
    op.execute(_TOTALS)
    op.execute(_RECONCILED)
    definer("is_reconciled(uuid, uuid, text)")
    op.execute(_KEPT)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
