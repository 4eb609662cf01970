"""A bank statement that came by mail is held until a person lets it in."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Allow the state."""
    begin()
    op.execute("ALTER TABLE bank_import DROP CONSTRAINT ck_bank_import_state")
    op.execute(
        "ALTER TABLE bank_import ADD CONSTRAINT ck_bank_import_state"
        " CHECK (state IN ('held', 'importing', 'done', 'refused'))"
    )


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
