"""A second factor beside the password, and codes for whoever has lost it."""

from alembic import op

from deploy.migrations.objects import begin, replace

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE second_factor (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    sealed bytea,
    last_step bigint NOT NULL DEFAULT 0,
    last_use text,
    created_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT pk_second_factor PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_second_factor_user FOREIGN KEY (tenant_id, user_id)
        REFERENCES app_user (tenant_id, id),
    CONSTRAINT ck_second_factor_sealed_until_ended
        CHECK ((ended_at IS NULL) = (sealed IS NOT NULL))
);
CREATE UNIQUE INDEX uq_second_factor_user ON second_factor (tenant_id, user_id)
    WHERE ended_at IS NULL;
CALL pg_temp.isolate('second_factor', 'SELECT, INSERT, UPDATE');
CALL pg_temp.never_removed('second_factor');

CREATE TABLE recovery_code (
    tenant_id uuid NOT NULL,
    code_hash text NOT NULL,
    factor_id uuid NOT NULL,
    last_use text,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT pk_recovery_code PRIMARY KEY (tenant_id, code_hash),
    CONSTRAINT fk_recovery_code_factor FOREIGN KEY (tenant_id, factor_id)
        REFERENCES second_factor (tenant_id, id)
);
CREATE INDEX ix_recovery_code_factor ON recovery_code (tenant_id, factor_id);
CALL pg_temp.isolate('recovery_code', 'SELECT, INSERT, UPDATE');
CALL pg_temp.never_removed('recovery_code');
"""


def upgrade() -> None:
    """Build."""
    begin()
    op.execute(_TABLES)
    replace("keep_second_factor", "keep_recovery_code")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
