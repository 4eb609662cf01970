"""Invoices that stand for each period are found by an index: what is not booked of them is told."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0064"
down_revision = "0062"
branch_labels = None
depends_on = None

_STANDING = """
CREATE INDEX ix_review_case_standing ON review_case (tenant_id, vendor_id)
    WHERE queue_state = 'approved' AND findings @> '[{"code": "STANDING_INVOICE"}]';
"""


def upgrade() -> None:
    """Add the index."""
    begin()
    op.execute(_STANDING)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
