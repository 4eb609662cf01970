"""Reading the journal at any depth: an index of its entries, and roll-ups by day, both derived."""

from importlib.resources import files

from alembic import op

from deploy.migrations.rules import definer, isolate, visible_to_owner

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE journal_index (
    tenant_id uuid NOT NULL,
    last_number bigint NOT NULL,
    CONSTRAINT pk_journal_index PRIMARY KEY (tenant_id),
    CONSTRAINT fk_journal_index_tenant_id_tenant FOREIGN KEY (tenant_id) REFERENCES tenant (id)
);

-- One bit for each entry of a segment of 16,384, the newest leftmost. Few are set, so that a row
-- shrinks to some dozen bytes; a full one stays in the table.
CREATE TABLE journal_token (
    tenant_id uuid NOT NULL,
    token text NOT NULL,
    segment integer NOT NULL,
    entries bit(16384) NOT NULL,
    CONSTRAINT pk_journal_token PRIMARY KEY (tenant_id, token, segment)
) WITH (fillfactor = 80);
ALTER TABLE journal_token ALTER COLUMN entries SET STORAGE MAIN;

CREATE TABLE account_day (
    tenant_id uuid NOT NULL,
    account varchar(8) NOT NULL,
    day date NOT NULL,
    debit numeric(18, 2) NOT NULL,
    credit numeric(18, 2) NOT NULL,
    CONSTRAINT pk_account_day PRIMARY KEY (tenant_id, account, day)
);
"""

_BEHIND = """
CREATE FUNCTION journals_behind(entries bigint) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT h.tenant_id FROM tenant_head h
    LEFT JOIN journal_index i ON i.tenant_id = h.tenant_id
    WHERE h.last_number - coalesce(i.last_number, 0) >= entries
    ORDER BY h.last_number - coalesce(i.last_number, 0)
$$;
"""

_FUNCTIONS = {
    "journal_numbers": "text, date, date, text, text, bigint, integer",
    "account_moved": "text, date, date",
}


def upgrade() -> None:
    """Build."""
    op.execute(_TABLES)
    for table in ("journal_index", "journal_token", "account_day"):
        isolate(table)
    for table in ("journal_index", "tenant_head"):
        visible_to_owner(table)
    op.execute(_BEHIND)
    definer("journals_behind(bigint)")
    for name, arguments in _FUNCTIONS.items():
        sql = files("deploy.migrations").joinpath(f"sql/{name}_1.sql")
        op.execute(sql.read_text(encoding="utf-8"))
        definer(f"{name}({arguments})")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
