"""What is open, and how much is booked, without reading what is settled: derived at a distance."""

from importlib.resources import files

from alembic import op

from deploy.migrations.rules import definer, isolate

revision = "0017"
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
_FUNCTIONS = {"items_maybe_open": "date, bigint", "bookings_counted": ""}


def upgrade() -> None:
    """Build."""
    op.execute(_TABLES)
    for table in ("item_span", "period_count"):
        isolate(table)
    for name, arguments in _FUNCTIONS.items():
        sql = files("deploy.migrations").joinpath(f"sql/{name}_1.sql")
        op.execute(sql.read_text(encoding="utf-8"))
        definer(f"{name}({arguments})")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
