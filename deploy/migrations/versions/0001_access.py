"""Schema of access: tenants, people, credentials, the audit log, keys of commands."""

from alembic import op

from deploy.migrations.rules import append_only, definer, install, isolate, visible_to_owner

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = """
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

CREATE TABLE tenant_head (
    tenant_id uuid PRIMARY KEY REFERENCES tenant (id),
    last_number bigint NOT NULL DEFAULT 0,
    last_hash text NOT NULL DEFAULT repeat('0', 64),
    by_year jsonb NOT NULL DEFAULT '{}',
    audit_number bigint NOT NULL DEFAULT 0,
    audit_hash text NOT NULL DEFAULT repeat('0', 64)
) WITH (fillfactor = 50);

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

CREATE TABLE login_attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    address_hash text NOT NULL,
    attempted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    failed boolean NOT NULL DEFAULT true
);
CREATE INDEX ix_login_attempt_address_hash_attempted_at
    ON login_attempt (address_hash, attempted_at);

CREATE TABLE audit_event (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    number bigint NOT NULL CONSTRAINT ck_audit_event_number CHECK (number > 0),
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

CREATE TABLE idempotency (
    tenant_id uuid NOT NULL REFERENCES tenant (id),
    operation text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    body jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, operation, key)
);
"""

_NEW_HEAD = """
CREATE FUNCTION open_tenant_head() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO tenant_head (tenant_id) VALUES (NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER open_tenant_head AFTER INSERT ON tenant
    FOR EACH ROW EXECUTE FUNCTION open_tenant_head();
"""

# Locks the tenant's head, numbers the events, completes the canonical text of each with its
# number, chains the hashes and stores. Knows no rule.
_RECORD_AUDIT = """
CREATE FUNCTION record_audit(events jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tenant uuid := current_tenant();
    event jsonb;
    next_number bigint;
    prev text;
    hash text;
BEGIN
    SELECT audit_number, audit_hash INTO STRICT next_number, prev
        FROM tenant_head WHERE tenant_id = tenant FOR UPDATE;
    FOR event IN SELECT value FROM jsonb_array_elements(events) WITH ORDINALITY ORDER BY ordinality
    LOOP
        IF (event->>'tenant')::uuid IS DISTINCT FROM tenant THEN
            RAISE EXCEPTION 'an audit event belongs to the tenant of its transaction';
        END IF;
        next_number := next_number + 1;
        hash := encode(sha256(convert_to(
            (event->>'head') || next_number || (event->>'tail') || prev, 'UTF8')), 'hex');
        INSERT INTO audit_event (
            tenant_id, number, occurred_at, user_id, kind, surface, key_prefix, request_id,
            action, subject, subject_id, before, after, reason, prev_hash, audit_hash
        ) VALUES (
            tenant, next_number, (event->>'occurred_at')::timestamptz,
            (event->>'user_id')::uuid, event->>'kind', event->>'surface',
            event->>'key_prefix', event->>'request_id', event->>'action', event->>'subject',
            event->>'subject_id', nullif(event->'before', 'null'), nullif(event->'after', 'null'),
            event->>'reason', prev, hash
        );
        prev := hash;
    END LOOP;
    UPDATE tenant_head SET audit_number = next_number, audit_hash = prev
        WHERE tenant_id = tenant;
    RETURN next_number;
END
$$;
"""

_LOOKUPS = """
CREATE FUNCTION find_login(address text)
RETURNS TABLE (tenant_id uuid, user_id uuid, password_hash text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.tenant_id, u.id, u.password_hash FROM app_user u
    WHERE u.email = lower(address) AND u.active
$$;

CREATE FUNCTION find_api_key(hash text)
RETURNS TABLE (tenant_id uuid, country text, user_id uuid, scopes text[], display_prefix text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT k.tenant_id, t.country, k.user_id, k.scopes, k.display_prefix
    FROM api_key k
    JOIN app_user u ON u.tenant_id = k.tenant_id AND u.id = k.user_id
    JOIN tenant t ON t.id = k.tenant_id
    WHERE k.key_hash = hash AND k.revoked_at IS NULL AND u.active
$$;

CREATE FUNCTION find_session(hash text)
RETURNS TABLE (tenant_id uuid, country text, user_id uuid, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.tenant_id, t.country, s.user_id, u.role
    FROM session_token s
    JOIN app_user u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
    JOIN tenant t ON t.id = s.tenant_id
    WHERE s.token_hash = hash AND s.ended_at IS NULL AND s.expires_at > now() AND u.active
$$;

CREATE FUNCTION find_password_token(hash text)
RETURNS TABLE (tenant_id uuid, user_id uuid, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.tenant_id, p.user_id, p.expires_at
    FROM password_token p
    JOIN app_user u ON u.tenant_id = p.tenant_id AND u.id = p.user_id
    WHERE p.token_hash = hash AND p.ended_at IS NULL AND u.active
$$;

CREATE FUNCTION find_inbox(local_part text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.id FROM tenant t WHERE t.inbox_address = lower(local_part)
$$;

CREATE FUNCTION tenant_ids() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.id FROM tenant t ORDER BY t.created_at, t.id
$$;
"""

# A failed attempt counts from its beginning, so that many at once cannot slip through.
_THROTTLE = """
CREATE FUNCTION begin_login(address text, ceiling integer, span interval)
RETURNS TABLE (attempt bigint, retry_after integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    hashed text := encode(sha256(convert_to(lower(address), 'UTF8')), 'hex');
    failures bigint;
    oldest timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('login' || hashed, 0));
    DELETE FROM login_attempt
        WHERE address_hash = hashed AND attempted_at < clock_timestamp() - interval '1 day';
    SELECT count(*), min(attempted_at) INTO failures, oldest FROM login_attempt
        WHERE address_hash = hashed AND failed AND attempted_at > clock_timestamp() - span;
    IF failures >= ceiling THEN
        attempt := NULL;
        retry_after := greatest(1, ceil(extract(epoch FROM oldest + span - clock_timestamp())));
    ELSE
        INSERT INTO login_attempt (address_hash) VALUES (hashed) RETURNING id INTO attempt;
        retry_after := 0;
    END IF;
    RETURN NEXT;
END
$$;

CREATE FUNCTION login_succeeded(attempt bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE login_attempt SET failed = false WHERE id = attempt
$$;
"""

_FUNCTIONS = (
    "record_audit(jsonb)",
    "find_login(text)",
    "find_api_key(text)",
    "find_session(text)",
    "find_password_token(text)",
    "find_inbox(text)",
    "tenant_ids()",
    "begin_login(text, integer, interval)",
    "login_succeeded(bigint)",
)


def upgrade() -> None:
    """Build."""
    install()
    op.execute(_TABLES)
    isolate("tenant", column="id", grant="SELECT, INSERT, UPDATE")
    isolate("tenant_head", grant="SELECT")
    isolate("app_user", grant="SELECT, INSERT, UPDATE")
    isolate("api_key", grant="SELECT, INSERT, UPDATE")
    isolate("session_token", grant="SELECT, INSERT, UPDATE")
    isolate("password_token", grant="SELECT, INSERT, UPDATE")
    append_only("audit_event", grant="SELECT")
    append_only("idempotency")
    for table in ("tenant", "app_user", "api_key", "session_token", "password_token"):
        visible_to_owner(table)
    for functions in (_NEW_HEAD, _RECORD_AUDIT, _LOOKUPS, _THROTTLE):
        op.execute(functions)
    for signature in _FUNCTIONS:
        definer(signature)


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
