"""What people say on a case."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE case_comment (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    author_id uuid NOT NULL,
    text text NOT NULL CONSTRAINT ck_case_comment_text CHECK (length(text) BETWEEN 1 AND 2000),
    mentions uuid[] NOT NULL
        CONSTRAINT ck_case_comment_mentions CHECK (cardinality(mentions) <= 20),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, case_id) REFERENCES review_case (tenant_id, id),
    FOREIGN KEY (tenant_id, author_id) REFERENCES app_user (tenant_id, id)
);
CREATE INDEX ix_case_comment_case ON case_comment (tenant_id, case_id, created_at, id);
CALL pg_temp.append_only('case_comment', 'SELECT, INSERT');
"""


def upgrade() -> None:
    """Make the table; its rows are never changed."""
    begin()
    op.execute(_TABLE)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
