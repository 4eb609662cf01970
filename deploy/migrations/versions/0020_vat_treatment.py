"""Vendors keep how they are usually treated in VAT."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE vendor_vat_treatment (
    tenant_id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    version integer NOT NULL,
    follows integer,
    undoes integer,
    source text NOT NULL
        CONSTRAINT ck_vendor_vat_treatment_source CHECK (source IN ('document', 'person')),
    country text,
    category text,
    tax_code text,
    supply_kind text,
    supply_rate numeric(6, 3),
    is_small_business boolean,
    small_business_until date,
    varies jsonb NOT NULL DEFAULT '[]',
    document_id uuid,
    reason text,
    decided_by uuid,
    decided_at timestamptz NOT NULL,
    CONSTRAINT pk_vendor_vat_treatment PRIMARY KEY (tenant_id, vendor_id, version),
    CONSTRAINT fk_vendor_vat_treatment_tenant_id_vendor_id_vendor
        FOREIGN KEY (tenant_id, vendor_id) REFERENCES vendor (tenant_id, id),
    CONSTRAINT fk_vendor_vat_treatment_tenant_id_document_id_document
        FOREIGN KEY (tenant_id, document_id) REFERENCES document (tenant_id, id)
);
CALL pg_temp.append_only('vendor_vat_treatment', 'SELECT, INSERT');
"""


def upgrade() -> None:
    """Nothing is known of any vendor until a document is booked or a person says it."""
    begin()
    op.execute(_TABLE)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
