"""What banks say of payment runs, and who withdraws a file that the bank refused."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLES = """
ALTER TABLE payment_run ADD COLUMN evidence integer NOT NULL DEFAULT 0;
-- What the bank refused as a whole, or people withdrew, was exported and is cancelled all the same.
ALTER TABLE payment_run DROP CONSTRAINT ck_payment_run_exported;
ALTER TABLE payment_run ADD CONSTRAINT ck_payment_run_exported CHECK (
    status = 'cancelled' OR (status IN ('exported', 'completed')) = (exported_at IS NOT NULL));
ALTER TABLE payment_run_item
    ADD COLUMN standing text,
    ADD COLUMN reason text,
    ADD COLUMN reason_text text,
    ADD COLUMN executed_at timestamptz,
    ADD COLUMN released_at timestamptz;

CREATE TABLE payment_answer (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    run_id uuid NOT NULL,
    transfer integer,
    depth integer NOT NULL,
    message_id text NOT NULL,
    status text NOT NULL,
    reason text,
    reason_text text,
    told_at timestamptz NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_payment_answer PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_payment_answer_tenant_id_run_id_payment_run
        FOREIGN KEY (tenant_id, run_id) REFERENCES payment_run (tenant_id, id)
);
CREATE INDEX ix_payment_answer_run ON payment_answer (tenant_id, run_id);
CALL pg_temp.append_only('payment_answer', 'SELECT, INSERT');

CREATE TABLE payment_withdrawal (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    asked_by uuid NOT NULL,
    reason text NOT NULL,
    asked_at timestamptz NOT NULL,
    CONSTRAINT pk_payment_withdrawal PRIMARY KEY (tenant_id, run_id, asked_by),
    CONSTRAINT fk_payment_withdrawal_tenant_id_run_id_payment_run
        FOREIGN KEY (tenant_id, run_id) REFERENCES payment_run (tenant_id, id)
);
CALL pg_temp.append_only('payment_withdrawal', 'SELECT, INSERT');

-- Movements of our own transfers, by the run that their EndToEndId begins with.
CREATE INDEX ix_bank_transaction_transfer
    ON bank_transaction (tenant_id, "left"(end_to_end_id, 25))
    WHERE substr(end_to_end_id, 26, 1) = '-';
CREATE INDEX ix_bank_transaction_batch_reference ON bank_transaction (tenant_id, batch_reference)
    WHERE batch_reference IS NOT NULL;
"""


def upgrade() -> None:
    """Add tables and columns."""
    begin()
    op.execute(_TABLES)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
