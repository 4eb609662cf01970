"""What banks say of direct debits: statuses of collections and of the debits in them."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE collection_answer (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    collection_id uuid NOT NULL,
    debit integer,
    depth integer NOT NULL,
    message_id text NOT NULL,
    status text NOT NULL,
    reason text,
    reason_text text,
    told_at timestamptz NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_collection_answer PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_collection_answer_tenant_id_collection_id_collection
        FOREIGN KEY (tenant_id, collection_id) REFERENCES collection (tenant_id, id)
);
CREATE INDEX ix_collection_answer_collection ON collection_answer (tenant_id, collection_id);
CREATE INDEX ix_collection_message ON collection (tenant_id, message_id);
CALL pg_temp.append_only('collection_answer', 'SELECT, INSERT');
"""


def upgrade() -> None:
    """Add the table."""
    begin()
    op.execute(_TABLE)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
