"""Passkeys, and the questions that they answer."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE passkey (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    credential_id bytea NOT NULL CONSTRAINT uq_passkey_credential_id UNIQUE,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    removed_at timestamptz,
    CONSTRAINT pk_passkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_passkey_user FOREIGN KEY (tenant_id, user_id)
        REFERENCES app_user (tenant_id, id)
);
CREATE INDEX ix_passkey_user ON passkey (tenant_id, user_id);
CALL pg_temp.isolate('passkey', 'SELECT, INSERT, UPDATE');
CALL pg_temp.visible_to_owner('passkey');
CALL pg_temp.never_removed('passkey');

CREATE TABLE passkey_challenge (
    challenge_hash text CONSTRAINT pk_passkey_challenge PRIMARY KEY,
    asked_of text NOT NULL,
    used_by text,
    expires_at timestamptz NOT NULL
);
CREATE INDEX ix_passkey_challenge_expires_at ON passkey_challenge (expires_at);
"""


def upgrade() -> None:
    """Build."""
    begin()
    op.execute(_TABLES)
    replace("find_passkey", "begin_challenge", "take_challenge", "keep_passkey")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
