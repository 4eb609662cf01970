"""Who looks after a case, who has it open, and cases in the order in which they were decided."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE case_assignment (
    tenant_id uuid NOT NULL,
    case_id uuid NOT NULL,
    assignee_id uuid,
    version integer NOT NULL CONSTRAINT ck_case_assignment_version CHECK (version >= 1),
    assigned_by uuid,
    assigned_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, case_id),
    FOREIGN KEY (tenant_id, case_id) REFERENCES review_case (tenant_id, id),
    FOREIGN KEY (tenant_id, assignee_id) REFERENCES app_user (tenant_id, id)
);
CREATE INDEX ix_case_assignment_assignee ON case_assignment (tenant_id, assignee_id, case_id);
CALL pg_temp.isolate('case_assignment', 'SELECT, INSERT, UPDATE');
CALL pg_temp.never_removed('case_assignment');

CREATE TABLE case_presence (
    tenant_id uuid NOT NULL,
    case_id uuid NOT NULL,
    user_id uuid NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, case_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES app_user (tenant_id, id)
);
CREATE INDEX ix_case_presence_seen_at ON case_presence (tenant_id, seen_at);
CALL pg_temp.isolate('case_presence', 'SELECT, INSERT, UPDATE, DELETE');

CREATE INDEX ix_review_case_decided ON review_case (tenant_id, decided_at DESC NULLS LAST, id)
    WHERE queue_state IN ('approved', 'rejected');
"""


def upgrade() -> None:
    """Make the tables; an assignment stays for the record, presence does not."""
    begin()
    op.execute(_TABLES)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
