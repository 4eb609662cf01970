"""Arrivals kept before they are split, notices of unread items, what came inside of them."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TABLES = """
-- What came in by any door, kept before the sender is told that it was taken. It waits until its
-- documents are filed; then there is a mail_message of the same id.
CREATE TABLE arrival (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL,
    sha256 text NOT NULL CONSTRAINT ck_arrival_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint NOT NULL,
    channel text NOT NULL
        CONSTRAINT ck_arrival_channel CHECK (channel IN ('mail', 'mailbox', 'upload', 'folder')),
    original_name text,
    source_email text,
    created_by uuid,
    received_at timestamptz NOT NULL,
    split_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_arrival_sha256 UNIQUE (tenant_id, sha256)
);
CREATE INDEX ix_arrival_waiting ON arrival (tenant_id, received_at DESC, id) WHERE split_at IS NULL;
CALL pg_temp.isolate('arrival', 'SELECT, INSERT, UPDATE');
CALL pg_temp.never_removed('arrival');

-- What an item brought along: files embedded in its XML. Shown beside it, never read.
CREATE TABLE inbox_attachment (
    tenant_id uuid NOT NULL,
    inbox_id uuid NOT NULL,
    document_id uuid NOT NULL,
    position integer NOT NULL,
    original_name text NOT NULL,
    PRIMARY KEY (tenant_id, inbox_id, document_id),
    FOREIGN KEY (tenant_id, inbox_id) REFERENCES inbox_item (tenant_id, id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES document (tenant_id, id)
);
CALL pg_temp.append_only('inbox_attachment', 'SELECT, INSERT');

ALTER TABLE inbox_item ADD COLUMN notice text;

ALTER TABLE mail_message DROP CONSTRAINT ck_mail_message_kind;
ALTER TABLE mail_message ADD CONSTRAINT ck_mail_message_kind
    CHECK (kind IN ('ordinary', 'auto_reply', 'bounce', 'file'));
ALTER TABLE document DROP CONSTRAINT ck_document_source;
ALTER TABLE document ADD CONSTRAINT ck_document_source
    CHECK (source IN ('upload', 'mail', 'mailbox', 'folder', 'embedded', 'split'));

-- In the order that lists have: newest first. A page is found in the index alone.
CREATE INDEX ix_inbox_item_open ON inbox_item (tenant_id, created_at DESC, id)
    WHERE status IN ('processing', 'pending');
DROP INDEX ix_inbox_item_status;
CREATE INDEX ix_inbox_item_status ON inbox_item (tenant_id, status, created_at DESC, id);
DROP INDEX ix_ingestion_log_received_at;
CREATE INDEX ix_ingestion_log_received_at
    ON ingestion_log (tenant_id, received_at DESC, position, id);
CREATE INDEX ix_ingestion_log_outcome
    ON ingestion_log (tenant_id, outcome, received_at DESC, position, id);
CREATE INDEX ix_ingestion_log_document ON ingestion_log (tenant_id, document_id);
CREATE INDEX ix_review_case_created_at ON review_case (tenant_id, created_at, id);
"""


def upgrade() -> None:
    """Build."""
    begin()
    op.execute(_TABLES)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
