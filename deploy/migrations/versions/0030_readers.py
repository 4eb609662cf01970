"""People who only read, until a day; logins that can be named and ended."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_TABLES = """
ALTER TABLE app_user ADD COLUMN access_until date;
ALTER TABLE app_user DROP CONSTRAINT ck_app_user_role;
ALTER TABLE app_user ADD CONSTRAINT ck_app_user_role
    CHECK (role IN ('owner', 'admin', 'member', 'auditor'));
ALTER TABLE app_user ADD CONSTRAINT ck_app_user_access_until
    CHECK (role <> 'auditor' OR access_until IS NOT NULL);

ALTER TABLE session_token ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE session_token ADD COLUMN surface text NOT NULL DEFAULT 'api';
ALTER TABLE session_token ADD CONSTRAINT uq_session_token_id UNIQUE (tenant_id, id);
CREATE INDEX ix_session_token_user ON session_token (tenant_id, user_id, expires_at);

DROP FUNCTION find_api_key(text);
"""


def upgrade() -> None:
    """Ask everybody at the door whether they are admitted, and a key for its owner's role."""
    begin()
    op.execute(_TABLES)
    replace("is_admitted", "find_api_key", "find_session", "find_login", "find_password_token")
    replace("ask_reset")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
