"""Lock requests, and the closings that prove a locked period."""

from alembic import op

from deploy.migrations.rules import append_only, isolate

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE lock_request (
    tenant_id uuid NOT NULL,
    request_id uuid NOT NULL,
    period varchar(8) NOT NULL,
    requested_by uuid,
    created_at timestamptz NOT NULL,
    status varchar(9) NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    CONSTRAINT pk_lock_request PRIMARY KEY (tenant_id, request_id),
    CONSTRAINT fk_lock_request_period FOREIGN KEY (tenant_id, period)
        REFERENCES period (tenant_id, name),
    CONSTRAINT lock_request_status_known_check
        CHECK (status IN ('pending', 'approved', 'cancelled', 'expired'))
);
CREATE INDEX ix_lock_request_period ON lock_request (tenant_id, period);
CREATE UNIQUE INDEX uq_lock_request_one_pending ON lock_request (tenant_id, period)
    WHERE status = 'pending';

CREATE TABLE closing (
    tenant_id uuid NOT NULL,
    closing_seq integer NOT NULL,
    period varchar(8) NOT NULL,
    request_id uuid NOT NULL,
    body jsonb NOT NULL,
    config text NOT NULL,
    closing_hash varchar(64) NOT NULL,
    CONSTRAINT pk_closing PRIMARY KEY (tenant_id, closing_seq),
    CONSTRAINT uq_closing_period UNIQUE (tenant_id, period),
    CONSTRAINT fk_closing_period FOREIGN KEY (tenant_id, period)
        REFERENCES period (tenant_id, name),
    CONSTRAINT fk_closing_request FOREIGN KEY (tenant_id, request_id)
        REFERENCES lock_request (tenant_id, request_id),
    CONSTRAINT closing_seq_positive_check CHECK (closing_seq > 0)
);
"""

# A hard lock is for ever, whoever asks; a period is never removed.
FOR_EVER = """
CREATE FUNCTION keep_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.status = 'locked' THEN
        RAISE EXCEPTION 'period % is kept as it is', OLD.name
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_locked BEFORE UPDATE OR DELETE ON period
    FOR EACH ROW EXECUTE FUNCTION keep_locked();
"""


def upgrade() -> None:
    """Build."""
    op.execute(TABLES)
    isolate("lock_request", grant="SELECT, INSERT, UPDATE")
    append_only("closing")
    op.execute(FOR_EVER)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
