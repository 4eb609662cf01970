"""Approvals of cases and runs, and what the policy decided of each document."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE approval (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    subject text NOT NULL CONSTRAINT ck_approval_subject
        CHECK (subject IN ('review_case', 'payment_run')),
    subject_id uuid NOT NULL,
    version integer NOT NULL,
    user_id uuid NOT NULL,
    policy_version integer NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_approval_once UNIQUE (tenant_id, subject, subject_id, version, user_id),
    CONSTRAINT fk_approval_user FOREIGN KEY (tenant_id, user_id)
        REFERENCES app_user (tenant_id, id)
);
CALL pg_temp.append_only('approval', 'SELECT, INSERT');
"""


def upgrade() -> None:
    """Make the tables."""
    begin()
    op.execute(_TABLES)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
