"""Attempts to log in are counted by where they come from; devices are known."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE known_device (
    tenant_id uuid NOT NULL,
    token_hash text NOT NULL CONSTRAINT uq_known_device_token_hash UNIQUE,
    user_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT pk_known_device PRIMARY KEY (tenant_id, token_hash),
    CONSTRAINT fk_known_device_user FOREIGN KEY (tenant_id, user_id)
        REFERENCES app_user (tenant_id, id)
);
CALL pg_temp.append_only('known_device', 'SELECT, INSERT');
CALL pg_temp.visible_to_owner('known_device');

-- What was counted by mail address alone says nothing about where it came from.
DELETE FROM login_attempt;
DROP INDEX ix_login_attempt_address_hash_attempted_at;
ALTER TABLE login_attempt ADD COLUMN place text NOT NULL;
CREATE INDEX ix_login_attempt_place_attempted_at ON login_attempt (place, attempted_at);
DROP FUNCTION IF EXISTS begin_login(text, integer, interval);
"""


def upgrade() -> None:
    """Build, and count anew."""
    begin()
    op.execute(_TABLES)
    replace("is_known_device", "login_delay", "begin_login", "ask_reset")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
