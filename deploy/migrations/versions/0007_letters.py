"""Letters to people, written with what causes them."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE letter (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    subject_id uuid NOT NULL,
    round integer NOT NULL,
    recipient_id uuid NOT NULL,
    facts jsonb NOT NULL,
    state text NOT NULL CONSTRAINT ck_letter_state
        CHECK (state IN ('pending', 'sent', 'gave_up', 'withdrawn')),
    attempts integer NOT NULL CONSTRAINT ck_letter_attempts CHECK (attempts >= 0),
    failure text,
    due_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    decided_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_letter_recipient FOREIGN KEY (tenant_id, recipient_id)
        REFERENCES app_user (tenant_id, id),
    CONSTRAINT ck_letter_decided CHECK ((state = 'pending') = (decided_at IS NULL))
);
CREATE INDEX ix_letter_due ON letter (due_at) WHERE state = 'pending';
CREATE INDEX ix_letter_created_at ON letter (tenant_id, created_at, id);
CREATE INDEX ix_letter_subject ON letter (tenant_id, subject, subject_id);
CALL pg_temp.isolate('letter', 'SELECT, INSERT, UPDATE');
CALL pg_temp.visible_to_owner('letter');
CALL pg_temp.never_removed('letter');
-- Who forgot a password has no tenant yet: ask_reset writes for them, and nothing else.
CREATE POLICY asked ON letter FOR INSERT TO CURRENT_USER
    WITH CHECK (kind = 'reset' AND state = 'pending');
"""


def upgrade() -> None:
    """Make the table and what reaches it before a tenant is known."""
    begin()
    op.execute(_TABLES)
    replace("ask_reset", "letters_due")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
