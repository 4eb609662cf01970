"""What is settled in the currency of an item is held to what is left of it, under its lock."""

from deploy.migrations.objects import begin, replace

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the function that posts."""
    begin()
    replace("post_intents")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
