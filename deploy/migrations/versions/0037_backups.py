"""The role of backups reads the rows of every tenant."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_POLICIES = """
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN
        SELECT c.relname FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity AND NOT EXISTS (
            SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'backed_up')
        ORDER BY c.relname
    LOOP
        EXECUTE format(
            'CREATE POLICY backed_up ON %I FOR SELECT TO belegfluss_backup USING (true)', name);
    END LOOP;
END
$$;

GRANT SELECT ON ALL TABLES IN SCHEMA public TO belegfluss_backup;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO belegfluss_backup;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO belegfluss_backup;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON SEQUENCES TO belegfluss_backup;
"""


def upgrade() -> None:
    """Let it see the tables that are there; those to come get the policy with their rules."""
    begin()
    op.execute(_POLICIES)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
