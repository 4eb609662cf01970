"""Opening balances and tax codes."""

from alembic import op

from deploy.migrations.rules import append_only

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# `last_number` is the last journal entry that was booked by these values. A change of a code
# holds the lock under which entries are numbered, so no entry stands on the wrong side of it.
TABLES = """
CREATE INDEX ix_intent_opening ON intent (tenant_id, booking_date) WHERE kind = 'opening';

ALTER TABLE tax_code ADD COLUMN reports_as varchar(20);

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
"""


def upgrade() -> None:
    """Build."""
    op.execute(TABLES)
    append_only("tax_code_history")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
