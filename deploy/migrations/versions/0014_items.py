"""Reads that cost what they find: intents, what is open, counts, transactions by amount."""

from importlib.resources import files

from alembic import op

from deploy.migrations.rules import definer, isolate

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# An item is of no interest before anything of it is booked, nor once nothing is left of it:
# `last_day` and `last_number` are what left nothing of it, the day infinite while it is open.
_TABLES = """
ALTER TABLE journal_index ADD COLUMN items_to bigint NOT NULL DEFAULT 0;

CREATE TABLE item_span (
    tenant_id uuid NOT NULL,
    open_item_id uuid NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    first_number bigint NOT NULL,
    last_number bigint NOT NULL,
    CONSTRAINT pk_item_span PRIMARY KEY (tenant_id, open_item_id)
);
CREATE INDEX ix_item_span_day ON item_span (tenant_id, last_day, first_day, open_item_id);
CREATE INDEX ix_item_span_number ON item_span (tenant_id, last_number, first_number, open_item_id);

CREATE TABLE period_count (
    tenant_id uuid NOT NULL,
    period varchar(8) NOT NULL,
    bookings bigint NOT NULL,
    CONSTRAINT pk_period_count PRIMARY KEY (tenant_id, period)
);
"""
# Comparing a numeric may fail and tell of it, so row security keeps it from any index; comparing
# a bigint cannot. What the database computes of a row is no change of it.
_CENTS = """
ALTER TABLE transaction
    ADD COLUMN cents bigint GENERATED ALWAYS AS (CAST(amount * 100 AS bigint)) STORED;
DROP INDEX ix_transaction_amount;
CREATE INDEX ix_transaction_cents
    ON transaction (tenant_id, cents, booking_date DESC, created_at DESC, id);

CREATE OR REPLACE FUNCTION keep_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - 'reconciled' - 'cents' = to_jsonb(OLD) - 'reconciled' - 'cents' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
"""
# What an intent opened never changes, nor what an invoice comes to: whether the one pays the other
# is known when they meet.
_COVERED = """
ALTER TABLE invoice ADD COLUMN covered boolean NOT NULL DEFAULT false;

CREATE FUNCTION cover_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    booked numeric;
BEGIN
    SELECT coalesce(sum(o.amount), 0) INTO booked FROM open_item o
    WHERE o.tenant_id = NEW.tenant_id AND o.intent_id = NEW.intent_id AND o.side = 'C';
    NEW.covered := NEW.total_gross <= 0
        OR booked >= CASE NEW.currency WHEN 'EUR' THEN NEW.total_gross ELSE 0.01 END;
    RETURN NEW;
END
$$;
CREATE TRIGGER cover_invoice BEFORE INSERT OR UPDATE ON invoice
    FOR EACH ROW EXECUTE FUNCTION cover_invoice();

-- For this once the owner sees all rows: the trigger finds out about those that are there.
ALTER TABLE invoice NO FORCE ROW LEVEL SECURITY;
ALTER TABLE open_item NO FORCE ROW LEVEL SECURITY;
UPDATE invoice SET covered = true WHERE intent_id IS NOT NULL;
ALTER TABLE invoice FORCE ROW LEVEL SECURITY;
ALTER TABLE open_item FORCE ROW LEVEL SECURITY;

CREATE INDEX ix_invoice_not_covered ON invoice (tenant_id, id)
    WHERE NOT covered AND intent_id IS NOT NULL;
"""
# An older worker left items behind where it indexed all entries; a journal that does not grow is
# behind with them all the same.
_BEHIND = """
CREATE OR REPLACE FUNCTION journals_behind(entries bigint) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT h.tenant_id FROM tenant_head h
    LEFT JOIN journal_index i ON i.tenant_id = h.tenant_id
    WHERE h.last_number - coalesce(least(i.last_number, i.items_to), 0) >= entries
    ORDER BY h.last_number - coalesce(least(i.last_number, i.items_to), 0)
$$;
"""
_FUNCTIONS = {
    "items_maybe_open": "date, bigint",
    "invoices_maybe_open": "",
    "bookings_counted": "",
    "intent_ties": "uuid",
}


def upgrade() -> None:
    """Build."""
    op.execute(_TABLES)
    op.execute(_CENTS)
    op.execute(_COVERED)
    op.execute(_BEHIND)
    for table in ("item_span", "period_count"):
        isolate(table)
    for name, arguments in _FUNCTIONS.items():
        sql = files("deploy.migrations").joinpath(f"sql/{name}_1.sql")
        op.execute(sql.read_text(encoding="utf-8"))
        definer(f"{name}({arguments})")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
