"""Mailboxes that are polled, and what was seen in them."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLES = """
-- A mailbox of a tenant on a foreign server. `secret` names where the password is (env:NAME or
-- file:/path); the password itself is never here.
CREATE TABLE mailbox (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL,
    host text NOT NULL,
    port integer NOT NULL CONSTRAINT ck_mailbox_port CHECK (port BETWEEN 1 AND 65535),
    security text NOT NULL
        CONSTRAINT ck_mailbox_security CHECK (security IN ('tls', 'starttls', 'none')),
    username text NOT NULL,
    secret text NOT NULL CONSTRAINT ck_mailbox_secret
        CHECK (secret ~ '^(env:[A-Z][A-Z0-9_]*|file:/.+)$'),
    folder text NOT NULL,
    move_to text CONSTRAINT ck_mailbox_move_to CHECK (move_to <> folder),
    is_active boolean NOT NULL DEFAULT true,
    polled_at timestamptz,
    problem text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX uq_mailbox_active ON mailbox (tenant_id, host, username, folder)
    WHERE is_active;
CALL pg_temp.isolate('mailbox', 'SELECT, INSERT, UPDATE');
CALL pg_temp.never_removed('mailbox');

-- A message that was fetched. All of it must be the same for a message to be known: a UID alone
-- says nothing once its UIDVALIDITY has changed.
CREATE TABLE mailbox_message (
    tenant_id uuid NOT NULL,
    mailbox_id uuid NOT NULL,
    uid_validity bigint NOT NULL,
    uid bigint NOT NULL,
    message_id text NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 text NOT NULL CONSTRAINT ck_mailbox_message_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, mailbox_id, uid_validity, uid, message_id, size_bytes),
    FOREIGN KEY (tenant_id, mailbox_id) REFERENCES mailbox (tenant_id, id)
);
CALL pg_temp.append_only('mailbox_message', 'SELECT, INSERT');
"""


def upgrade() -> None:
    """Build."""
    begin()
    op.execute(_TABLES)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
