"""What reports need: the state of the books at any instant."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# The balance sheet shows receivables and payables partner by partner.
_OF_PARTNERS = """
CREATE INDEX ix_journal_entry_{side}_partner
    ON journal_entry (tenant_id, {side}_account, {side}_partner_id)
    INCLUDE (booking_date, journal_number, amount) WHERE {side}_partner_id IS NOT NULL
"""


def upgrade() -> None:
    """Build."""
    op.execute("CREATE INDEX ix_intent_created_at ON intent (tenant_id, created_at)")
    for side in ("debit", "credit"):
        op.execute(_OF_PARTNERS.format(side=side))


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
