"""Statements on a balance line: what identifies entries, names of accounts, progress."""

from alembic import op

from deploy.migrations.objects import begin

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ACCOUNTS = """
ALTER TABLE bank_account
    ALTER COLUMN iban DROP NOT NULL,
    ADD COLUMN refuses_mismatch boolean NOT NULL DEFAULT false,
    ADD COLUMN trusts_entry_reference boolean NOT NULL DEFAULT false,
    ADD COLUMN import_version bigint NOT NULL DEFAULT 0;

-- What files call an account; proposed by an import, kept once a person says so.
CREATE TABLE bank_account_alias (
    tenant_id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    name text NOT NULL CONSTRAINT ck_bank_account_alias_name CHECK (name <> ''),
    is_confirmed boolean NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, bank_account_id, name),
    FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_account (tenant_id, id)
);
CREATE UNIQUE INDEX uq_bank_account_alias_confirmed
    ON bank_account_alias (tenant_id, name) WHERE is_confirmed;
CALL pg_temp.isolate('bank_account_alias', 'SELECT, INSERT, UPDATE, DELETE');

-- Layouts of CSV exports that a person has mapped.
CREATE TABLE bank_csv_profile (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL,
    name text NOT NULL,
    profile jsonb NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_bank_csv_profile_name UNIQUE (tenant_id, name)
);
CALL pg_temp.isolate('bank_csv_profile', 'SELECT, INSERT, UPDATE');
"""

_IMPORTS = """
DROP TRIGGER append_only_rows ON bank_import;
DROP TRIGGER append_only_table ON bank_import;
CALL pg_temp.never_removed('bank_import');
GRANT UPDATE ON bank_import TO belegfluss_app;
ALTER TABLE bank_import
    ALTER COLUMN bank_account_id DROP NOT NULL,
    ADD COLUMN state text NOT NULL DEFAULT 'done'
        CONSTRAINT ck_bank_import_state CHECK (state IN ('importing', 'done', 'refused')),
    ADD COLUMN undecided integer NOT NULL DEFAULT 0,
    ADD COLUMN findings jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN problem jsonb,
    ADD COLUMN rows_read integer NOT NULL DEFAULT 0,
    ADD COLUMN next_statement integer NOT NULL DEFAULT 0,
    ADD COLUMN next_entry integer NOT NULL DEFAULT 0,
    ADD COLUMN finished_at timestamptz;
CREATE INDEX ix_bank_import_sha256 ON bank_import (tenant_id, sha256);

CREATE TABLE bank_statement (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    ordinal integer NOT NULL,
    kind text NOT NULL CONSTRAINT ck_bank_statement_kind
        CHECK (kind IN ('statement', 'interim', 'advice')),
    name text NOT NULL,
    sequence text,
    currency text,
    opening numeric(18, 2),
    closing numeric(18, 2),
    first_day date,
    last_day date,
    entries integer NOT NULL,
    is_closed boolean NOT NULL,
    digest text NOT NULL,
    evidence_digest text NOT NULL,
    is_complete boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_account (tenant_id, id),
    FOREIGN KEY (tenant_id, batch_id) REFERENCES bank_import (tenant_id, id)
);
CREATE INDEX ix_bank_statement_days ON bank_statement (tenant_id, bank_account_id, last_day);
CALL pg_temp.isolate('bank_statement', 'SELECT, INSERT, UPDATE');
CALL pg_temp.never_removed('bank_statement');

-- Entries that another statement had brought before.
CREATE TABLE bank_statement_overlap (
    tenant_id uuid NOT NULL,
    statement_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, statement_id, entry_id),
    FOREIGN KEY (tenant_id, statement_id) REFERENCES bank_statement (tenant_id, id)
);
CREATE INDEX ix_bank_statement_overlap_entry ON bank_statement_overlap (tenant_id, entry_id);
CALL pg_temp.append_only('bank_statement_overlap', 'SELECT, INSERT');

-- Entries of which no rule can know whether they are new; a person says it once.
CREATE TABLE bank_question (
    tenant_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    position integer NOT NULL,
    bank_account_id uuid NOT NULL,
    statement_id uuid NOT NULL,
    candidate_id uuid,
    rows jsonb NOT NULL,
    "references" jsonb NOT NULL,
    answer text CONSTRAINT ck_bank_question_answer CHECK (answer IN ('new', 'known')),
    answered_by uuid,
    answered_at timestamptz,
    PRIMARY KEY (tenant_id, batch_id, position),
    FOREIGN KEY (tenant_id, batch_id) REFERENCES bank_import (tenant_id, id),
    FOREIGN KEY (tenant_id, statement_id) REFERENCES bank_statement (tenant_id, id)
);
CALL pg_temp.isolate('bank_question', 'SELECT, INSERT, UPDATE');
CALL pg_temp.never_removed('bank_question');
"""

_TRANSACTIONS = """
ALTER TABLE bank_transaction
    ADD COLUMN statement_id uuid,
    ADD COLUMN entry_id uuid,
    ADD COLUMN is_announced boolean NOT NULL DEFAULT false,
    ADD COLUMN servicer_reference text,
    ADD COLUMN swift_reference text,
    ADD COLUMN unique_reference text,
    ADD COLUMN entry_reference text,
    ADD COLUMN batch_reference text,
    ADD COLUMN details jsonb,
    ADD CONSTRAINT ck_bank_transaction_announced
        CHECK (NOT is_announced OR status = 'excluded');
CREATE INDEX ix_bank_transaction_servicer ON bank_transaction
    (tenant_id, bank_account_id, servicer_reference) WHERE servicer_reference IS NOT NULL;
CREATE INDEX ix_bank_transaction_swift ON bank_transaction
    (tenant_id, bank_account_id, swift_reference) WHERE swift_reference IS NOT NULL;
CREATE INDEX ix_bank_transaction_unique ON bank_transaction
    (tenant_id, bank_account_id, unique_reference) WHERE unique_reference IS NOT NULL;
CREATE INDEX ix_bank_transaction_entry_reference ON bank_transaction
    (tenant_id, bank_account_id, entry_reference) WHERE entry_reference IS NOT NULL;
CREATE INDEX ix_bank_transaction_entry ON bank_transaction
    (tenant_id, bank_account_id, entry_id) WHERE entry_id IS NOT NULL AND entry_id <> id;
CREATE INDEX ix_bank_transaction_announced ON bank_transaction
    (tenant_id, bank_account_id) WHERE is_announced;
"""


def upgrade() -> None:
    """Add what identity and continuity need; rows from before keep the entry that they are."""
    begin()
    op.execute(_ACCOUNTS)
    op.execute(_IMPORTS)
    op.execute(_TRANSACTIONS)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
