"""Movements settled together; what a settlement settles in the currency of a foreign item."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_TABLES = """
ALTER TABLE settlement ADD COLUMN document_amount numeric(18, 3);
ALTER TABLE tenant
    ADD COLUMN small_difference_limit numeric(18, 2) NOT NULL DEFAULT 0
        CONSTRAINT ck_tenant_small_difference_limit CHECK (small_difference_limit >= 0),
    ADD COLUMN fx_difference_percent numeric(5, 2) NOT NULL DEFAULT 15
        CONSTRAINT ck_tenant_fx_difference_percent CHECK (fx_difference_percent >= 0);
CREATE TABLE bank_match_group (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    intent_id uuid NOT NULL,
    mode text NOT NULL,
    bank_transaction_ids uuid[] NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_bank_match_group PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_bank_match_group_intent UNIQUE (tenant_id, intent_id),
    FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_account (tenant_id, id),
    FOREIGN KEY (tenant_id, intent_id) REFERENCES intent (tenant_id, intent_id)
);
CALL pg_temp.append_only('bank_match_group', 'SELECT, INSERT');
ALTER TABLE bank_transaction ADD COLUMN match_group_id uuid;
ALTER TABLE bank_transaction ADD FOREIGN KEY (tenant_id, match_group_id)
    REFERENCES bank_match_group (tenant_id, id);
CREATE INDEX ix_bank_transaction_match_group ON bank_transaction (tenant_id, match_group_id)
    WHERE match_group_id IS NOT NULL;
"""


def upgrade() -> None:
    """Add the columns and the table."""
    begin()
    op.execute(_TABLES)
    replace("post_intents", "outgoing_invoice_state")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
