"""Proposals that were carried out together, so that they can be undone together."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE bank_auto_match (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    least_score numeric(3, 2) NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_bank_auto_match PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_account (tenant_id, id)
);
CALL pg_temp.append_only('bank_auto_match', 'SELECT, INSERT');
ALTER TABLE bank_match_group ADD COLUMN auto_match_id uuid;
ALTER TABLE bank_match_group ADD FOREIGN KEY (tenant_id, auto_match_id)
    REFERENCES bank_auto_match (tenant_id, id);
CREATE INDEX ix_bank_match_group_auto_match ON bank_match_group (tenant_id, auto_match_id)
    WHERE auto_match_id IS NOT NULL;
"""


def upgrade() -> None:
    """Add the table, and the name of it to groups."""
    begin()
    op.execute(_TABLES)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
