-- Lock requests, and the closings that prove a locked period.

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
CALL pg_temp.isolate('lock_request', 'SELECT, INSERT, UPDATE');

CREATE TABLE closing (
    tenant_id uuid NOT NULL,
    closing_seq integer NOT NULL,
    period varchar(8) NOT NULL,
    request_id uuid NOT NULL,
    body jsonb NOT NULL,
    config text NOT NULL,
    closing_hash varchar(64) NOT NULL,
    blocks bytea,
    CONSTRAINT pk_closing PRIMARY KEY (tenant_id, closing_seq),
    CONSTRAINT uq_closing_period UNIQUE (tenant_id, period),
    CONSTRAINT fk_closing_period FOREIGN KEY (tenant_id, period)
        REFERENCES period (tenant_id, name),
    CONSTRAINT fk_closing_request FOREIGN KEY (tenant_id, request_id)
        REFERENCES lock_request (tenant_id, request_id),
    CONSTRAINT closing_seq_positive_check CHECK (closing_seq > 0)
);
CALL pg_temp.append_only('closing', 'SELECT, INSERT');
