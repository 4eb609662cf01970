"""Dunning: policies, letters to debtors, and who is not dunned."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE dunning_policy (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    version integer NOT NULL CONSTRAINT ck_dunning_policy_version CHECK (version >= 1),
    body jsonb NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, version)
);
CALL pg_temp.append_only('dunning_policy', 'SELECT, INSERT');

CREATE TABLE dunning_notice (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    state text NOT NULL CONSTRAINT ck_dunning_notice_state
        CHECK (state IN ('proposed', 'released', 'withdrawn')),
    level integer NOT NULL CONSTRAINT ck_dunning_notice_level CHECK (level BETWEEN 1 AND 9),
    language text NOT NULL CONSTRAINT ck_dunning_notice_language CHECK (language IN ('de', 'en')),
    day date NOT NULL,
    pay_until date NOT NULL CONSTRAINT ck_dunning_notice_pay_until CHECK (pay_until > day),
    fee numeric(18, 2) NOT NULL CONSTRAINT ck_dunning_notice_fee CHECK (fee >= 0),
    total numeric(18, 2) NOT NULL CONSTRAINT ck_dunning_notice_total CHECK (total > 0),
    policy_version integer NOT NULL,
    document_id uuid,
    reason text,
    released_on date,
    created_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by uuid,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES document (tenant_id, id),
    CONSTRAINT ck_dunning_notice_decided CHECK ((state = 'proposed') = (decided_at IS NULL)),
    CONSTRAINT ck_dunning_notice_released CHECK (
        (state = 'released') = (released_on IS NOT NULL)
        AND (state <> 'released' OR document_id IS NOT NULL))
);
CREATE INDEX ix_dunning_notice_created_at ON dunning_notice (tenant_id, created_at, id);
CREATE INDEX ix_dunning_notice_customer ON dunning_notice (tenant_id, customer_id, created_at);
CREATE UNIQUE INDEX uq_dunning_notice_proposed ON dunning_notice (tenant_id, customer_id)
    WHERE state = 'proposed';
CALL pg_temp.isolate('dunning_notice', 'SELECT, INSERT, UPDATE');
CALL pg_temp.never_removed('dunning_notice');

CREATE TABLE dunning_notice_item (
    tenant_id uuid NOT NULL,
    notice_id uuid NOT NULL,
    open_item_id uuid NOT NULL,
    level integer NOT NULL,
    document_number text,
    document_date date NOT NULL,
    due_date date,
    remaining_amount numeric(18, 2) NOT NULL
        CONSTRAINT ck_dunning_notice_item_remaining CHECK (remaining_amount <> 0),
    PRIMARY KEY (tenant_id, notice_id, open_item_id),
    FOREIGN KEY (tenant_id, notice_id) REFERENCES dunning_notice (tenant_id, id),
    FOREIGN KEY (tenant_id, open_item_id) REFERENCES open_item (tenant_id, open_item_id)
);
CREATE INDEX ix_dunning_notice_item_item ON dunning_notice_item (tenant_id, open_item_id);
CALL pg_temp.append_only('dunning_notice_item', 'SELECT, INSERT');

CREATE TABLE dunning_stop (
    tenant_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    until date,
    reason text NOT NULL CONSTRAINT ck_dunning_stop_reason CHECK (length(reason) BETWEEN 1 AND 500),
    stopped_by uuid,
    stopped_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, customer_id),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
);
CALL pg_temp.isolate('dunning_stop', 'SELECT, INSERT, UPDATE, DELETE');

ALTER TABLE document DROP CONSTRAINT ck_document_source;
ALTER TABLE document ADD CONSTRAINT ck_document_source
    CHECK (source IN ('upload', 'mail', 'mailbox', 'folder', 'embedded', 'split', 'dunning'));
"""


def upgrade() -> None:
    """Make the tables; letters are kept among the documents."""
    begin()
    op.execute(_TABLES)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
