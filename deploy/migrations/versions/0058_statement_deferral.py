"""What is missing between the statements of an account, put aside for a while."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE statement_deferral (
    tenant_id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    gaps jsonb NOT NULL,
    until date,
    reason text NOT NULL
        CONSTRAINT ck_statement_deferral_reason CHECK (length(reason) BETWEEN 1 AND 500),
    deferred_by uuid,
    deferred_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, bank_account_id),
    FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_account (tenant_id, id)
);
CALL pg_temp.isolate('statement_deferral', 'SELECT, INSERT, UPDATE, DELETE');
"""


def upgrade() -> None:
    """Make the table; the audit trail keeps what was put aside before."""
    begin()
    op.execute(_TABLE)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
