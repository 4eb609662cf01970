"""What the policy decided of each document, and from which facts."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE case_decision (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    case_version integer NOT NULL,
    policy_version integer NOT NULL,
    outcome text NOT NULL
        CONSTRAINT ck_case_decision_outcome CHECK (outcome IN ('touchless', 'person')),
    reasons jsonb NOT NULL,
    inputs jsonb NOT NULL,
    vendor_id uuid,
    amount numeric(18, 2),
    day date NOT NULL,
    is_posted boolean NOT NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, case_id) REFERENCES review_case (tenant_id, id),
    CONSTRAINT ck_case_decision_posted CHECK (outcome = 'touchless' OR NOT is_posted)
);
CREATE INDEX ix_case_decision_case ON case_decision (tenant_id, case_id, decided_at);
CREATE INDEX ix_case_decision_decided_at ON case_decision (tenant_id, decided_at, id);
CREATE INDEX ix_case_decision_posted ON case_decision (tenant_id, vendor_id, day) WHERE is_posted;
CALL pg_temp.append_only('case_decision', 'SELECT, INSERT');
"""


def upgrade() -> None:
    """Make the table."""
    begin()
    op.execute(_TABLES)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
