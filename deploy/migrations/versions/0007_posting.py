"""Posting in one round trip: keys, intents, entries, roll-ups and audit events in one call."""

from importlib.resources import files

from alembic import op

from deploy.migrations.rules import definer

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# A foreign key locks the row it points to, for every posting and against every other posting on
# the same account, period or tenant. What these said holds by construction: an entry is stored
# only with its intent, in one call; the roll-up of its account and period is stored with it and
# keeps its own foreign keys; the tenant has a head; and no account or period can be removed.
_IMPLIED = (
    ("intent", "fk_intent_tenant_id_period"),
    ("journal_entry", "fk_journal_entry_intent"),
    ("journal_entry", "fk_journal_entry_debit"),
    ("journal_entry", "fk_journal_entry_credit"),
    ("audit_event", "audit_event_tenant_id_fkey"),
    ("idempotency", "idempotency_tenant_id_fkey"),
)

# A check of a table is read from its text again by every statement (85 µs of each posting), a
# check of a type once for each connection.
_TYPES = """
CREATE DOMAIN positive_amount AS numeric(18, 2) CONSTRAINT ck_amount_positive CHECK (VALUE > 0);
CREATE DOMAIN intent_kind AS varchar(10) CONSTRAINT ck_kind_known
    CHECK (VALUE IN ('regular', 'opening', 'adjustment', 'reversal'));
ALTER TABLE intent ALTER total TYPE positive_amount, ALTER kind TYPE intent_kind;
ALTER TABLE journal_entry ALTER amount TYPE positive_amount;
"""
# The function that alone writes these tables makes the numbers, and refuses half an exchange.
_CHECKED_WHILE_STORING = (
    ("intent", "ck_intent_total_positive"),
    ("intent", "ck_intent_kind_known"),
    ("intent", "ck_intent_fx_complete"),
    ("journal_entry", "ck_journal_entry_amount_positive"),
    ("journal_entry", "ck_journal_entry_number_positive"),
    ("audit_event", "ck_audit_event_number"),
)


def upgrade() -> None:
    """Build."""
    for table, constraint in _IMPLIED + _CHECKED_WHILE_STORING:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    op.execute(_TYPES)
    op.execute(
        "ALTER TABLE account_balance ADD CONSTRAINT fk_account_balance_period"
        " FOREIGN KEY (tenant_id, period) REFERENCES period (tenant_id, name)"
    )
    for table in ("account", "period"):
        op.execute(
            f"CREATE TRIGGER never_removed BEFORE DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute("DROP FUNCTION post_intents(uuid, bigint, jsonb, jsonb, jsonb, jsonb, jsonb)")
    for name in ("post_intents_2", "post_together_1"):
        sql = files("deploy.migrations").joinpath(f"sql/{name}.sql")
        op.execute(sql.read_text(encoding="utf-8"))
    definer("post_intents(uuid, jsonb)")
    definer("post_together(jsonb)")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
