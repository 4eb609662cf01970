"""What a movement was tied to when a reversal opened it: to take that back ties it again."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE bank_untie (
    tenant_id uuid NOT NULL,
    intent_id uuid NOT NULL,
    bank_transaction_id uuid NOT NULL,
    mode text NOT NULL CONSTRAINT ck_bank_untie_mode
        CHECK (mode IN ('linked', 'settlement', 'fx_settlement')),
    match_group_id uuid,
    CONSTRAINT pk_bank_untie PRIMARY KEY (tenant_id, intent_id, bank_transaction_id),
    CONSTRAINT fk_bank_untie_tenant_id_intent_id_intent
        FOREIGN KEY (tenant_id, intent_id) REFERENCES intent (tenant_id, intent_id),
    CONSTRAINT fk_bank_untie_tenant_id_bank_transaction_id_bank_transaction
        FOREIGN KEY (tenant_id, bank_transaction_id) REFERENCES bank_transaction (tenant_id, id),
    CONSTRAINT fk_bank_untie_tenant_id_match_group_id_bank_match_group
        FOREIGN KEY (tenant_id, match_group_id) REFERENCES bank_match_group (tenant_id, id)
);
CALL pg_temp.isolate('bank_untie', 'SELECT, INSERT, DELETE');
"""


def upgrade() -> None:
    """Add the table."""
    begin()
    op.execute(_TABLE)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
