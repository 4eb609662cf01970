"""Keys of the earlier invoices that a reading names, so that one of them, come late, is known."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

# Text that is compared for equality: no other index is used under row-level security. Generated, so
# that what was read before has them at once.
_COLUMN = """
ALTER TABLE extraction ADD COLUMN named_key_{place} text
    GENERATED ALWAYS AS (number_key(fields #>> '{{preceding,{at},number}}')) STORED;
CREATE INDEX ix_extraction_named_key_{place} ON extraction (tenant_id, named_key_{place})
    WHERE named_key_{place} IS NOT NULL;
"""


def upgrade() -> None:
    """Add the keys of the first three."""
    begin()
    for place in (1, 2, 3):
        op.execute(_COLUMN.format(place=place, at=place - 1))


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
