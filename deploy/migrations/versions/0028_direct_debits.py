"""Mandates of customers, and files of direct debits that collect by them."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_TABLES = """
ALTER TABLE tenant ADD COLUMN creditor_id text;

CREATE TABLE mandate (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    reference text NOT NULL,
    holder text NOT NULL,
    iban text NOT NULL,
    bic text,
    scheme text NOT NULL CONSTRAINT ck_mandate_scheme CHECK (scheme IN ('CORE', 'B2B')),
    is_recurrent boolean NOT NULL,
    signed_on date NOT NULL,
    notice_days integer NOT NULL CONSTRAINT ck_mandate_notice CHECK (notice_days BETWEEN 1 AND 14),
    created_by uuid,
    created_at timestamptz NOT NULL,
    revoked_by uuid,
    revoked_at timestamptz,
    CONSTRAINT pk_mandate PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_mandate_tenant_id_customer_id_customer
        FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
    CONSTRAINT uq_mandate_reference UNIQUE (tenant_id, reference)
);
CREATE INDEX ix_mandate_customer ON mandate (tenant_id, customer_id, signed_on);
CALL pg_temp.isolate('mandate', 'SELECT, INSERT, UPDATE (revoked_by, revoked_at)');
CALL pg_temp.never_removed('mandate');

CREATE TABLE collection (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    scheme text NOT NULL,
    collection_date date NOT NULL,
    total_amount numeric(18, 2) NOT NULL,
    debit_count integer NOT NULL,
    message_id text NOT NULL,
    version text NOT NULL,
    content bytea NOT NULL,
    sha256 text NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    withdrawn_by uuid,
    withdrawn_at timestamptz,
    withdrawal_reason text,
    CONSTRAINT pk_collection PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_collection_tenant_id_bank_account_id_bank_account
        FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_account (tenant_id, id),
    CONSTRAINT ck_collection_withdrawn
        CHECK (num_nulls(withdrawn_at, withdrawal_reason) IN (0, 2))
);
CREATE INDEX ix_collection_created ON collection (tenant_id, created_at, id);
CALL pg_temp.isolate('collection',
    'SELECT, INSERT, UPDATE (withdrawn_by, withdrawn_at, withdrawal_reason)');
CALL pg_temp.never_removed('collection');

CREATE TABLE collection_item (
    tenant_id uuid NOT NULL,
    collection_id uuid NOT NULL,
    position integer NOT NULL,
    invoice_id uuid NOT NULL,
    mandate_id uuid NOT NULL,
    amount numeric(18, 2) NOT NULL CONSTRAINT ck_collection_item_amount CHECK (amount > 0),
    sequence text NOT NULL CONSTRAINT ck_collection_item_sequence
        CHECK (sequence IN ('FRST', 'RCUR', 'OOFF')),
    told_on date NOT NULL,
    end_to_end_id text NOT NULL,
    CONSTRAINT pk_collection_item PRIMARY KEY (tenant_id, collection_id, position),
    CONSTRAINT fk_collection_item_tenant_id_collection_id_collection
        FOREIGN KEY (tenant_id, collection_id) REFERENCES collection (tenant_id, id),
    CONSTRAINT fk_collection_item_tenant_id_invoice_id_outgoing_invoice
        FOREIGN KEY (tenant_id, invoice_id) REFERENCES outgoing_invoice (tenant_id, id),
    CONSTRAINT fk_collection_item_tenant_id_mandate_id_mandate
        FOREIGN KEY (tenant_id, mandate_id) REFERENCES mandate (tenant_id, id)
);
CREATE INDEX ix_collection_item_invoice ON collection_item (tenant_id, invoice_id);
CREATE INDEX ix_collection_item_mandate ON collection_item (tenant_id, mandate_id);
CALL pg_temp.append_only('collection_item', 'SELECT, INSERT');
"""


def upgrade() -> None:
    """Add the tables."""
    begin()
    op.execute(_TABLES)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
