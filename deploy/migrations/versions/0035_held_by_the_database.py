"""What the application's role cannot do, whatever the application asks of it."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_GRANTS = """
REVOKE UPDATE ON app_user, api_key, session_token, password_token, lock_request, period,
    payment_run FROM belegfluss_app;
GRANT UPDATE (name, password_hash, active, access_until, shut_out_at) ON app_user TO belegfluss_app;
GRANT UPDATE (revoked_at) ON api_key TO belegfluss_app;
GRANT UPDATE (expires_at, ended_at) ON session_token TO belegfluss_app;
GRANT UPDATE (ended_at) ON password_token TO belegfluss_app;
GRANT UPDATE (status, decided_by, decided_at) ON lock_request TO belegfluss_app;
GRANT UPDATE (status, locked_by, locked_at) ON period TO belegfluss_app;
GRANT UPDATE (status, approved_by, approved_at, exported_at, completed_at, cancelled_at,
    reminded_at, evidence) ON payment_run TO belegfluss_app;
"""


def upgrade() -> None:
    """Grant columns instead of tables, and hold what a column alone does not say by triggers."""
    begin()
    op.execute(_GRANTS)
    replace("role_holds", "is_second_person")
    replace("keep_person", "keep_key", "keep_login", "keep_password_token")
    replace("keep_lock_request", "keep_locked", "keep_run")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
