"""A final invoice is set off against prepayments, and what is undone frees what a run pays."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE prepayment_use (
    tenant_id uuid NOT NULL,
    intent_id uuid NOT NULL,
    position integer NOT NULL,
    prepayment_id uuid NOT NULL,
    account text NOT NULL,
    tax_code text,
    amount numeric(18, 2) NOT NULL CONSTRAINT ck_prepayment_use_amount_moves CHECK (amount <> 0),
    tax_amount numeric(18, 2) NOT NULL,
    whole_amount numeric(18, 2) NOT NULL,
    CONSTRAINT pk_prepayment_use PRIMARY KEY (tenant_id, intent_id, position),
    CONSTRAINT fk_prepayment_use_intent
        FOREIGN KEY (tenant_id, intent_id) REFERENCES intent (tenant_id, intent_id),
    CONSTRAINT fk_prepayment_use_prepayment
        FOREIGN KEY (tenant_id, prepayment_id) REFERENCES intent (tenant_id, intent_id)
);
CREATE INDEX ix_prepayment_use_prepayment ON prepayment_use (tenant_id, prepayment_id);
CALL pg_temp.append_only('prepayment_use', 'SELECT, INSERT');
"""


def upgrade() -> None:
    """Keep what of each prepayment was used up; count no settlement that was undone as prepaid."""
    begin()
    op.execute(_TABLES)
    replace("invoice_payable")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
