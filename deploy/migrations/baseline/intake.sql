-- Mail, the inbox, review cases, the ingestion log.

CREATE TABLE mail_message (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL,
    sha256 text NOT NULL CONSTRAINT ck_mail_message_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint NOT NULL,
    kind text NOT NULL
        CONSTRAINT ck_mail_message_kind CHECK (kind IN ('ordinary', 'auto_reply', 'bounce')),
    sender text,
    subject text,
    message_id text,
    delivery text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_mail_message_sha256 UNIQUE (tenant_id, sha256)
);
CALL pg_temp.append_only('mail_message', 'SELECT, INSERT');

CREATE TABLE inbox_item (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    document_id uuid NOT NULL,
    mail_id uuid,
    status text NOT NULL CONSTRAINT ck_inbox_item_status
        CHECK (status IN ('processing', 'pending', 'confirmed', 'rejected')),
    source_email text,
    source_subject text,
    original_name text NOT NULL,
    extraction_version integer,
    vendor_match jsonb,
    compliance_check jsonb,
    rejection_reason text,
    decided_by uuid,
    decided_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_inbox_item_document UNIQUE (tenant_id, document_id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES document (tenant_id, id),
    FOREIGN KEY (tenant_id, mail_id) REFERENCES mail_message (tenant_id, id),
    CONSTRAINT ck_inbox_item_decided
        CHECK ((status IN ('confirmed', 'rejected')) = (decided_at IS NOT NULL))
);
CREATE INDEX ix_inbox_item_status ON inbox_item (tenant_id, status, created_at, id);
CALL pg_temp.isolate('inbox_item', 'SELECT, INSERT, UPDATE');

CREATE TABLE review_case (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    inbox_id uuid NOT NULL,
    document_id uuid NOT NULL,
    queue_state text NOT NULL CONSTRAINT ck_review_case_queue_state CHECK (queue_state IN
        ('approval', 'correction', 'exception', 'approved', 'rejected', 'posting_failed')),
    vendor_id uuid,
    vendor_candidates jsonb NOT NULL DEFAULT '[]',
    normalized_invoice jsonb NOT NULL,
    is_amended boolean NOT NULL DEFAULT false,
    validation_issues jsonb NOT NULL DEFAULT '[]',
    duplicate_hint jsonb,
    compliance_check jsonb,
    posting_error jsonb,
    rejection_reason text,
    invoice_id uuid,
    intent_id uuid,
    decided_by uuid,
    decided_at timestamptz,
    reminders integer NOT NULL DEFAULT 0,
    reminded_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_review_case_inbox UNIQUE (tenant_id, inbox_id),
    CONSTRAINT uq_review_case_intent UNIQUE (tenant_id, intent_id),
    CONSTRAINT uq_review_case_invoice UNIQUE (tenant_id, invoice_id),
    FOREIGN KEY (tenant_id, inbox_id) REFERENCES inbox_item (tenant_id, id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES document (tenant_id, id),
    FOREIGN KEY (tenant_id, intent_id) REFERENCES intent (tenant_id, intent_id),
    CONSTRAINT ck_review_case_approved_is_posted CHECK (
        (queue_state = 'approved') = (intent_id IS NOT NULL)
        AND (queue_state = 'approved') = (invoice_id IS NOT NULL)),
    CONSTRAINT ck_review_case_failed_has_error
        CHECK (queue_state <> 'posting_failed' OR posting_error IS NOT NULL),
    CONSTRAINT ck_review_case_decided
        CHECK ((queue_state IN ('approved', 'rejected')) = (decided_at IS NOT NULL))
);
CREATE INDEX ix_review_case_queue_state ON review_case (tenant_id, queue_state, created_at, id);
CALL pg_temp.isolate('review_case', 'SELECT, INSERT, UPDATE');

CREATE TABLE case_input (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL,
    inbox_id uuid NOT NULL,
    body jsonb NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, inbox_id) REFERENCES inbox_item (tenant_id, id)
);
CALL pg_temp.append_only('case_input', 'SELECT, INSERT');

CREATE TABLE ingestion_log (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL,
    received_at timestamptz NOT NULL,
    position integer NOT NULL,
    source_email text,
    source_subject text,
    message_id text,
    original_name text,
    mime_type text,
    size_bytes bigint,
    sha256 text,
    outcome text NOT NULL CONSTRAINT ck_ingestion_log_outcome CHECK (outcome IN (
        'accepted', 'duplicate', 'unsupported_type', 'too_large', 'too_many_attachments',
        'no_attachment', 'unknown_recipient', 'extraction_failed')),
    detail text,
    document_id uuid,
    inbox_id uuid,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ix_ingestion_log_received_at ON ingestion_log (tenant_id, received_at, position, id);
CALL pg_temp.append_only('ingestion_log', 'SELECT, INSERT');
