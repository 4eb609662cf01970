-- Documents, and what was read from them.

CREATE TABLE document (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL,
    sha256 text NOT NULL CONSTRAINT ck_document_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    mime_type text NOT NULL,
    original_name text NOT NULL,
    size_bytes bigint NOT NULL CONSTRAINT ck_document_size_bytes CHECK (size_bytes >= 0),
    source text NOT NULL CONSTRAINT ck_document_source CHECK (source IN ('upload', 'mail')),
    created_by uuid,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_document_sha256 UNIQUE (tenant_id, sha256)
);
CALL pg_temp.append_only('document', 'SELECT, INSERT');

CREATE TABLE extraction (
    tenant_id uuid NOT NULL,
    document_id uuid NOT NULL,
    version integer NOT NULL CONSTRAINT ck_extraction_version CHECK (version > 0),
    key text NOT NULL,
    failure text,
    fields jsonb,
    raw_text text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, document_id, version),
    CONSTRAINT uq_extraction_key UNIQUE (tenant_id, document_id, key),
    FOREIGN KEY (tenant_id, document_id) REFERENCES document (tenant_id, id),
    CONSTRAINT ck_extraction_read_or_failed CHECK ((failure IS NULL) = (fields IS NOT NULL))
);
CALL pg_temp.append_only('extraction', 'SELECT, INSERT');
