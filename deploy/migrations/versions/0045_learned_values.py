"""Vendors keep what people's corrections have taught."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE vendor_learned_value (
    tenant_id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    subject text NOT NULL,
    version integer NOT NULL,
    value jsonb,
    document_id uuid,
    reason text,
    decided_by uuid,
    decided_at timestamptz NOT NULL,
    CONSTRAINT pk_vendor_learned_value PRIMARY KEY (tenant_id, vendor_id, subject, version),
    CONSTRAINT fk_vendor_learned_value_tenant_id_vendor_id_vendor
        FOREIGN KEY (tenant_id, vendor_id) REFERENCES vendor (tenant_id, id),
    CONSTRAINT fk_vendor_learned_value_tenant_id_document_id_document
        FOREIGN KEY (tenant_id, document_id) REFERENCES document (tenant_id, id)
);
CALL pg_temp.append_only('vendor_learned_value', 'SELECT, INSERT');
"""


def upgrade() -> None:
    """Nothing is learned of any vendor until a person corrects one of its documents."""
    begin()
    op.execute(_TABLE)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
