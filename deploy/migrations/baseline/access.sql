-- Tenants, people and their credentials.

CREATE TABLE tenant (
    id uuid PRIMARY KEY,
    company_name text NOT NULL,
    country text NOT NULL CONSTRAINT ck_tenant_country CHECK (country IN ('AT', 'DE')),
    chart text NOT NULL
        CONSTRAINT ck_tenant_chart CHECK (chart IN ('at_ekr', 'de_skr03', 'de_skr04')),
    fiscal_year_start smallint NOT NULL DEFAULT 1
        CONSTRAINT ck_tenant_fiscal_year_start CHECK (fiscal_year_start BETWEEN 1 AND 12),
    vat_id text,
    tax_id text,
    street text,
    postal_code text,
    city text,
    iban text,
    bic text,
    inbox_address text NOT NULL CONSTRAINT uq_tenant_inbox_address UNIQUE
        CONSTRAINT ck_tenant_inbox_address CHECK (inbox_address = lower(inbox_address)),
    datev_consultant text,
    datev_client text,
    created_at timestamptz NOT NULL,
    CONSTRAINT ck_tenant_chart_of_country CHECK ((chart = 'at_ekr') = (country = 'AT'))
);
CALL pg_temp.isolate('tenant', 'SELECT, INSERT, UPDATE', 'id');
CALL pg_temp.visible_to_owner('tenant');

-- The counters of a tenant, locked last and for as short as possible by whoever writes the books.
CREATE TABLE tenant_head (
    tenant_id uuid PRIMARY KEY REFERENCES tenant (id),
    last_number bigint NOT NULL DEFAULT 0,
    last_hash text NOT NULL DEFAULT repeat('0', 64),
    by_year jsonb NOT NULL DEFAULT '{}',
    audit_number bigint NOT NULL DEFAULT 0,
    audit_hash text NOT NULL DEFAULT repeat('0', 64),
    config_version bigint NOT NULL DEFAULT 1
) WITH (fillfactor = 50);
CALL pg_temp.isolate('tenant_head', 'SELECT');
CALL pg_temp.visible_to_owner('tenant_head');

CREATE TABLE app_user (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    id uuid NOT NULL,
    email text NOT NULL CONSTRAINT uq_app_user_email UNIQUE
        CONSTRAINT ck_app_user_email CHECK (email = lower(email)),
    name text NOT NULL,
    role text NOT NULL
        CONSTRAINT ck_app_user_role CHECK (role IN ('owner', 'admin', 'member')),
    password_hash text,
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CALL pg_temp.isolate('app_user', 'SELECT, INSERT, UPDATE');
CALL pg_temp.visible_to_owner('app_user');

CREATE TABLE api_key (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    key_hash text NOT NULL CONSTRAINT uq_api_key_key_hash UNIQUE,
    display_prefix text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES app_user (tenant_id, id)
);
CALL pg_temp.isolate('api_key', 'SELECT, INSERT, UPDATE');
CALL pg_temp.visible_to_owner('api_key');

CREATE TABLE session_token (
    tenant_id uuid NOT NULL,
    token_hash text NOT NULL CONSTRAINT uq_session_token_token_hash UNIQUE,
    user_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (tenant_id, token_hash),
    FOREIGN KEY (tenant_id, user_id) REFERENCES app_user (tenant_id, id)
);
CALL pg_temp.isolate('session_token', 'SELECT, INSERT, UPDATE');
CALL pg_temp.visible_to_owner('session_token');

CREATE TABLE password_token (
    tenant_id uuid NOT NULL,
    token_hash text NOT NULL CONSTRAINT uq_password_token_token_hash UNIQUE,
    user_id uuid NOT NULL,
    purpose text NOT NULL
        CONSTRAINT ck_password_token_purpose CHECK (purpose IN ('invitation', 'reset')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (tenant_id, token_hash),
    FOREIGN KEY (tenant_id, user_id) REFERENCES app_user (tenant_id, id)
);
CALL pg_temp.isolate('password_token', 'SELECT, INSERT, UPDATE');
CALL pg_temp.visible_to_owner('password_token');

CREATE TABLE login_attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    address_hash text NOT NULL,
    attempted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    failed boolean NOT NULL DEFAULT true
);
CREATE INDEX ix_login_attempt_address_hash_attempted_at
    ON login_attempt (address_hash, attempted_at);
