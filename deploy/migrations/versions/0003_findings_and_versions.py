"""Review cases keep their findings with the answers to them, and count their versions."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; what waits already is looked at again when somebody touches it."""
    op.execute(
        "ALTER TABLE review_case"
        " ADD COLUMN findings jsonb NOT NULL DEFAULT '[]',"
        " ADD COLUMN version integer NOT NULL DEFAULT 1"
        " CONSTRAINT ck_review_case_version CHECK (version > 0)"
    )


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
