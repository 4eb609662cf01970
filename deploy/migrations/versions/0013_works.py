"""One function stores the works of a call, of one tenant or of several."""

from importlib.resources import files

from alembic import op

from deploy.migrations.rules import definer

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.execute("DROP FUNCTION post_together(jsonb)")
    op.execute("DROP FUNCTION post_intents(uuid, jsonb)")
    sql = files("deploy.migrations").joinpath("sql/post_works_1.sql")
    op.execute(sql.read_text(encoding="utf-8"))
    definer("post_works(jsonb)")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
