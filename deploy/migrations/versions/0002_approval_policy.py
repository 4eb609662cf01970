"""Approval policies, each version a row that is never changed."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE approval_policy (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    version integer NOT NULL CONSTRAINT ck_approval_policy_version CHECK (version > 0),
    body jsonb NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, version)
);
CALL pg_temp.append_only('approval_policy', 'SELECT, INSERT');
"""


def upgrade() -> None:
    """Make the table."""
    begin()
    op.execute(_TABLES)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
