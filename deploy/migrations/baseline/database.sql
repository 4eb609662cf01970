-- What the laws stand on: commands and their keys, the log of what was done.

-- Events and keys name a tenant without pointing to it: a foreign key locks the row it points to,
-- for every posting of the tenant and against every other.
CREATE TABLE audit_event (
    tenant_id uuid NOT NULL,
    number bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    user_id uuid,
    kind text NOT NULL,
    surface text NOT NULL,
    key_prefix text,
    request_id text,
    action text NOT NULL,
    subject text NOT NULL,
    subject_id text NOT NULL,
    before jsonb,
    after jsonb,
    reason text,
    prev_hash text NOT NULL,
    audit_hash text NOT NULL,
    PRIMARY KEY (tenant_id, number)
);
CREATE INDEX ix_audit_event_tenant_id_subject_subject_id
    ON audit_event (tenant_id, subject, subject_id);
CALL pg_temp.append_only('audit_event', 'SELECT');

CREATE TABLE idempotency (
    tenant_id uuid NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    body jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, operation, key)
);
CALL pg_temp.append_only('idempotency', 'SELECT, INSERT');
