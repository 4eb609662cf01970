"""Cases keep proposals of tax codes; tenants say what VAT has to know of them."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A tenant deducts input tax in full unless it says otherwise; the rest is not known."""
    op.execute("ALTER TABLE review_case ADD COLUMN tax_proposals jsonb NOT NULL DEFAULT '[]'")
    op.execute(
        "ALTER TABLE tenant"
        " ADD COLUMN vat_deduction text NOT NULL DEFAULT 'full'"
        " CONSTRAINT ck_tenant_vat_deduction CHECK (vat_deduction IN ('full', 'partial', 'none')),"
        " ADD COLUMN is_small_business boolean,"
        " ADD COLUMN is_builder boolean,"
        " ADD COLUMN is_cleaner boolean,"
        " ADD COLUMN is_energy_reseller boolean,"
        " ADD COLUMN is_telecom_reseller boolean,"
        " ADD COLUMN is_cash_basis boolean"
    )


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
