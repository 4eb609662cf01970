"""Credits of vendors that are no credit note, taken from the transfers of a run."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_COLUMNS = """
ALTER TABLE payment_run_item
    ALTER COLUMN invoice_id DROP NOT NULL,
    ADD COLUMN open_item_id uuid,
    ADD CONSTRAINT fk_payment_run_item_open_item FOREIGN KEY (tenant_id, open_item_id)
        REFERENCES open_item (tenant_id, open_item_id),
    ADD CONSTRAINT ck_payment_run_item_what
        CHECK ((invoice_id IS NULL) <> (open_item_id IS NULL)),
    ADD CONSTRAINT ck_payment_run_item_credit CHECK (open_item_id IS NULL OR amount < 0);
CREATE INDEX ix_payment_run_item_open_item ON payment_run_item (tenant_id, open_item_id)
    WHERE open_item_id IS NOT NULL;
CREATE UNIQUE INDEX uq_payment_run_item_credit ON payment_run_item (tenant_id, open_item_id)
    WHERE is_active AND open_item_id IS NOT NULL;
ALTER TABLE payment_run_wish ADD COLUMN credits jsonb NOT NULL DEFAULT '[]';
"""


def upgrade() -> None:
    """Let an item of a run be an open item without an invoice."""
    begin()
    op.execute(_COLUMNS)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
