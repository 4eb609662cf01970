"""Which vendor and which customer are one company, as people decided."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0057"
down_revision = "0055"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE same_company (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    is_same boolean NOT NULL,
    reason text,
    decided_by uuid,
    decided_at timestamptz NOT NULL,
    CONSTRAINT pk_same_company PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_same_company_tenant_id_vendor_id_vendor
        FOREIGN KEY (tenant_id, vendor_id) REFERENCES vendor (tenant_id, id),
    CONSTRAINT fk_same_company_tenant_id_customer_id_customer
        FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
);
CREATE INDEX ix_same_company_vendor ON same_company (tenant_id, vendor_id, customer_id, decided_at);
CREATE INDEX ix_same_company_customer ON same_company (tenant_id, customer_id);
CALL pg_temp.append_only('same_company', 'SELECT, INSERT');
"""


def upgrade() -> None:
    """Add the table of decisions; nobody is one company with anybody yet."""
    begin()
    op.execute(_TABLE)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
