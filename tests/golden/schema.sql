--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: intent_kind; Type: DOMAIN; Schema: public; Owner: belegfluss_owner
--

CREATE DOMAIN public.intent_kind AS character varying(10)
	CONSTRAINT ck_kind_known CHECK (((VALUE)::text = ANY ((ARRAY['regular'::character varying, 'opening'::character varying, 'adjustment'::character varying, 'reversal'::character varying])::text[])));

ALTER DOMAIN public.intent_kind OWNER TO belegfluss_owner;

--
-- Name: positive_amount; Type: DOMAIN; Schema: public; Owner: belegfluss_owner
--

CREATE DOMAIN public.positive_amount AS numeric(18,2)
	CONSTRAINT ck_amount_positive CHECK ((VALUE > (0)::numeric));

ALTER DOMAIN public.positive_amount OWNER TO belegfluss_owner;

--
-- Name: account_moved(text, date, date); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.account_moved(p_account text, p_first date, p_last date) RETURNS numeric
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    short CONSTANT bigint := 16384;
    tenant CONSTANT uuid := current_tenant();
    indexed bigint;
    late bigint;
    moved numeric;
BEGIN
    SELECT i.last_number INTO indexed FROM journal_index i WHERE i.tenant_id = tenant;
    indexed := coalesce(indexed, 0);
    SELECT h.last_number - indexed INTO late FROM tenant_head h WHERE h.tenant_id = tenant;

    SELECT coalesce(sum(d.debit - d.credit), 0) INTO moved
    FROM account_day d
    WHERE d.tenant_id = tenant AND d.account = p_account AND d.day BETWEEN p_first AND p_last;

    IF late <= short THEN
        RETURN moved + (
            SELECT coalesce(sum(CASE WHEN e.debit_account = e.credit_account THEN 0
                WHEN e.debit_account = p_account THEN e.amount ELSE -e.amount END), 0)
            FROM journal_entry e
            WHERE e.tenant_id = tenant AND e.journal_number > indexed
              AND e.booking_date BETWEEN p_first AND p_last
              AND (e.debit_account = p_account OR e.credit_account = p_account));
    END IF;
    RETURN moved + (
        SELECT coalesce(sum(x.amount), 0)
        FROM (
            SELECT e.amount FROM journal_entry e
            WHERE e.tenant_id = tenant AND e.debit_account = p_account
              AND e.booking_date BETWEEN p_first AND p_last AND e.journal_number > indexed
            UNION ALL
            SELECT -e.amount FROM journal_entry e
            WHERE e.tenant_id = tenant AND e.credit_account = p_account
              AND e.booking_date BETWEEN p_first AND p_last AND e.journal_number > indexed
        ) x);
END;
$$;

ALTER FUNCTION public.account_moved(p_account text, p_first date, p_last date) OWNER TO belegfluss_owner;

--
-- Name: ask_reset(text, uuid); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.ask_reset(address text, letter uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    INSERT INTO letter (tenant_id, id, kind, subject, subject_id, round, recipient_id, facts,
                        state, attempts, due_at, created_at)
    SELECT u.tenant_id, letter, 'reset', 'user', u.id, 1, u.id, '{}',
           'pending', 0, clock_timestamp(), clock_timestamp()
    FROM app_user u WHERE u.email = lower(address)
      AND is_admitted(u.active, u.access_until)
      -- One letter is enough for a while, whoever asks and from wherever.
      AND NOT EXISTS (
          SELECT 1 FROM letter l
          WHERE l.tenant_id = u.tenant_id AND l.subject = 'user' AND l.subject_id = u.id
            AND l.kind = 'reset' AND l.created_at > clock_timestamp() - interval '5 minutes')
$$;

ALTER FUNCTION public.ask_reset(address text, letter uuid) OWNER TO belegfluss_owner;

--
-- Name: begin_challenge(text, text); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.begin_challenge(hash text, asked_of text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    DELETE FROM passkey_challenge WHERE expires_at < clock_timestamp();
    INSERT INTO passkey_challenge (challenge_hash, asked_of, expires_at)
    VALUES (hash, asked_of, clock_timestamp() + interval '5 minutes')
$$;

ALTER FUNCTION public.begin_challenge(hash text, asked_of text) OWNER TO belegfluss_owner;

--
-- Name: begin_login(text, text, text, integer, integer, integer); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.begin_login(account text, network text, device text, free_of_account integer, free_of_place integer, longest integer) RETURNS TABLE(attempt bigint, retry_after integer)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    account_hash text := encode(sha256(convert_to(lower(account), 'UTF8')), 'hex');
    found_place text := CASE
        WHEN is_known_device(account, device) THEN 'device ' || device
        ELSE 'network ' || encode(sha256(convert_to(network, 'UTF8')), 'hex')
    END;
    of_account bigint;
    of_place bigint;
    last_of_account timestamptz;
    last_of_place timestamptz;
    allowed_at timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('login ' || found_place, 0));
    DELETE FROM login_attempt
        WHERE place = found_place AND attempted_at < clock_timestamp() - interval '1 day';
    SELECT count(*), max(attempted_at),
        count(*) FILTER (WHERE address_hash = account_hash),
        max(attempted_at) FILTER (WHERE address_hash = account_hash)
    INTO of_place, last_of_place, of_account, last_of_account FROM login_attempt
    WHERE place = found_place AND failed AND attempted_at > clock_timestamp() - interval '1 hour';

    allowed_at := greatest(
        last_of_account + login_delay(of_account, free_of_account, longest),
        last_of_place + login_delay(of_place, free_of_place, longest));
    IF allowed_at > clock_timestamp() THEN
        retry_after := greatest(1, ceil(extract(epoch FROM allowed_at - clock_timestamp())));
    ELSE
        INSERT INTO login_attempt (address_hash, place) VALUES (account_hash, found_place)
        RETURNING id INTO attempt;
        retry_after := 0;
    END IF;
    RETURN NEXT;
END
$$;

ALTER FUNCTION public.begin_login(account text, network text, device text, free_of_account integer, free_of_place integer, longest integer) OWNER TO belegfluss_owner;

--
-- Name: begin_transaction_state(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.begin_transaction_state() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    NEW.reconciled := is_reconciled(NEW.tenant_id, NEW.id, NEW.type);
    RETURN NEW;
END
$$;

ALTER FUNCTION public.begin_transaction_state() OWNER TO belegfluss_owner;

--
-- Name: bookings_counted(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.bookings_counted() RETURNS TABLE(period text, bookings bigint)
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
DECLARE
    tenant CONSTANT uuid := current_tenant();
    indexed bigint;
BEGIN
    SELECT coalesce(max(i.items_to), 0) INTO indexed FROM journal_index i WHERE i.tenant_id = tenant;

    RETURN QUERY
        SELECT x.period::text, sum(x.bookings)::bigint
        FROM (
            SELECT c.period, c.bookings FROM period_count c WHERE c.tenant_id = tenant
            UNION ALL
            SELECT e.period, count(*)
            FROM (SELECT j.period, j.intent_id,
                      lead(j.intent_id) OVER (ORDER BY j.journal_number) AS behind
                  FROM journal_entry j
                  WHERE j.tenant_id = tenant AND j.journal_number > indexed) e
            WHERE e.behind IS DISTINCT FROM e.intent_id
            GROUP BY e.period
        ) x
        GROUP BY x.period;
END;
$$;

ALTER FUNCTION public.bookings_counted() OWNER TO belegfluss_owner;

--
-- Name: current_tenant(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.current_tenant() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid;

ALTER FUNCTION public.current_tenant() OWNER TO belegfluss_owner;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: tenant_head; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.tenant_head (
    tenant_id uuid NOT NULL,
    last_number bigint DEFAULT 0 NOT NULL,
    last_hash text DEFAULT repeat('0'::text, 64) NOT NULL,
    by_year jsonb DEFAULT '{}'::jsonb NOT NULL,
    audit_number bigint DEFAULT 0 NOT NULL,
    audit_hash text DEFAULT repeat('0'::text, 64) NOT NULL,
    config_version bigint DEFAULT 1 NOT NULL
)
WITH (fillfactor='50');

ALTER TABLE ONLY public.tenant_head FORCE ROW LEVEL SECURITY;

ALTER TABLE public.tenant_head OWNER TO belegfluss_owner;

--
-- Name: config_changed(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.config_changed() RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    BEGIN ATOMIC
 UPDATE public.tenant_head SET config_version = (tenant_head.config_version + 1)
   WHERE (tenant_head.tenant_id = public.current_tenant());
END;

ALTER FUNCTION public.config_changed() OWNER TO belegfluss_owner;

--
-- Name: count_listed(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.count_listed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO list_change (tenant_id, list, scope, part, day, rows)
         SELECT r.tenant_id, %L, %s, %s, %s, sum(r.listed) FROM (%s) r
         GROUP BY 1, 3, 4, 5 HAVING sum(r.listed) <> 0',
        TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1], TG_ARGV[2],
        CASE TG_OP
            WHEN 'INSERT' THEN 'SELECT *, 1 AS listed FROM added'
            ELSE 'SELECT *, 1 AS listed FROM added UNION ALL SELECT *, -1 FROM gone'
        END);
    RETURN NULL;
END
$$;

ALTER FUNCTION public.count_listed() OWNER TO belegfluss_owner;

--
-- Name: find_api_key(text); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.find_api_key(hash text) RETURNS TABLE(tenant_id uuid, country text, user_id uuid, role text, scopes text[], display_prefix text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT k.tenant_id, t.country, k.user_id, u.role, k.scopes, k.display_prefix
    FROM api_key k
    JOIN app_user u ON u.tenant_id = k.tenant_id AND u.id = k.user_id
    JOIN tenant t ON t.id = k.tenant_id
    WHERE k.key_hash = hash AND k.revoked_at IS NULL AND is_admitted(u.active, u.access_until)
$$;

ALTER FUNCTION public.find_api_key(hash text) OWNER TO belegfluss_owner;

--
-- Name: find_inbox(text); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.find_inbox(local_part text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT t.id FROM tenant t WHERE t.inbox_address = lower(local_part)
$$;

ALTER FUNCTION public.find_inbox(local_part text) OWNER TO belegfluss_owner;

--
-- Name: find_login(text); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.find_login(address text) RETURNS TABLE(tenant_id uuid, user_id uuid, password_hash text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT u.tenant_id, u.id, u.password_hash FROM app_user u
    WHERE u.email = lower(address) AND is_admitted(u.active, u.access_until)
$$;

ALTER FUNCTION public.find_login(address text) OWNER TO belegfluss_owner;

--
-- Name: find_passkey(bytea); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.find_passkey(credential bytea) RETURNS TABLE(tenant_id uuid, user_id uuid, id uuid, email text, public_key bytea, sign_count bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT p.tenant_id, p.user_id, p.id, u.email, p.public_key, p.sign_count
    FROM passkey p
    JOIN app_user u ON u.tenant_id = p.tenant_id AND u.id = p.user_id
    WHERE p.credential_id = credential AND p.removed_at IS NULL
      AND is_admitted(u.active, u.access_until)
$$;

ALTER FUNCTION public.find_passkey(credential bytea) OWNER TO belegfluss_owner;

--
-- Name: find_password_token(text); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.find_password_token(hash text) RETURNS TABLE(tenant_id uuid, user_id uuid, expires_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT p.tenant_id, p.user_id, p.expires_at
    FROM password_token p
    JOIN app_user u ON u.tenant_id = p.tenant_id AND u.id = p.user_id
    WHERE p.token_hash = hash AND p.ended_at IS NULL AND is_admitted(u.active, u.access_until)
$$;

ALTER FUNCTION public.find_password_token(hash text) OWNER TO belegfluss_owner;

--
-- Name: find_session(text); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.find_session(hash text) RETURNS TABLE(tenant_id uuid, country text, user_id uuid, role text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT s.tenant_id, t.country, s.user_id, u.role
    FROM session_token s
    JOIN app_user u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
    JOIN tenant t ON t.id = s.tenant_id
    WHERE s.token_hash = hash AND s.ended_at IS NULL AND s.expires_at > now() AND is_admitted(u.active, u.access_until)
$$;

ALTER FUNCTION public.find_session(hash text) OWNER TO belegfluss_owner;

--
-- Name: intent_ties(uuid); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.intent_ties(p_intent uuid) RETURNS TABLE(tie text, id uuid, name text, other text, amount numeric, day date, number bigint)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    tenant CONSTANT uuid := current_tenant();
    creator uuid;
    document uuid;
    numbers bigint[];
    accounts text[];
BEGIN
    SELECT i.created_by, i.document_id INTO creator, document FROM intent i
    WHERE i.tenant_id = tenant AND i.intent_id = p_intent;
    SELECT array_agg(e.journal_number - 1),
        array_agg(e.debit_account::text) || array_agg(e.credit_account::text)
    INTO numbers, accounts FROM journal_entry e
    WHERE e.tenant_id = tenant AND e.intent_id = p_intent;

    RETURN QUERY
        SELECT x.tie, x.id, x.name, x.other, x.amount, x.day, x.number
        FROM (
            SELECT 'reversed_by' AS tie, i.intent_id AS id, NULL AS name, NULL AS other,
                NULL::numeric AS amount, NULL::date AS day, NULL::bigint AS number,
                NULL::timestamptz AS at
            FROM intent i WHERE i.tenant_id = tenant AND i.reverses_intent_id = p_intent
            UNION ALL
            SELECT 'created_by', u.id, u.name::text, NULL, NULL, NULL, NULL, NULL
            FROM app_user u WHERE u.tenant_id = tenant AND u.id = creator
            UNION ALL
            SELECT 'document', d.id, d.original_name, d.mime_type, NULL, NULL, NULL, NULL
            FROM document d WHERE d.tenant_id = tenant AND d.id = document
            UNION ALL
            SELECT 'account', NULL, a.name::text, a.number::text, NULL, NULL, NULL, NULL
            FROM account a WHERE a.tenant_id = tenant AND a.number = ANY (accounts)
            UNION ALL
            SELECT 'before', NULL, e.audit_hash::text, NULL, NULL, NULL, e.journal_number, NULL
            FROM journal_entry e WHERE e.tenant_id = tenant AND e.journal_number = ANY (numbers)
            UNION ALL
            SELECT 'bank_transaction', b.id, NULL, NULL, b.amount, b.tx_date, NULL, NULL
            FROM bank_transaction b WHERE b.tenant_id = tenant AND b.intent_id = p_intent
            UNION ALL
            SELECT 'settles', o.intent_id, o.account::text, NULL, s.amount, NULL, NULL, s.created_at
            FROM settlement s
            JOIN open_item o ON o.tenant_id = tenant AND o.open_item_id = s.open_item_id
            WHERE s.tenant_id = tenant AND s.intent_id = p_intent
            UNION ALL
            SELECT 'settled_by', s.intent_id, o.account::text, NULL, s.amount, NULL, NULL,
                s.created_at
            FROM open_item o
            JOIN settlement s ON s.tenant_id = tenant AND s.open_item_id = o.open_item_id
            WHERE o.tenant_id = tenant AND o.intent_id = p_intent
        ) x
        ORDER BY x.at, x.day, x.id;
END;
$$;

ALTER FUNCTION public.intent_ties(p_intent uuid) OWNER TO belegfluss_owner;

--
-- Name: invoices_maybe_open(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.invoices_maybe_open() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
DECLARE
    tenant CONSTANT uuid := current_tenant();
BEGIN
    RETURN QUERY
        SELECT i.id
        FROM items_maybe_open(NULL, NULL) AS maybe (open_item_id)
        -- OFFSET 0: each is looked up, whatever the planner knows of tables that grew just now.
        CROSS JOIN LATERAL (
            SELECT i.id FROM invoice i
            WHERE i.tenant_id = tenant AND i.open_item_id = maybe.open_item_id OFFSET 0) i;
END;
$$;

ALTER FUNCTION public.invoices_maybe_open() OWNER TO belegfluss_owner;

--
-- Name: is_admitted(boolean, date); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.is_admitted(active boolean, access_until date) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT active
        AND (access_until IS NULL OR access_until >= (now() AT TIME ZONE 'Europe/Vienna')::date)
$$;

ALTER FUNCTION public.is_admitted(active boolean, access_until date) OWNER TO belegfluss_owner;

--
-- Name: intent; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.intent (
    tenant_id uuid NOT NULL,
    intent_id uuid NOT NULL,
    booking_date date NOT NULL,
    document_date date,
    period character varying(8) NOT NULL,
    fiscal_year smallint NOT NULL,
    kind public.intent_kind NOT NULL,
    source character varying(40) NOT NULL,
    description character varying(600),
    text_salt character varying(32),
    text_commitment character varying(64) NOT NULL,
    external_reference character varying(500),
    custom_metadata jsonb,
    document_id uuid,
    document_sha256 character varying(64),
    fx_currency character varying(3),
    fx_amount numeric(18,3),
    fx_rate numeric(20,10),
    fx_rate_date date,
    fx_rate_source character varying(10),
    reverses_intent_id uuid,
    fingerprint character varying(64) NOT NULL,
    total public.positive_amount NOT NULL,
    event_count integer NOT NULL,
    lines jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by uuid,
    approved_by uuid,
    actor jsonb NOT NULL,
    supply_date date
);

ALTER TABLE ONLY public.intent FORCE ROW LEVEL SECURITY;

ALTER TABLE public.intent OWNER TO belegfluss_owner;

--
-- Name: is_cancelled(uuid, uuid); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.is_cancelled(p_tenant uuid, p_intent uuid) RETURNS boolean
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 WITH RECURSIVE reversals AS (
          SELECT i.intent_id
            FROM public.intent i
           WHERE ((i.tenant_id = is_cancelled.p_tenant) AND (i.reverses_intent_id = is_cancelled.p_intent))
         UNION ALL
          SELECT i.intent_id
            FROM (public.intent i
              JOIN reversals r ON (((i.tenant_id = is_cancelled.p_tenant) AND (i.reverses_intent_id = r.intent_id))))
         )
  SELECT ((count(*) % (2)::bigint) = 1)
    FROM reversals;
END;

ALTER FUNCTION public.is_cancelled(p_tenant uuid, p_intent uuid) OWNER TO belegfluss_owner;

--
-- Name: is_known_device(text, text); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.is_known_device(account text, device text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT EXISTS (
        SELECT 1 FROM known_device d
        JOIN app_user u ON u.tenant_id = d.tenant_id AND u.id = d.user_id
        WHERE d.token_hash = device AND d.expires_at > now() AND u.email = lower(account)
          AND is_admitted(u.active, u.access_until))
$$;

ALTER FUNCTION public.is_known_device(account text, device text) OWNER TO belegfluss_owner;

--
-- Name: number_key(text); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.number_key(number text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    SELECT nullif(ltrim(
        regexp_replace(
            regexp_replace(
                translate(
                    regexp_replace(
                        regexp_replace(
                            upper(translate(
                                regexp_replace(
                                    normalize(number, NFKD),
                                    '[\u00ad\u0300-\u036f\u180e\u200b-\u200f\u202a-\u202e'
                                        || '\u2060-\u206f\ufe00-\ufe0f\ufeff]',
                                    '', 'g'),
                                'АВЕКМНОРСТУХІЈЅԚԜҺ'
                                    || 'авекмнорстухіјѕԛԝһ'
                                    || 'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧΩ'
                                    || 'αβεζηικμνορτυχω'
                                    || '|∣ǀӀӏı',
                                'ABEKMHOPCTYXIJSQWH'
                                    || 'ABEKMHOPCTYXIJSQWH'
                                    || 'ABEZHIKMNOPTYXW'
                                    || 'ABEZHIKMVOPTYXW'
                                    || 'LLLLLI')),
                            '(?<=[^[:alpha:]][ILOQ]*)[IL](?=[ILOQ]*[0-9])', '1', 'g'),
                        '(^|[^0-9])0+(?=[1-9]|[^[:alnum:]]+[0-9])', '\1', 'g'),
                    'OQILSBZ', '0011582'),
                '(^|[^0-9])0+(?=[^[:alnum:]]*[0-9])', '\1', 'g'),
            '[^[:alnum:]]', '', 'g'),
        '0'), '')
$$;

ALTER FUNCTION public.number_key(number text) OWNER TO belegfluss_owner;

--
-- Name: bank_transaction; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.bank_transaction (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    batch_id uuid,
    "position" integer NOT NULL,
    tx_date date NOT NULL,
    value_date date,
    amount numeric(18,2) NOT NULL,
    currency text NOT NULL,
    counterparty_name text,
    counterparty_iban text,
    reference text,
    bank_reference text,
    tx_type text,
    end_to_end_id text,
    content_hash text NOT NULL,
    status text NOT NULL,
    mode text,
    intent_id uuid,
    match_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    statement_id uuid,
    entry_id uuid,
    is_announced boolean DEFAULT false NOT NULL,
    servicer_reference text,
    swift_reference text,
    unique_reference text,
    entry_reference text,
    batch_reference text,
    details jsonb,
    match_group_id uuid,
    last_batch_id uuid,
    CONSTRAINT ck_bank_transaction_announced CHECK (((NOT is_announced) OR (status = 'excluded'::text))),
    CONSTRAINT ck_bank_transaction_content_hash CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT ck_bank_transaction_currency CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT ck_bank_transaction_mode CHECK ((mode = ANY (ARRAY['linked'::text, 'settlement'::text, 'fx_settlement'::text]))),
    CONSTRAINT ck_bank_transaction_reconciled CHECK ((((status = 'reconciled'::text) = (intent_id IS NOT NULL)) AND ((status = 'reconciled'::text) = (mode IS NOT NULL)))),
    CONSTRAINT ck_bank_transaction_status CHECK ((status = ANY (ARRAY['unreconciled'::text, 'reconciled'::text, 'excluded'::text])))
);

ALTER TABLE ONLY public.bank_transaction FORCE ROW LEVEL SECURITY;

ALTER TABLE public.bank_transaction OWNER TO belegfluss_owner;

--
-- Name: open_item; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.open_item (
    tenant_id uuid NOT NULL,
    open_item_id uuid NOT NULL,
    intent_id uuid NOT NULL,
    account character varying(8) NOT NULL,
    side character varying(1) NOT NULL,
    amount numeric(18,2) NOT NULL,
    partner_id uuid,
    document_number character varying(500),
    booking_date date NOT NULL,
    due_date date,
    currency character varying(3) NOT NULL,
    document_amount numeric(18,3) NOT NULL,
    number_key text GENERATED ALWAYS AS (public.number_key((document_number)::text)) STORED,
    CONSTRAINT ck_open_item_amount_positive CHECK ((amount > (0)::numeric)),
    CONSTRAINT ck_open_item_side_known CHECK (((side)::text = ANY ((ARRAY['D'::character varying, 'C'::character varying])::text[])))
);

ALTER TABLE ONLY public.open_item FORCE ROW LEVEL SECURITY;

ALTER TABLE public.open_item OWNER TO belegfluss_owner;

--
-- Name: settlement; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.settlement (
    tenant_id uuid NOT NULL,
    settlement_id uuid NOT NULL,
    open_item_id uuid NOT NULL,
    intent_id uuid NOT NULL,
    amount numeric(18,2) NOT NULL,
    settled_on date NOT NULL,
    created_at timestamp with time zone NOT NULL,
    document_amount numeric(18,3),
    CONSTRAINT ck_settlement_amount_moves CHECK ((amount <> (0)::numeric))
);

ALTER TABLE ONLY public.settlement FORCE ROW LEVEL SECURITY;

ALTER TABLE public.settlement OWNER TO belegfluss_owner;

--
-- Name: is_reconciled(uuid, uuid, text); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.is_reconciled(p_tenant uuid, p_id uuid, p_type text) RETURNS boolean
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT ((p_type = ANY (ARRAY['income'::text, 'expense'::text])) AND ((EXISTS ( SELECT 1
            FROM public.bank_transaction b
           WHERE ((b.tenant_id = is_reconciled.p_tenant) AND (b.intent_id = is_reconciled.p_id) AND (b.status = 'reconciled'::text)))) OR (EXISTS ( SELECT 1
            FROM (( SELECT s.open_item_id
                    FROM public.settlement s
                   WHERE ((s.tenant_id = is_reconciled.p_tenant) AND (s.intent_id = is_reconciled.p_id))
                 UNION ALL
                  SELECT o_1.open_item_id
                    FROM public.open_item o_1
                   WHERE ((o_1.tenant_id = is_reconciled.p_tenant) AND (o_1.intent_id = is_reconciled.p_id))) touched
              JOIN public.open_item o ON (((o.tenant_id = is_reconciled.p_tenant) AND (o.open_item_id = touched.open_item_id))))
           WHERE (o.amount = ( SELECT sum(s.amount) AS sum
                    FROM public.settlement s
                   WHERE ((s.tenant_id = is_reconciled.p_tenant) AND (s.open_item_id = o.open_item_id))))))) AND (NOT public.is_cancelled(p_tenant, p_id)));
END;

ALTER FUNCTION public.is_reconciled(p_tenant uuid, p_id uuid, p_type text) OWNER TO belegfluss_owner;

--
-- Name: is_second_person(uuid, uuid); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.is_second_person(asked_by uuid, approver uuid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
    WITH people AS (
        SELECT u.id, is_admitted(u.active, u.access_until) AS is_in,
            u.shut_out_at > now() - interval '7 days'
                OR u.access_until BETWEEN current_date - 7 AND current_date AS left_lately
        FROM app_user u
        WHERE u.tenant_id = current_tenant() AND u.role <> 'auditor')
    SELECT coalesce(approver IN (SELECT id FROM people WHERE is_in), false)
        AND (approver IS DISTINCT FROM asked_by
            OR (SELECT count(*) = 1 FROM people WHERE is_in OR left_lately))
$$;

ALTER FUNCTION public.is_second_person(asked_by uuid, approver uuid) OWNER TO belegfluss_owner;

--
-- Name: items_maybe_open(date, bigint); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.items_maybe_open(p_day date, p_cut bigint) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
DECLARE
    tenant CONSTANT uuid := current_tenant();
    ever CONSTANT date := coalesce(p_day, '9999-12-31');
    indexed bigint;
BEGIN
    SELECT coalesce(max(i.items_to), 0) INTO indexed FROM journal_index i WHERE i.tenant_id = tenant;

    RETURN QUERY
        SELECT s.open_item_id FROM item_span s
        WHERE s.tenant_id = tenant AND s.last_day > ever AND s.first_day <= ever
        UNION
        SELECT s.open_item_id FROM item_span s
        WHERE s.tenant_id = tenant AND s.last_number > p_cut AND s.first_number <= p_cut
        UNION
        -- OFFSET 0: each is looked up, whatever the planner knows of tables that grew just now.
        SELECT moved.open_item_id FROM journal_entry e
        CROSS JOIN LATERAL (
            (SELECT o.open_item_id FROM open_item o
             WHERE o.tenant_id = tenant AND o.intent_id = e.intent_id OFFSET 0)
            UNION ALL
            (SELECT s.open_item_id FROM settlement s
             WHERE s.tenant_id = tenant AND s.intent_id = e.intent_id OFFSET 0)) moved
        WHERE e.tenant_id = tenant AND e.journal_number > indexed;
END;
$$;

ALTER FUNCTION public.items_maybe_open(p_day date, p_cut bigint) OWNER TO belegfluss_owner;

--
-- Name: journal_numbers(text, date, date, text, text, bigint, integer); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.journal_numbers(p_account text, p_first date, p_last date, p_search text, p_reference text, p_before bigint, p_limit integer) RETURNS bigint[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    segment_size CONSTANT bigint := 16384;
    first_tokens CONSTANT integer := 4;
    most_tokens CONSTANT integer := 32;
    few CONSTANT bigint := 16;
    none CONSTANT bit(16384) := B'0'::bit(16384);
    none_of_128 CONSTANT bit(128) := B'0'::bit(128);
    tenant CONSTANT uuid := current_tenant();
    needle CONSTANT text := lower(p_search);
    pattern CONSTANT text := '%'
        || replace(replace(replace(needle, '\', '\\'), '%', '\%'), '_', '\_') || '%';
    indexed bigint;
    musts text[];
    rest text[];
    days text[];
    found bigint[];
    hits bigint[];
    newest bigint;
    oldest bigint := 0;
    width bigint := 2;
    part record;
    entries bit(16384);
    top bigint;
    start bigint;
    missing integer;
BEGIN
    SELECT i.last_number INTO indexed FROM journal_index i WHERE i.tenant_id = tenant;
    indexed := coalesce(indexed, 0);

    found := ARRAY(
        SELECT e.journal_number
        FROM journal_entry e
        JOIN intent i ON i.tenant_id = tenant AND i.intent_id = e.intent_id
        WHERE e.tenant_id = tenant AND e.journal_number > indexed AND e.journal_number < p_before
          AND (p_account IS NULL OR e.debit_account = p_account OR e.credit_account = p_account)
          AND (p_first IS NULL OR e.booking_date >= p_first)
          AND (p_last IS NULL OR e.booking_date <= p_last)
          AND (p_reference IS NULL OR i.external_reference = p_reference)
          AND (needle IS NULL OR lower(i.description) LIKE pattern
               OR lower(i.external_reference) LIKE pattern
               OR e.debit_account LIKE pattern OR e.credit_account LIKE pattern)
        ORDER BY e.journal_number DESC
        LIMIT p_limit);
    IF indexed = 0 OR cardinality(found) = p_limit THEN
        RETURN found;
    END IF;

    newest := least(indexed, p_before - 1) / segment_size;
    -- The rarest tokens come first, those of which the least is stored; the rest is asked only
    -- where these leave much.
    musts := ARRAY(
        SELECT g.gram
        FROM (
            SELECT substr(s.body, n, 3) AS gram
            FROM (VALUES (needle), (lower(p_reference))) AS s (body)
            CROSS JOIN LATERAL generate_series(1, greatest(length(s.body) - 2, 1)) n
            WHERE s.body <> ''
            UNION
            SELECT 'account:' || p_account WHERE p_account IS NOT NULL
        ) g
        LEFT JOIN journal_token k ON k.tenant_id = tenant AND k.token = g.gram
            AND k.segment = greatest(newest - 1, 0)
        ORDER BY coalesce(pg_column_size(k.entries), 0), g.gram
        LIMIT most_tokens);
    IF cardinality(musts) = 0 THEN
        musts := ARRAY['any'];
    END IF;
    rest := musts[first_tokens + 1:];
    musts := musts[1:first_tokens];
    IF p_first IS NOT NULL OR p_last IS NOT NULL THEN
        days := ARRAY(
            SELECT CASE WHEN m.is_whole THEN 'month:' || to_char(m.first_day, 'YYYY-MM')
                ELSE 'day:' || d.day::date END
            FROM (
                SELECT DISTINCT month.first_day, p.last_day,
                    coalesce(p_first <= month.first_day, true)
                        AND coalesce(p_last >= p.last_day, true) AS is_whole
                FROM period p
                CROSS JOIN LATERAL (
                    SELECT date_trunc('month', p.last_day)::date AS first_day) month
                WHERE p.tenant_id = tenant AND coalesce(p.last_day >= p_first, true)
                  AND coalesce(month.first_day <= p_last, true)
            ) m
            CROSS JOIN LATERAL generate_series(
                greatest(m.first_day, p_first)::timestamp,
                CASE WHEN m.is_whole THEN m.first_day ELSE least(m.last_day, p_last) END,
                interval '1 day') AS d (day));
        SELECT least(newest, max(k.segment)), min(k.segment) INTO newest, oldest
        FROM unnest(days) AS t (token)
        JOIN journal_token k ON k.tenant_id = tenant AND k.token = t.token;
    END IF;

    WHILE newest >= oldest LOOP
        FOR part IN
            SELECT m.segment, coalesce(m.entries & d.entries, m.entries) AS bits
            FROM (
                SELECT k.segment, bit_and(k.entries) AS entries
                FROM unnest(musts) AS t (token)
                JOIN journal_token k ON k.tenant_id = tenant AND k.token = t.token
                    AND k.segment BETWEEN newest - width + 1 AND newest
                GROUP BY k.segment
                HAVING count(*) = cardinality(musts) AND bit_and(k.entries) <> none
            ) m
            LEFT JOIN (
                SELECT k.segment, bit_or(k.entries) AS entries
                FROM unnest(days) AS t (token)
                JOIN journal_token k ON k.tenant_id = tenant AND k.token = t.token
                    AND k.segment BETWEEN newest - width + 1 AND newest
                GROUP BY k.segment
            ) d ON d.segment = m.segment
            WHERE days IS NULL OR m.entries & d.entries <> none
            ORDER BY m.segment DESC
        LOOP
            entries := part.bits;
            IF cardinality(rest) > 0 AND bit_count(entries) > few THEN
                SELECT CASE WHEN count(*) = cardinality(rest)
                    THEN part.bits & bit_and(k.entries) ELSE none END INTO entries
                FROM unnest(rest) AS t (token)
                JOIN journal_token k ON k.tenant_id = tenant AND k.token = t.token
                    AND k.segment = part.segment;
                CONTINUE WHEN entries = none;
            END IF;
            -- The leftmost bit of a segment is its newest entry.
            top := (part.segment + 1) * segment_size - 1;
            start := greatest(top - p_before + 1, 0);
            LOOP
                missing := p_limit - cardinality(found);
                hits := ARRAY(
                    SELECT top - b.at
                    FROM generate_series(start / 128 * 128, segment_size - 1, 128) AS c (at)
                    CROSS JOIN LATERAL generate_series(c.at, c.at + 127) AS b (at)
                    WHERE substring(entries FROM c.at::integer + 1 FOR 128) <> none_of_128
                      AND b.at >= start AND get_bit(entries, b.at::integer) = 1
                    LIMIT missing);
                found := found || ARRAY(
                    SELECT e.journal_number
                    FROM unnest(hits) h
                    JOIN journal_entry e ON e.tenant_id = tenant AND e.journal_number = h
                    JOIN intent i ON i.tenant_id = tenant AND i.intent_id = e.intent_id
                    WHERE (p_account IS NULL
                           OR e.debit_account = p_account OR e.credit_account = p_account)
                      AND (p_first IS NULL OR e.booking_date >= p_first)
                      AND (p_last IS NULL OR e.booking_date <= p_last)
                      AND (p_reference IS NULL OR i.external_reference = p_reference)
                      AND (needle IS NULL OR lower(i.description) LIKE pattern
                           OR lower(i.external_reference) LIKE pattern
                           OR e.debit_account LIKE pattern OR e.credit_account LIKE pattern)
                    ORDER BY e.journal_number DESC);
                IF cardinality(found) = p_limit THEN
                    RETURN found;
                END IF;
                EXIT WHEN cardinality(hits) < missing;
                start := top - hits[cardinality(hits)] + 1;
            END LOOP;
        END LOOP;
        newest := newest - width;
        width := width * 4;
    END LOOP;
    RETURN found;
END;
$$;

ALTER FUNCTION public.journal_numbers(p_account text, p_first date, p_last date, p_search text, p_reference text, p_before bigint, p_limit integer) OWNER TO belegfluss_owner;

--
-- Name: journals_behind(bigint); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.journals_behind(entries bigint) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT h.tenant_id FROM tenant_head h
    LEFT JOIN journal_index i ON i.tenant_id = h.tenant_id
    WHERE h.last_number - coalesce(least(i.last_number, i.items_to), 0) >= entries
    ORDER BY h.last_number - coalesce(least(i.last_number, i.items_to), 0)
$$;

ALTER FUNCTION public.journals_behind(entries bigint) OWNER TO belegfluss_owner;

--
-- Name: keep_key(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.keep_key() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
            RAISE EXCEPTION 'a revoked key stays revoked' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF EXISTS (
        SELECT 1 FROM app_user u, unnest(NEW.scopes) AS s (scope)
        WHERE u.tenant_id = NEW.tenant_id AND u.id = NEW.user_id
          AND NOT role_holds(u.role, s.scope))
    THEN
        RAISE EXCEPTION 'a key holds no more than its owner' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

ALTER FUNCTION public.keep_key() OWNER TO belegfluss_owner;

--
-- Name: keep_lock_request(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.keep_lock_request() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'pending' OR num_nonnulls(NEW.decided_by, NEW.decided_at) > 0 THEN
            RAISE EXCEPTION 'a lock request begins pending' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status <> 'pending' OR NEW.status = 'pending' THEN
        RAISE EXCEPTION 'a lock request is decided once' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status = 'approved' AND NOT is_second_person(NEW.requested_by, NEW.decided_by) THEN
        RAISE EXCEPTION 'a second person approves' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

ALTER FUNCTION public.keep_lock_request() OWNER TO belegfluss_owner;

--
-- Name: keep_locked(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.keep_locked() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.status = 'locked' THEN
        RAISE EXCEPTION 'period % is kept as it is', OLD.name
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status = 'locked' AND current_user = 'belegfluss_app' AND NOT EXISTS (
        SELECT 1 FROM lock_request r
        WHERE r.tenant_id = NEW.tenant_id AND r.period = NEW.name AND r.status = 'approved'
          AND r.decided_by = NEW.locked_by)
    THEN
        RAISE EXCEPTION 'nobody approved the lock of %', NEW.name
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

ALTER FUNCTION public.keep_locked() OWNER TO belegfluss_owner;

--
-- Name: keep_login(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.keep_login() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    -- Clocks of the application and of the database differ by less than five minutes.
    IF NEW.expires_at > NEW.created_at + interval '12 hours'
        OR NEW.expires_at > clock_timestamp() + interval '12 hours 5 minutes'
    THEN
        RAISE EXCEPTION 'a login lasts twelve hours' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'a login that ended stays ended' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

ALTER FUNCTION public.keep_login() OWNER TO belegfluss_owner;

--
-- Name: keep_named(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.keep_named() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO named_invoice (tenant_id, number_key, document_id, version, place)
    SELECT NEW.tenant_id, k.key, NEW.document_id, NEW.version, k.place
    FROM named_keys(NEW.fields) k;
    RETURN NULL;
END
$$;

ALTER FUNCTION public.keep_named() OWNER TO belegfluss_owner;

--
-- Name: keep_passkey(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.keep_passkey() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    IF OLD.removed_at IS NOT NULL OR NEW.user_id <> OLD.user_id
        OR NEW.credential_id <> OLD.credential_id OR NEW.public_key <> OLD.public_key
        OR NEW.sign_count < OLD.sign_count
    THEN
        RAISE EXCEPTION 'a passkey stays what it is' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

ALTER FUNCTION public.keep_passkey() OWNER TO belegfluss_owner;

--
-- Name: keep_password_token(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.keep_password_token() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    IF NEW.expires_at > clock_timestamp() + interval '7 days 5 minutes' THEN
        RAISE EXCEPTION 'a token lasts seven days' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'a token works once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

ALTER FUNCTION public.keep_password_token() OWNER TO belegfluss_owner;

--
-- Name: keep_person(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.keep_person() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.password_hash IS NOT NULL OR NOT NEW.active THEN
            RAISE EXCEPTION 'a person begins with an invitation' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.active AND NOT OLD.active THEN
        RAISE EXCEPTION 'who was shut out stays out' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.active AND NOT NEW.active
        OR NEW.access_until < coalesce(OLD.access_until, 'infinity'::date)
    THEN
        NEW.shut_out_at := clock_timestamp();
    ELSE
        NEW.shut_out_at := OLD.shut_out_at;
    END IF;
    RETURN NEW;
END
$$;

ALTER FUNCTION public.keep_person() OWNER TO belegfluss_owner;

--
-- Name: keep_recovery_code(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.keep_recovery_code() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    IF NEW.code_hash <> OLD.code_hash OR NEW.factor_id <> OLD.factor_id
        OR OLD.used_at IS NOT NULL AND (NEW.used_at IS NULL
            OR NEW.last_use IS DISTINCT FROM OLD.last_use)
    THEN
        RAISE EXCEPTION 'a recovery code works once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

ALTER FUNCTION public.keep_recovery_code() OWNER TO belegfluss_owner;

--
-- Name: keep_run(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.keep_run() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' THEN
            RAISE EXCEPTION 'a run begins as a draft' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('draft', 'approved'), ('draft', 'cancelled'), ('approved', 'exported'),
        ('approved', 'cancelled'), ('exported', 'completed'), ('exported', 'cancelled'))
    THEN
        RAISE EXCEPTION 'a run goes forward' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.approved_by IS DISTINCT FROM OLD.approved_by
        AND (OLD.approved_by IS NOT NULL OR NOT is_second_person(OLD.created_by, NEW.approved_by))
    THEN
        RAISE EXCEPTION 'a second person approves' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

ALTER FUNCTION public.keep_run() OWNER TO belegfluss_owner;

--
-- Name: keep_second_factor(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.keep_second_factor() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    IF OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'a second factor that ended stays ended' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.last_step < OLD.last_step OR NEW.user_id <> OLD.user_id
        OR OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at
            OR NEW.ended_at IS NULL AND NEW.sealed IS DISTINCT FROM OLD.sealed)
    THEN
        RAISE EXCEPTION 'a code works once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

ALTER FUNCTION public.keep_second_factor() OWNER TO belegfluss_owner;

--
-- Name: keep_transaction(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.keep_transaction() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - 'reconciled' - 'cents' = to_jsonb(OLD) - 'reconciled' - 'cents' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;

ALTER FUNCTION public.keep_transaction() OWNER TO belegfluss_owner;

--
-- Name: letters_due(integer); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.letters_due(most integer) RETURNS TABLE(tenant_id uuid, id uuid, kind text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT l.tenant_id, l.id, l.kind FROM letter l
    WHERE l.state = 'pending' AND l.due_at <= clock_timestamp()
    ORDER BY l.due_at LIMIT most
$$;

ALTER FUNCTION public.letters_due(most integer) OWNER TO belegfluss_owner;

--
-- Name: lists_behind(bigint); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.lists_behind(changes bigint) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT c.tenant_id FROM list_change c GROUP BY c.tenant_id HAVING count(*) >= changes
$$;

ALTER FUNCTION public.lists_behind(changes bigint) OWNER TO belegfluss_owner;

--
-- Name: login_delay(bigint, integer, integer); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.login_delay(failures bigint, free integer, longest integer) RETURNS interval
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT make_interval(secs => CASE
        WHEN failures < free THEN 0
        ELSE least(longest, 2 ^ least(failures - free, 20))
    END)
$$;

ALTER FUNCTION public.login_delay(failures bigint, free integer, longest integer) OWNER TO belegfluss_owner;

--
-- Name: login_succeeded(bigint); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.login_succeeded(attempt bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    UPDATE login_attempt SET failed = false WHERE id = attempt
$$;

ALTER FUNCTION public.login_succeeded(attempt bigint) OWNER TO belegfluss_owner;

--
-- Name: movement_origin(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.movement_origin() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    lost text;
BEGIN
    -- Subqueries instead of joins: each is looked up, whatever the planner knows of the tables.
    SELECT 'bank_account ' || a.bank_account_id INTO lost
    FROM (SELECT DISTINCT n.tenant_id, n.bank_account_id FROM added n) a
    WHERE (SELECT b.id FROM bank_account b
           WHERE b.tenant_id = a.tenant_id AND b.id = a.bank_account_id) IS NULL
    LIMIT 1;
    IF lost IS NULL THEN
        SELECT 'bank_import ' || a.batch_id INTO lost
        FROM (SELECT DISTINCT n.tenant_id, n.batch_id FROM added n WHERE n.batch_id IS NOT NULL) a
        WHERE (SELECT i.id FROM bank_import i
               WHERE i.tenant_id = a.tenant_id AND i.id = a.batch_id) IS NULL
        LIMIT 1;
    END IF;
    IF lost IS NOT NULL THEN
        RAISE EXCEPTION 'a movement comes from what is not there: %', lost
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;

ALTER FUNCTION public.movement_origin() OWNER TO belegfluss_owner;

--
-- Name: named_keys(jsonb); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.named_keys(fields jsonb) RETURNS TABLE(key text, place integer)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$
    SELECT number_key(left(named ->> 'number', 100)), min(at)::integer - 1
    FROM jsonb_path_query(fields, '$.preceding[*]') WITH ORDINALITY AS each (named, at)
    WHERE number_key(left(named ->> 'number', 100)) IS NOT NULL
    GROUP BY 1
$_$;

ALTER FUNCTION public.named_keys(fields jsonb) OWNER TO belegfluss_owner;

--
-- Name: note_reversed(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.note_reversed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    WITH RECURSIVE behind AS (
        SELECT NEW.reverses_intent_id AS intent_id
        UNION ALL
        SELECT i.reverses_intent_id FROM intent i
        JOIN behind b ON i.tenant_id = NEW.tenant_id AND i.intent_id = b.intent_id
        WHERE i.reverses_intent_id IS NOT NULL)
    UPDATE transaction t SET reconciled = NOT t.reconciled
    WHERE t.tenant_id = NEW.tenant_id AND t.id = ANY (ARRAY(SELECT intent_id FROM behind))
      AND t.reconciled <> is_reconciled(t.tenant_id, t.id, t.type);
    RETURN NULL;
END
$$;

ALTER FUNCTION public.note_reversed() OWNER TO belegfluss_owner;

--
-- Name: note_settled(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.note_settled() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    -- As an array, so that nothing but these rows is ever looked at. OFFSET 0: each item is looked
    -- up, whatever the planner knows of tables that grew just now.
    UPDATE transaction t SET reconciled = NOT t.reconciled
    WHERE t.tenant_id = current_tenant()
      AND t.id = ANY (ARRAY(
          SELECT DISTINCT touched.intent_id
          FROM (SELECT DISTINCT open_item_id FROM added) a
          CROSS JOIN LATERAL (
              (SELECT s.intent_id FROM settlement s
               WHERE s.tenant_id = current_tenant() AND s.open_item_id = a.open_item_id OFFSET 0)
              UNION ALL
              (SELECT o.intent_id FROM open_item o
               WHERE o.tenant_id = current_tenant() AND o.open_item_id = a.open_item_id OFFSET 0)
          ) touched))
      AND t.reconciled <> is_reconciled(t.tenant_id, t.id, t.type);
    RETURN NULL;
END
$$;

ALTER FUNCTION public.note_settled() OWNER TO belegfluss_owner;

--
-- Name: note_tied(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.note_tied() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    tenant uuid;
    tied uuid[];
BEGIN
    -- A statement has rows of one tenant: row security sees to it.
    IF TG_OP = 'INSERT' THEN
        SELECT n.tenant_id, array_agg(DISTINCT n.intent_id) INTO tenant, tied
        FROM added n WHERE n.intent_id IS NOT NULL GROUP BY 1;
    ELSE
        SELECT n.tenant_id, array_agg(DISTINCT x.intent_id) INTO tenant, tied
        FROM added n JOIN gone o USING (tenant_id, id)
        CROSS JOIN LATERAL (VALUES (n.intent_id), (o.intent_id)) AS x (intent_id)
        WHERE x.intent_id IS NOT NULL
          AND (o.intent_id IS DISTINCT FROM n.intent_id OR o.status IS DISTINCT FROM n.status)
        GROUP BY 1;
    END IF;
    -- Most of what is tied is no transaction of the simple form.
    SELECT array_agg(t.id) INTO tied
    FROM transaction t WHERE t.tenant_id = tenant AND t.id = ANY (tied);
    IF tied IS NULL THEN
        RETURN NULL;
    END IF;
    -- Whoever settles the same item at this moment holds it: each must see what the other did.
    PERFORM 1 FROM open_item o
    WHERE o.tenant_id = tenant AND o.open_item_id = ANY (ARRAY(
        SELECT s.open_item_id FROM settlement s
        WHERE s.tenant_id = tenant AND s.intent_id = ANY (tied)
        UNION
        SELECT i.open_item_id FROM open_item i
        WHERE i.tenant_id = tenant AND i.intent_id = ANY (tied)))
    ORDER BY o.open_item_id
    FOR UPDATE;
    UPDATE transaction t SET reconciled = NOT t.reconciled
    WHERE t.tenant_id = tenant AND t.id = ANY (tied)
      AND t.reconciled <> is_reconciled(t.tenant_id, t.id, t.type);
    RETURN NULL;
END
$$;

ALTER FUNCTION public.note_tied() OWNER TO belegfluss_owner;

--
-- Name: open_tenant_head(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.open_tenant_head() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO tenant_head (tenant_id) VALUES (NEW.id);
    RETURN NULL;
END
$$;

ALTER FUNCTION public.open_tenant_head() OWNER TO belegfluss_owner;

--
-- Name: outgoing_invoices_maybe_open(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.outgoing_invoices_maybe_open() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
DECLARE
    tenant CONSTANT uuid := current_tenant();
BEGIN
    RETURN QUERY
        SELECT i.id
        FROM items_maybe_open(NULL, NULL) AS maybe (open_item_id)
        -- OFFSET 0: each is looked up, whatever the planner knows of tables that grew just now.
        CROSS JOIN LATERAL (
            SELECT i.id FROM outgoing_invoice i
            WHERE i.tenant_id = tenant AND i.open_item_id = maybe.open_item_id OFFSET 0) i;
END;
$$;

ALTER FUNCTION public.outgoing_invoices_maybe_open() OWNER TO belegfluss_owner;

--
-- Name: account; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.account (
    tenant_id uuid NOT NULL,
    number character varying(8) NOT NULL,
    name character varying(255) NOT NULL,
    type character varying(9) NOT NULL,
    category character varying(100),
    report_group character varying(40),
    statement_group character varying(40),
    default_tax_code character varying(20),
    is_system boolean NOT NULL,
    is_open_item boolean NOT NULL,
    active boolean NOT NULL,
    CONSTRAINT ck_account_number_digits CHECK (((number)::text ~ '^[0-9]{1,8}$'::text)),
    CONSTRAINT ck_account_type_known CHECK (((type)::text = ANY ((ARRAY['asset'::character varying, 'liability'::character varying, 'equity'::character varying, 'revenue'::character varying, 'expense'::character varying])::text[])))
);

ALTER TABLE ONLY public.account FORCE ROW LEVEL SECURITY;

ALTER TABLE public.account OWNER TO belegfluss_owner;

--
-- Name: payable_of(uuid, uuid, uuid, numeric, text); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.payable_of(p_tenant uuid, p_intent uuid, p_vendor uuid, p_gross numeric, p_currency text) RETURNS uuid
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT (array_agg(o.open_item_id))[1] AS array_agg
    FROM (public.open_item o
      JOIN public.account a ON (((a.tenant_id = payable_of.p_tenant) AND ((a.number)::text = (o.account)::text) AND ((a.type)::text = 'liability'::text))))
   WHERE ((o.tenant_id = payable_of.p_tenant) AND (o.intent_id = payable_of.p_intent) AND ((o.side)::text =
         CASE
             WHEN (payable_of.p_gross < (0)::numeric) THEN 'D'::text
             ELSE 'C'::text
         END) AND (o.document_amount = abs(payable_of.p_gross)) AND ((o.currency)::text = payable_of.p_currency) AND (COALESCE(o.partner_id, payable_of.p_vendor) = payable_of.p_vendor) AND (NOT public.is_cancelled(payable_of.p_tenant, payable_of.p_intent)))
  HAVING (count(*) = 1);
END;

ALTER FUNCTION public.payable_of(p_tenant uuid, p_intent uuid, p_vendor uuid, p_gross numeric, p_currency text) OWNER TO belegfluss_owner;

--
-- Name: post_intents(jsonb); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.post_intents(p_works jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    caller text := current_setting('app.tenant_id', true);
    told jsonb;
BEGIN
FOR place IN 0 .. jsonb_array_length(p_works) - 1 LOOP
DECLARE
    work jsonb := p_works -> place;
    tenant uuid := work ->> 'tenant';
    config bigint := work -> 'config';
    head tenant_head%ROWTYPE;
    fresh uuid[];
    known jsonb;
    items uuid[];
    stored bigint;
    answers jsonb;
    movements jsonb := work -> 'movements';
    x record;
    wanted jsonb;
    month text;
    queue bigint;
    setting text;
    found_status text;
    year integer;
    year_shown integer;
    year_number bigint;
    number text;
    parts jsonb;
    part jsonb;
    numbers bigint[];
    entry_nos text[];
    hashes text[];
    prevs text[];
    events jsonb;
    event_numbers bigint[];
    event_hashes text[];
    event_prevs text[];
    kinds integer[];
    subjects text[];
BEGIN
    IF caller IS NULL OR caller = '' THEN
        setting := set_config('app.tenant_id', tenant::text, true);
        -- Connections wait shortly, so that one tenant does not hold up the others of its group.
        IF NOT work ? 'impatient' THEN
            setting := set_config('lock_timeout', '10s', true);
        END IF;
    ELSIF caller <> tenant::text THEN
        RAISE EXCEPTION 'a transaction of another tenant' USING ERRCODE = 'BF000';
    END IF;
    -- A condition with a query in it costs a query, whatever stands before it.
    IF work ? 'credentials' THEN
        IF EXISTS (
            SELECT 1 FROM jsonb_array_elements_text(work -> 'credentials') AS c (hash)
            WHERE NOT EXISTS (SELECT 1 FROM find_api_key(c.hash) k WHERE k.tenant_id = tenant)
              AND NOT EXISTS (SELECT 1 FROM find_session(c.hash) s WHERE s.tenant_id = tenant))
        THEN
            RAISE EXCEPTION 'a credential no longer holds' USING ERRCODE = 'BF008';
        END IF;
    END IF;
    IF work ? 'gentle' THEN
        IF config <> (SELECT h.config_version FROM tenant_head h WHERE h.tenant_id = tenant) THEN
            told := coalesce(told, '{}') || jsonb_build_object(place, '{"stale": true}'::jsonb);
            CONTINUE;
        END IF;
    END IF;

    IF work ? 'keys' THEN
        INSERT INTO idempotency (tenant_id, operation, key, request_hash, body)
        SELECT tenant, k.operation, k.key, k.request_hash, k.body
        FROM jsonb_to_recordset(work -> 'keys')
            AS k (operation text, key text, request_hash text, body jsonb)
        WHERE pg_try_advisory_xact_lock(
            hashtextextended(tenant || E'\x1f' || k.operation || E'\x1f' || k.key, 0))
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS stored = ROW_COUNT;
        IF stored < jsonb_array_length(work -> 'keys') THEN
            FOR x IN
                SELECT k.operation, k.key, k.request_hash, i.request_hash AS first_hash,
                    i.body AS first_body
                FROM jsonb_to_recordset(work -> 'keys')
                    AS k (operation text, key text, request_hash text)
                LEFT JOIN idempotency i ON i.tenant_id = tenant
                    AND i.operation = k.operation AND i.key = k.key
                -- All but the rows that were stored just now.
                WHERE i.xmin IS NULL OR i.xmin <> pg_current_xact_id()::xid
            LOOP
                IF x.first_hash IS NULL THEN
                    RAISE EXCEPTION 'key in use' USING ERRCODE = 'BF006';
                ELSIF x.first_hash <> x.request_hash THEN
                    RAISE EXCEPTION 'key reused' USING ERRCODE = 'BF005';
                END IF;
                answers := coalesce(answers, '[]') || jsonb_build_object(
                    'operation', x.operation, 'key', x.key, 'body', x.first_body);
            END LOOP;
        END IF;
    END IF;

    WITH kept AS (
        INSERT INTO intent (
            tenant_id, intent_id, booking_date, document_date, supply_date, period, fiscal_year, kind, source,
            description, text_salt, text_commitment, external_reference, custom_metadata,
            document_id, document_sha256, fx_currency, fx_amount, fx_rate, fx_rate_date,
            fx_rate_source, reverses_intent_id, fingerprint, total, event_count, lines,
            created_at, created_by, approved_by, actor)
        SELECT tenant, i.intent_id, i.booking_date, i.document_date, i.supply_date, i.period, i.fiscal_year,
            i.kind, i.source, i.description, i.text_salt, i.text_commitment,
            i.external_reference, i.custom_metadata, i.document_id, i.document_sha256,
            i.fx_currency, i.fx_amount, i.fx_rate, i.fx_rate_date, i.fx_rate_source,
            i.reverses_intent_id, i.fingerprint, i.total, i.event_count, i.lines, i.created_at,
            i.created_by, i.approved_by, i.actor
        FROM jsonb_to_recordset(work -> 'intents') AS i (
            intent_id uuid, booking_date date, document_date date, supply_date date, period text,
            fiscal_year smallint, kind text, source text, description text, text_salt text,
            text_commitment text, external_reference text, custom_metadata jsonb,
            document_id uuid, document_sha256 text, fx_currency text, fx_amount numeric,
            fx_rate numeric, fx_rate_date date, fx_rate_source text, reverses_intent_id uuid,
            fingerprint text, total numeric, event_count integer, lines jsonb,
            created_at timestamptz, created_by uuid, approved_by uuid, actor jsonb)
        WHERE num_nulls(i.fx_currency, i.fx_amount, i.fx_rate, i.fx_rate_date, i.fx_rate_source)
            IN (0, 5)
        ON CONFLICT ON CONSTRAINT pk_intent DO NOTHING
        RETURNING intent_id
    )
    SELECT array_agg(s.intent_id) INTO fresh FROM kept s;

    IF fresh IS NULL OR cardinality(fresh) < jsonb_array_length(work -> 'intents') THEN
        SELECT jsonb_agg(jsonb_build_object('id', i.intent_id, 'rows', i.event_count)) INTO known
        FROM intent i
        WHERE i.tenant_id = tenant AND i.intent_id IN (
            SELECT w.intent_id FROM jsonb_to_recordset(work -> 'intents') AS w (intent_id uuid)
            WHERE fresh IS NULL OR w.intent_id <> ALL (fresh));
        IF coalesce(cardinality(fresh), 0) + coalesce(jsonb_array_length(known), 0)
            < jsonb_array_length(work -> 'intents')
        THEN
            RAISE EXCEPTION 'an exchange is not complete' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF known IS NOT NULL OR answers IS NOT NULL THEN
        told := coalesce(told, '{}')
            || jsonb_build_object(place, jsonb_build_object('known', known, 'answers', answers));
    END IF;
    CONTINUE WHEN fresh IS NULL;

    parts := work -> 'periods';
    FOR at IN 0 .. jsonb_array_length(parts) - 1 LOOP
        wanted := parts -> at;
        month := wanted ->> 'name';
        queue := hashtextextended('period/' || tenant || '/' || month, 0);
        -- Whoever locks a period waits in this queue, and postings do not overtake it.
        IF NOT work ? 'impatient' THEN
            PERFORM pg_advisory_xact_lock_shared(queue);
        ELSIF NOT pg_try_advisory_xact_lock_shared(queue) THEN
            RAISE EXCEPTION 'the period is being locked' USING ERRCODE = 'BF007';
        END IF;
        SELECT p.status INTO found_status FROM period p
        WHERE p.tenant_id = tenant AND p.name = month;
        IF NOT FOUND THEN
            INSERT INTO period (
                tenant_id, name, period_number, fiscal_year, first_day, last_day, status)
            VALUES (tenant, month, (wanted ->> 'period_number')::smallint,
                (wanted ->> 'fiscal_year')::smallint, (wanted ->> 'first_day')::date,
                (wanted ->> 'last_day')::date, 'open')
            ON CONFLICT ON CONSTRAINT pk_period DO NOTHING;
        ELSIF found_status <> 'open' THEN
            IF EXISTS (
                SELECT 1 FROM intent i
                WHERE i.tenant_id = tenant AND i.intent_id = ANY (fresh) AND i.period = month)
            THEN
                RAISE EXCEPTION 'period is %', found_status
                    USING ERRCODE = 'BF001', DETAIL = month;
            END IF;
        END IF;
    END LOOP;

    IF work ? 'settlements' THEN
        SELECT array_agg(s.open_item_id) INTO items
        FROM jsonb_to_recordset(work -> 'settlements') AS s (open_item_id uuid);
        PERFORM 1 FROM open_item o
        WHERE o.tenant_id = tenant AND o.open_item_id = ANY (items)
        ORDER BY o.open_item_id FOR UPDATE;
    END IF;

    SELECT * INTO STRICT head FROM tenant_head h WHERE h.tenant_id = tenant FOR UPDATE;
    IF config <> head.config_version THEN
        RAISE EXCEPTION 'the chart has changed' USING ERRCODE = 'BF003';
    END IF;

    IF work ? 'duplicates' THEN
        FOR x IN
            SELECT other.intent_id, i.intent_id AS suspected
            FROM jsonb_to_recordset(work -> 'duplicates')
                AS i (intent_id uuid, fingerprint text, external_reference text)
            JOIN intent other
              ON other.tenant_id = tenant AND other.fingerprint = i.fingerprint
             AND other.intent_id <> i.intent_id AND other.kind <> 'reversal'
            WHERE i.intent_id = ANY (fresh)
              AND (i.external_reference IS NULL OR other.external_reference IS NULL
                   OR i.external_reference = other.external_reference)
              AND NOT is_cancelled(tenant, other.intent_id)
            LIMIT 1
        LOOP
            RAISE EXCEPTION 'the same booking seems to exist'
                USING ERRCODE = 'BF004', DETAIL = x.intent_id || ' ' || x.suspected;
        END LOOP;
    END IF;

    IF work ? 'open_items' THEN
        INSERT INTO open_item (
            tenant_id, open_item_id, intent_id, account, side, amount, partner_id,
            document_number, booking_date, due_date, currency, document_amount)
        SELECT tenant, o.open_item_id, o.intent_id, o.account, o.side, o.amount, o.partner_id,
            o.document_number, o.booking_date, o.due_date, o.currency, o.document_amount
        FROM jsonb_to_recordset(work -> 'open_items') AS o (
            open_item_id uuid, intent_id uuid, account text, side text, amount numeric,
            partner_id uuid, document_number text, booking_date date, due_date date,
            currency text, document_amount numeric)
        WHERE o.intent_id = ANY (fresh);
    END IF;

    IF items IS NOT NULL THEN
        INSERT INTO settlement (
            tenant_id, settlement_id, open_item_id, intent_id, amount, settled_on, created_at,
            document_amount)
        SELECT tenant, s.settlement_id, s.open_item_id, s.intent_id, s.amount, s.settled_on,
            s.created_at, s.document_amount
        FROM jsonb_to_recordset(work -> 'settlements') AS s (
            settlement_id uuid, open_item_id uuid, intent_id uuid, amount numeric,
            settled_on date, created_at timestamptz, document_amount numeric)
        WHERE s.intent_id = ANY (fresh);

        FOR x IN
            SELECT o.open_item_id
            FROM open_item o
            WHERE o.tenant_id = tenant AND o.open_item_id = ANY (items)
              AND (SELECT sum(s.amount) FROM settlement s
                   WHERE s.tenant_id = tenant AND s.open_item_id = o.open_item_id)
                  NOT BETWEEN 0 AND o.amount
        LOOP
            RAISE EXCEPTION 'settled beyond the open amount'
                USING ERRCODE = 'BF002', DETAIL = x.open_item_id::text;
        END LOOP;
    END IF;

    -- What is settled in the currency of an item goes as far as it, and ends where its EUR do.
    -- What else was settled meanwhile is known only now, when the items are locked.
    IF work ? 'in_currency' THEN
        FOR x IN
            SELECT o.open_item_id
            FROM jsonb_to_recordset(work -> 'in_currency')
                AS c (open_item_id uuid, intent_id uuid, half numeric)
            JOIN open_item o ON o.tenant_id = tenant AND o.open_item_id = c.open_item_id
            CROSS JOIN LATERAL (
                SELECT o.amount - sum(s.amount) AS euro,
                    o.document_amount - sum(coalesce(
                        s.document_amount, s.amount * o.document_amount / o.amount)) AS document
                FROM settlement s
                WHERE s.tenant_id = tenant AND s.open_item_id = o.open_item_id) rest
            WHERE c.intent_id = ANY (fresh)
              AND (rest.document < -c.half OR (rest.euro = 0) <> (rest.document < c.half))
            LIMIT 1
        LOOP
            RAISE EXCEPTION 'settled beyond the open amount, or not up to it, in its currency'
                USING ERRCODE = 'BF002', DETAIL = x.open_item_id::text;
        END LOOP;
    END IF;

    IF known IS NOT NULL THEN
        -- An array begins where it is filled first, and the first place may be skipped.
        numbers := '{NULL}';
        entry_nos := '{NULL}';
        hashes := '{NULL}';
        prevs := '{NULL}';
        event_numbers := '{NULL}';
        event_hashes := '{NULL}';
        event_prevs := '{NULL}';
        kinds := '{NULL}';
        subjects := '{NULL}';
    END IF;

    parts := work -> 'leaves';
    FOR at IN 1 .. jsonb_array_length(parts) LOOP
        part := parts -> (at - 1);
        -- An entry never stands without its intent.
        CONTINUE WHEN known IS NOT NULL AND (part ->> 0)::uuid <> ALL (fresh);
        year := (part ->> 1)::integer;
        IF year_shown IS DISTINCT FROM year THEN
            IF year_shown IS NOT NULL THEN
                head.by_year := head.by_year || jsonb_build_object(year_shown, year_number);
            END IF;
            year_shown := year;
            year_number := coalesce((head.by_year ->> year_shown::text)::bigint, 0);
        END IF;
        year_number := year_number + 1;
        number := year_shown || '-' || CASE
            WHEN year_number < 1000000 THEN lpad(year_number::text, 6, '0')
            ELSE year_number::text END;
        prevs[at] := head.last_hash;
        head.last_number := head.last_number + 1;
        head.last_hash := encode(sha256(convert_to(
            (part ->> 2) || '"entry_no":"' || number || '","entry_seq":"' || head.last_number
            || '"' || (part ->> 3) || head.last_hash, 'UTF8')), 'hex');
        numbers[at] := head.last_number;
        entry_nos[at] := number;
        hashes[at] := head.last_hash;
    END LOOP;
    head.by_year := head.by_year || jsonb_build_object(year_shown, year_number);

    events := work -> 'events';
    parts := work -> 'event_of';
    FOR at IN 1 .. jsonb_array_length(parts) LOOP
        part := parts -> (at - 1);
        CONTINUE WHEN known IS NOT NULL AND (part ->> 0)::uuid <> ALL (fresh);
        kinds[at] := part ->> 1;
        subjects[at] := part ->> 0;
        event_prevs[at] := head.audit_hash;
        head.audit_number := head.audit_number + 1;
        part := events -> kinds[at];
        -- Events that differ by their intent alone come as one, cut where its id belongs.
        head.audit_hash := encode(sha256(convert_to(
            (part ->> 'head') || head.audit_number || (part ->> 'tail') || subjects[at]
            || (part ->> 'rest') || head.audit_hash, 'UTF8')), 'hex');
        event_numbers[at] := head.audit_number;
        event_hashes[at] := head.audit_hash;
    END LOOP;

    IF known IS NOT NULL THEN
        SELECT jsonb_agg(n) INTO movements FROM (
            SELECT e.period, side.account,
                sum(e.amount) FILTER (WHERE e.opening AND side.is_debit) AS opening_debit,
                sum(e.amount) FILTER (WHERE e.opening AND NOT side.is_debit) AS opening_credit,
                sum(e.amount) FILTER (WHERE NOT e.opening AND side.is_debit) AS debit,
                sum(e.amount) FILTER (WHERE NOT e.opening AND NOT side.is_debit) AS credit
            FROM jsonb_to_recordset(work -> 'entries') AS e (
                intent_id uuid, period text, debit_account text, credit_account text,
                amount numeric, opening boolean)
            CROSS JOIN LATERAL (VALUES (e.debit_account, true), (e.credit_account, false))
                AS side (account, is_debit)
            WHERE e.intent_id = ANY (fresh)
            GROUP BY e.period, side.account
            ORDER BY e.period, side.account
        ) n;
    END IF;

    -- One statement: what begins and ends a statement costs more than a row does.
    WITH entries AS (
        INSERT INTO journal_entry (
            tenant_id, journal_number, entry_no, intent_id, period, booking_date, debit_account,
            credit_account, amount, debit_tax_code, debit_tax_part, credit_tax_code,
            credit_tax_part, debit_partner_id, credit_partner_id, fx_amount, reverses_entry_no,
            audit_hash, prev_hash)
        SELECT tenant, e.number, e.entry_no, e.intent_id, e.period, e.booking_date,
            e.debit_account, e.credit_account, e.amount, e.debit_tax_code, e.debit_tax_part,
            e.credit_tax_code, e.credit_tax_part, e.debit_partner_id, e.credit_partner_id,
            e.fx_amount, e.reverses_entry_no, e.hash, e.prev
        FROM ROWS FROM (
            jsonb_to_recordset(work -> 'entries') AS (
                intent_id uuid, period text, booking_date date, debit_account text,
                credit_account text, amount numeric, debit_tax_code text, debit_tax_part text,
                credit_tax_code text, credit_tax_part text, debit_partner_id uuid,
                credit_partner_id uuid, fx_amount numeric, reverses_entry_no text),
            unnest(numbers), unnest(entry_nos), unnest(hashes), unnest(prevs)
        ) AS e (
            intent_id, period, booking_date, debit_account, credit_account, amount,
            debit_tax_code, debit_tax_part, credit_tax_code, credit_tax_part, debit_partner_id,
            credit_partner_id, fx_amount, reverses_entry_no, number, entry_no, hash, prev)
        WHERE e.number IS NOT NULL
    ),
    balances AS (
        INSERT INTO account_balance AS b (
            tenant_id, period, account, opening_debit, opening_credit, debit, credit)
        SELECT tenant, m.period, m.account, coalesce(m.opening_debit, 0),
            coalesce(m.opening_credit, 0), coalesce(m.debit, 0), coalesce(m.credit, 0)
        FROM jsonb_to_recordset(movements) AS m (
            period text, account text, opening_debit numeric, opening_credit numeric,
            debit numeric, credit numeric)
        ON CONFLICT ON CONSTRAINT pk_account_balance DO UPDATE SET
            opening_debit = b.opening_debit + excluded.opening_debit,
            opening_credit = b.opening_credit + excluded.opening_credit,
            debit = b.debit + excluded.debit,
            credit = b.credit + excluded.credit
    ),
    events AS (
        INSERT INTO audit_event (
            tenant_id, number, occurred_at, user_id, kind, surface, key_prefix, request_id,
            action, subject, subject_id, after, prev_hash, audit_hash)
        SELECT tenant, n.number, (events -> n.kind ->> 'occurred_at')::timestamptz,
            (events -> n.kind ->> 'user_id')::uuid, events -> n.kind ->> 'kind',
            events -> n.kind ->> 'surface', events -> n.kind ->> 'key_prefix',
            events -> n.kind ->> 'request_id', events -> n.kind ->> 'action',
            events -> n.kind ->> 'subject', n.subject_id, events -> n.kind -> 'after', n.prev,
            n.hash
        FROM unnest(event_numbers, event_hashes, event_prevs, subjects, kinds)
            AS n (number, hash, prev, subject_id, kind)
        WHERE n.number IS NOT NULL
    )
    UPDATE tenant_head h
    SET last_number = head.last_number, last_hash = head.last_hash, by_year = head.by_year,
        audit_number = head.audit_number, audit_hash = head.audit_hash
    WHERE h.tenant_id = tenant;
END;
END LOOP;
RETURN told;
END;
$$;

ALTER FUNCTION public.post_intents(p_works jsonb) OWNER TO belegfluss_owner;

--
-- Name: receivable_of(uuid, uuid, uuid, text, numeric, text); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.receivable_of(p_tenant uuid, p_intent uuid, p_customer uuid, p_type text, p_gross numeric, p_currency text) RETURNS uuid
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT (array_agg(o.open_item_id))[1] AS array_agg
    FROM (public.open_item o
      JOIN public.account a ON (((a.tenant_id = receivable_of.p_tenant) AND ((a.number)::text = (o.account)::text) AND ((a.type)::text = 'asset'::text))))
   WHERE ((o.tenant_id = receivable_of.p_tenant) AND (o.intent_id = receivable_of.p_intent) AND ((o.side)::text =
         CASE receivable_of.p_type
             WHEN 'credit_note'::text THEN 'C'::text
             ELSE 'D'::text
         END) AND (o.document_amount = receivable_of.p_gross) AND ((o.currency)::text = receivable_of.p_currency) AND (COALESCE(o.partner_id, receivable_of.p_customer) = receivable_of.p_customer) AND (NOT public.is_cancelled(receivable_of.p_tenant, receivable_of.p_intent)))
  HAVING (count(*) = 1);
END;

ALTER FUNCTION public.receivable_of(p_tenant uuid, p_intent uuid, p_customer uuid, p_type text, p_gross numeric, p_currency text) OWNER TO belegfluss_owner;

--
-- Name: record_audit(jsonb); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.record_audit(events jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    tenant uuid := current_tenant();
    event jsonb;
    next_number bigint;
    prev text;
    numbers bigint[];
    hashes text[];
    prevs text[];
BEGIN
    SELECT audit_number, audit_hash INTO STRICT next_number, prev
        FROM tenant_head WHERE tenant_id = tenant FOR UPDATE;
    FOR at IN 1 .. jsonb_array_length(events) LOOP
        event := events -> (at - 1);
        IF (event->>'tenant')::uuid IS DISTINCT FROM tenant THEN
            RAISE EXCEPTION 'an audit event belongs to the tenant of its transaction';
        END IF;
        next_number := next_number + 1;
        numbers[at] := next_number;
        prevs[at] := prev;
        prev := encode(sha256(convert_to(
            (event->>'head') || next_number || (event->>'tail') || prev, 'UTF8')), 'hex');
        hashes[at] := prev;
    END LOOP;
    INSERT INTO audit_event (
        tenant_id, number, occurred_at, user_id, kind, surface, key_prefix, request_id,
        action, subject, subject_id, before, after, reason, prev_hash, audit_hash)
    SELECT tenant, e.number, e.occurred_at, e.user_id, e.kind, e.surface, e.key_prefix,
        e.request_id, e.action, e.subject, e.subject_id, nullif(e.before, 'null'),
        nullif(e.after, 'null'), e.reason, e.prev, e.hash
    FROM ROWS FROM (
        jsonb_to_recordset(events) AS (
            occurred_at timestamptz, user_id uuid, kind text, surface text, key_prefix text,
            request_id text, action text, subject text, subject_id text, before jsonb,
            after jsonb, reason text),
        unnest(numbers), unnest(hashes), unnest(prevs)
    ) AS e (
        occurred_at, user_id, kind, surface, key_prefix, request_id, action, subject, subject_id,
        before, after, reason, number, hash, prev);
    UPDATE tenant_head SET audit_number = next_number, audit_hash = prev
        WHERE tenant_id = tenant;
    RETURN next_number;
END
$$;

ALTER FUNCTION public.record_audit(events jsonb) OWNER TO belegfluss_owner;

--
-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;

ALTER FUNCTION public.refuse_change() OWNER TO belegfluss_owner;

--
-- Name: role_holds(text, text); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.role_holds(role text, scope text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT CASE role
        WHEN 'owner' THEN true
        WHEN 'admin' THEN true
        WHEN 'member' THEN scope NOT IN ('admin', 'config:write')
        WHEN 'auditor' THEN right(scope, 4) = 'read'
        ELSE false
    END
$$;

ALTER FUNCTION public.role_holds(role text, scope text) OWNER TO belegfluss_owner;

--
-- Name: take_challenge(text, text, text); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.take_challenge(hash text, answered_by text, form text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    used text;
BEGIN
    SELECT coalesce(c.used_by, '') INTO used FROM passkey_challenge c
    WHERE c.challenge_hash = hash AND c.asked_of = answered_by AND c.expires_at > clock_timestamp()
    FOR UPDATE;
    IF used = '' THEN
        UPDATE passkey_challenge c SET used_by = form WHERE c.challenge_hash = hash;
        RETURN 'first';
    END IF;
    RETURN CASE WHEN used = form THEN 'again' END;
END
$$;

ALTER FUNCTION public.take_challenge(hash text, answered_by text, form text) OWNER TO belegfluss_owner;

--
-- Name: tenant_ids(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.tenant_ids() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT t.id FROM tenant t ORDER BY t.created_at, t.id
$$;

ALTER FUNCTION public.tenant_ids() OWNER TO belegfluss_owner;

--
-- Name: tie_invoice(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.tie_invoice() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.open_item_id := payable_of(
        NEW.tenant_id, NEW.intent_id, NEW.vendor_id,
        NEW.total_gross + coalesce(NEW.rounding_amount, 0), NEW.currency);
    IF NEW.intent_id IS NOT NULL AND NEW.open_item_id IS NULL AND (
        NEW.total_gross + coalesce(NEW.rounding_amount, 0) <> 0
        OR is_cancelled(NEW.tenant_id, NEW.intent_id)
        OR EXISTS (
            SELECT 1 FROM open_item o
            JOIN account a ON a.tenant_id = o.tenant_id AND a.number = o.account
            WHERE o.tenant_id = NEW.tenant_id AND o.intent_id = NEW.intent_id
              AND a.type = 'liability')
    ) THEN
        RAISE EXCEPTION 'the intent does not owe what the invoice says'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_invoice_tied';
    END IF;
    RETURN NEW;
END
$$;

ALTER FUNCTION public.tie_invoice() OWNER TO belegfluss_owner;

--
-- Name: tie_outgoing_invoice(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.tie_outgoing_invoice() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.open_item_id := receivable_of(
        NEW.tenant_id, NEW.intent_id, NEW.customer_id, NEW.type, NEW.total_gross, NEW.currency);
    IF NEW.intent_id IS NOT NULL AND NEW.open_item_id IS NULL THEN
        RAISE EXCEPTION 'the intent does not owe what the invoice says'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_outgoing_invoice_tied';
    END IF;
    RETURN NEW;
END
$$;

ALTER FUNCTION public.tie_outgoing_invoice() OWNER TO belegfluss_owner;

--
-- Name: total_transaction(); Type: FUNCTION; Schema: public; Owner: belegfluss_owner
--

CREATE FUNCTION public.total_transaction() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO transaction_total AS c
    VALUES (NEW.tenant_id, NEW.booking_date, NEW.type, coalesce(NEW.category, ''),
            coalesce(NEW.bank_account_id, '00000000-0000-0000-0000-000000000000'),
            coalesce(NEW.to_bank_account_id, '00000000-0000-0000-0000-000000000000'),
            1, NEW.amount,
            CASE WHEN NEW.vat_deductible IS FALSE THEN 0 ELSE coalesce(NEW.vat_amount, 0) END)
    ON CONFLICT ON CONSTRAINT pk_transaction_total DO UPDATE SET
        count = c.count + 1, amount = c.amount + excluded.amount, vat = c.vat + excluded.vat;
    RETURN NULL;
END
$$;

ALTER FUNCTION public.total_transaction() OWNER TO belegfluss_owner;

--
-- Name: account_balance; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.account_balance (
    tenant_id uuid NOT NULL,
    period character varying(8) NOT NULL,
    account character varying(8) NOT NULL,
    opening_debit numeric(18,2) NOT NULL,
    opening_credit numeric(18,2) NOT NULL,
    debit numeric(18,2) NOT NULL,
    credit numeric(18,2) NOT NULL
);

ALTER TABLE ONLY public.account_balance FORCE ROW LEVEL SECURITY;

ALTER TABLE public.account_balance OWNER TO belegfluss_owner;

--
-- Name: account_day; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.account_day (
    tenant_id uuid NOT NULL,
    account character varying(8) NOT NULL,
    day date NOT NULL,
    debit numeric(18,2) NOT NULL,
    credit numeric(18,2) NOT NULL
);

ALTER TABLE ONLY public.account_day FORCE ROW LEVEL SECURITY;

ALTER TABLE public.account_day OWNER TO belegfluss_owner;

--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

ALTER TABLE public.alembic_version OWNER TO belegfluss_owner;

--
-- Name: api_key; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.api_key (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    key_hash text NOT NULL,
    display_prefix text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);

ALTER TABLE ONLY public.api_key FORCE ROW LEVEL SECURITY;

ALTER TABLE public.api_key OWNER TO belegfluss_owner;

--
-- Name: app_user; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.app_user (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    password_hash text,
    active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone NOT NULL,
    access_until date,
    shut_out_at timestamp with time zone,
    CONSTRAINT ck_app_user_access_until CHECK (((role <> 'auditor'::text) OR (access_until IS NOT NULL))),
    CONSTRAINT ck_app_user_email CHECK ((email = lower(email))),
    CONSTRAINT ck_app_user_role CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text, 'auditor'::text])))
);

ALTER TABLE ONLY public.app_user FORCE ROW LEVEL SECURITY;

ALTER TABLE public.app_user OWNER TO belegfluss_owner;

--
-- Name: approval; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.approval (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    subject text NOT NULL,
    subject_id uuid NOT NULL,
    version integer NOT NULL,
    user_id uuid NOT NULL,
    policy_version integer CONSTRAINT approval_policy_version_not_null1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_approval_subject CHECK ((subject = ANY (ARRAY['review_case'::text, 'payment_run'::text])))
);

ALTER TABLE ONLY public.approval FORCE ROW LEVEL SECURITY;

ALTER TABLE public.approval OWNER TO belegfluss_owner;

--
-- Name: approval_policy; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.approval_policy (
    tenant_id uuid NOT NULL,
    version integer NOT NULL,
    body jsonb NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_approval_policy_version CHECK ((version > 0))
);

ALTER TABLE ONLY public.approval_policy FORCE ROW LEVEL SECURITY;

ALTER TABLE public.approval_policy OWNER TO belegfluss_owner;

--
-- Name: arrival; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.arrival (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    channel text NOT NULL,
    original_name text,
    source_email text,
    created_by uuid,
    received_at timestamp with time zone NOT NULL,
    split_at timestamp with time zone,
    CONSTRAINT ck_arrival_channel CHECK ((channel = ANY (ARRAY['mail'::text, 'mailbox'::text, 'upload'::text, 'folder'::text]))),
    CONSTRAINT ck_arrival_sha256 CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE ONLY public.arrival FORCE ROW LEVEL SECURITY;

ALTER TABLE public.arrival OWNER TO belegfluss_owner;

--
-- Name: audit_event; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.audit_event (
    tenant_id uuid NOT NULL,
    number bigint NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
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
    audit_hash text NOT NULL
);

ALTER TABLE ONLY public.audit_event FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_event OWNER TO belegfluss_owner;

--
-- Name: bank_account; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.bank_account (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    iban text,
    bic text,
    account_number text NOT NULL,
    currency text NOT NULL,
    payment_version text DEFAULT 'pain.001.001.09'::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    refuses_mismatch boolean DEFAULT false NOT NULL,
    trusts_entry_reference boolean DEFAULT false NOT NULL,
    import_version bigint DEFAULT 0 NOT NULL,
    CONSTRAINT ck_bank_account_currency CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT ck_bank_account_iban CHECK ((iban ~ '^[A-Z0-9]{15,34}$'::text)),
    CONSTRAINT ck_bank_account_payment_version CHECK ((payment_version = ANY (ARRAY['pain.001.001.03'::text, 'pain.001.001.09'::text])))
);

ALTER TABLE ONLY public.bank_account FORCE ROW LEVEL SECURITY;

ALTER TABLE public.bank_account OWNER TO belegfluss_owner;

--
-- Name: bank_account_alias; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.bank_account_alias (
    tenant_id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    name text NOT NULL,
    is_confirmed boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_bank_account_alias_name CHECK ((name <> ''::text))
);

ALTER TABLE ONLY public.bank_account_alias FORCE ROW LEVEL SECURITY;

ALTER TABLE public.bank_account_alias OWNER TO belegfluss_owner;

--
-- Name: bank_auto_match; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.bank_auto_match (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    least_score numeric(3,2) NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.bank_auto_match FORCE ROW LEVEL SECURITY;

ALTER TABLE public.bank_auto_match OWNER TO belegfluss_owner;

--
-- Name: bank_csv_profile; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.bank_csv_profile (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    profile jsonb NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.bank_csv_profile FORCE ROW LEVEL SECURITY;

ALTER TABLE public.bank_csv_profile OWNER TO belegfluss_owner;

--
-- Name: bank_evidence; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.bank_evidence (
    tenant_id uuid NOT NULL,
    bank_transaction_id uuid NOT NULL,
    id uuid NOT NULL,
    evidence_type text NOT NULL,
    title text,
    note text,
    document_id uuid,
    metadata jsonb,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_bank_evidence_document CHECK (((evidence_type <> 'uploaded_document'::text) OR (document_id IS NOT NULL))),
    CONSTRAINT ck_bank_evidence_note CHECK (((evidence_type <> 'eigenbeleg'::text) OR (note IS NOT NULL))),
    CONSTRAINT ck_bank_evidence_type CHECK ((evidence_type = ANY (ARRAY['bank_statement'::text, 'uploaded_document'::text, 'eigenbeleg'::text])))
);

ALTER TABLE ONLY public.bank_evidence FORCE ROW LEVEL SECURITY;

ALTER TABLE public.bank_evidence OWNER TO belegfluss_owner;

--
-- Name: bank_import; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.bank_import (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    bank_account_id uuid,
    source text NOT NULL,
    sha256 text,
    total_rows integer NOT NULL,
    imported integer NOT NULL,
    skipped_duplicates integer NOT NULL,
    errors jsonb NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    state text DEFAULT 'done'::text NOT NULL,
    undecided integer DEFAULT 0 NOT NULL,
    findings jsonb DEFAULT '[]'::jsonb NOT NULL,
    problem jsonb,
    rows_read integer DEFAULT 0 NOT NULL,
    next_statement integer DEFAULT 0 NOT NULL,
    next_entry integer DEFAULT 0 NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT ck_bank_import_source CHECK ((source = ANY (ARRAY['json'::text, 'file'::text]))),
    CONSTRAINT ck_bank_import_state CHECK ((state = ANY (ARRAY['held'::text, 'importing'::text, 'done'::text, 'refused'::text])))
);

ALTER TABLE ONLY public.bank_import FORCE ROW LEVEL SECURITY;

ALTER TABLE public.bank_import OWNER TO belegfluss_owner;

--
-- Name: bank_match_group; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.bank_match_group (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    intent_id uuid NOT NULL,
    mode text NOT NULL,
    bank_transaction_ids uuid[] NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    auto_match_id uuid
);

ALTER TABLE ONLY public.bank_match_group FORCE ROW LEVEL SECURITY;

ALTER TABLE public.bank_match_group OWNER TO belegfluss_owner;

--
-- Name: bank_question; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.bank_question (
    tenant_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    "position" integer NOT NULL,
    bank_account_id uuid NOT NULL,
    statement_id uuid NOT NULL,
    candidate_id uuid,
    rows jsonb NOT NULL,
    "references" jsonb NOT NULL,
    answer text,
    answered_by uuid,
    answered_at timestamp with time zone,
    CONSTRAINT ck_bank_question_answer CHECK ((answer = ANY (ARRAY['new'::text, 'known'::text])))
);

ALTER TABLE ONLY public.bank_question FORCE ROW LEVEL SECURITY;

ALTER TABLE public.bank_question OWNER TO belegfluss_owner;

--
-- Name: bank_statement; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.bank_statement (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    ordinal integer NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    sequence text,
    currency text,
    opening numeric(18,2),
    closing numeric(18,2),
    first_day date,
    last_day date,
    entries integer NOT NULL,
    is_closed boolean NOT NULL,
    digest text NOT NULL,
    evidence_digest text NOT NULL,
    is_complete boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_bank_statement_kind CHECK ((kind = ANY (ARRAY['statement'::text, 'interim'::text, 'advice'::text])))
);

ALTER TABLE ONLY public.bank_statement FORCE ROW LEVEL SECURITY;

ALTER TABLE public.bank_statement OWNER TO belegfluss_owner;

--
-- Name: bank_statement_overlap; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.bank_statement_overlap (
    tenant_id uuid NOT NULL,
    statement_id uuid NOT NULL,
    entry_id uuid NOT NULL
);

ALTER TABLE ONLY public.bank_statement_overlap FORCE ROW LEVEL SECURITY;

ALTER TABLE public.bank_statement_overlap OWNER TO belegfluss_owner;

--
-- Name: bank_untie; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.bank_untie (
    tenant_id uuid NOT NULL,
    intent_id uuid NOT NULL,
    bank_transaction_id uuid NOT NULL,
    mode text NOT NULL,
    match_group_id uuid,
    CONSTRAINT ck_bank_untie_mode CHECK ((mode = ANY (ARRAY['linked'::text, 'settlement'::text, 'fx_settlement'::text])))
);

ALTER TABLE ONLY public.bank_untie FORCE ROW LEVEL SECURITY;

ALTER TABLE public.bank_untie OWNER TO belegfluss_owner;

--
-- Name: case_assignment; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.case_assignment (
    tenant_id uuid NOT NULL,
    case_id uuid NOT NULL,
    assignee_id uuid,
    version integer NOT NULL,
    assigned_by uuid,
    assigned_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_case_assignment_version CHECK ((version >= 1))
);

ALTER TABLE ONLY public.case_assignment FORCE ROW LEVEL SECURITY;

ALTER TABLE public.case_assignment OWNER TO belegfluss_owner;

--
-- Name: case_comment; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.case_comment (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    author_id uuid NOT NULL,
    text text NOT NULL,
    mentions uuid[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_case_comment_mentions CHECK ((cardinality(mentions) <= 20)),
    CONSTRAINT ck_case_comment_text CHECK (((length(text) >= 1) AND (length(text) <= 2000)))
);

ALTER TABLE ONLY public.case_comment FORCE ROW LEVEL SECURITY;

ALTER TABLE public.case_comment OWNER TO belegfluss_owner;

--
-- Name: case_decision; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.case_decision (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    case_version integer NOT NULL,
    policy_version integer NOT NULL,
    outcome text NOT NULL,
    reasons jsonb NOT NULL,
    inputs jsonb NOT NULL,
    vendor_id uuid,
    amount numeric(18,2),
    day date NOT NULL,
    is_posted boolean NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_case_decision_outcome CHECK ((outcome = ANY (ARRAY['touchless'::text, 'person'::text]))),
    CONSTRAINT ck_case_decision_posted CHECK (((outcome = 'touchless'::text) OR (NOT is_posted)))
);

ALTER TABLE ONLY public.case_decision FORCE ROW LEVEL SECURITY;

ALTER TABLE public.case_decision OWNER TO belegfluss_owner;

--
-- Name: case_input; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.case_input (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    inbox_id uuid NOT NULL,
    body jsonb NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.case_input FORCE ROW LEVEL SECURITY;

ALTER TABLE public.case_input OWNER TO belegfluss_owner;

--
-- Name: case_presence; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.case_presence (
    tenant_id uuid NOT NULL,
    case_id uuid NOT NULL,
    user_id uuid NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.case_presence FORCE ROW LEVEL SECURITY;

ALTER TABLE public.case_presence OWNER TO belegfluss_owner;

--
-- Name: closing; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.closing (
    tenant_id uuid NOT NULL,
    closing_seq integer NOT NULL,
    period character varying(8) NOT NULL,
    request_id uuid NOT NULL,
    body jsonb NOT NULL,
    config text NOT NULL,
    closing_hash character varying(64) NOT NULL,
    blocks bytea,
    CONSTRAINT closing_seq_positive_check CHECK ((closing_seq > 0))
);

ALTER TABLE ONLY public.closing FORCE ROW LEVEL SECURITY;

ALTER TABLE public.closing OWNER TO belegfluss_owner;

--
-- Name: collection; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.collection (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    scheme text NOT NULL,
    collection_date date NOT NULL,
    total_amount numeric(18,2) NOT NULL,
    debit_count integer NOT NULL,
    message_id text NOT NULL,
    version text NOT NULL,
    content bytea NOT NULL,
    sha256 text NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    withdrawn_by uuid,
    withdrawn_at timestamp with time zone,
    withdrawal_reason text,
    CONSTRAINT ck_collection_withdrawn CHECK ((num_nulls(withdrawn_at, withdrawal_reason) = ANY (ARRAY[0, 2])))
);

ALTER TABLE ONLY public.collection FORCE ROW LEVEL SECURITY;

ALTER TABLE public.collection OWNER TO belegfluss_owner;

--
-- Name: collection_answer; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.collection_answer (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    collection_id uuid NOT NULL,
    debit integer,
    depth integer NOT NULL,
    message_id text NOT NULL,
    status text NOT NULL,
    reason text,
    reason_text text,
    told_at timestamp with time zone NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.collection_answer FORCE ROW LEVEL SECURITY;

ALTER TABLE public.collection_answer OWNER TO belegfluss_owner;

--
-- Name: collection_item; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.collection_item (
    tenant_id uuid NOT NULL,
    collection_id uuid NOT NULL,
    "position" integer NOT NULL,
    invoice_id uuid NOT NULL,
    mandate_id uuid NOT NULL,
    amount numeric(18,2) NOT NULL,
    sequence text NOT NULL,
    told_on date NOT NULL,
    end_to_end_id text NOT NULL,
    CONSTRAINT ck_collection_item_amount CHECK ((amount > (0)::numeric)),
    CONSTRAINT ck_collection_item_sequence CHECK ((sequence = ANY (ARRAY['FRST'::text, 'RCUR'::text, 'OOFF'::text])))
);

ALTER TABLE ONLY public.collection_item FORCE ROW LEVEL SECURITY;

ALTER TABLE public.collection_item OWNER TO belegfluss_owner;

--
-- Name: contact_message; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.contact_message (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid,
    name text NOT NULL,
    email text NOT NULL,
    message text NOT NULL,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.contact_message FORCE ROW LEVEL SECURITY;

ALTER TABLE public.contact_message OWNER TO belegfluss_owner;

--
-- Name: customer; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.customer (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    tax_id text,
    vat_id text,
    iban text,
    bic text,
    street text,
    zip text,
    city text,
    country text,
    default_account text,
    notes text,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    email text,
    CONSTRAINT ck_customer_name CHECK (((length(name) >= 1) AND (length(name) <= 255))),
    CONSTRAINT ck_customer_number CHECK (((number >= 10000) AND (number <= 69998)))
);

ALTER TABLE ONLY public.customer FORCE ROW LEVEL SECURITY;

ALTER TABLE public.customer OWNER TO belegfluss_owner;

--
-- Name: document; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.document (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    sha256 text NOT NULL,
    mime_type text NOT NULL,
    original_name text NOT NULL,
    size_bytes bigint NOT NULL,
    source text NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_document_sha256 CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT ck_document_size_bytes CHECK ((size_bytes >= 0)),
    CONSTRAINT ck_document_source CHECK ((source = ANY (ARRAY['upload'::text, 'mail'::text, 'mailbox'::text, 'folder'::text, 'embedded'::text, 'split'::text, 'dunning'::text])))
);

ALTER TABLE ONLY public.document FORCE ROW LEVEL SECURITY;

ALTER TABLE public.document OWNER TO belegfluss_owner;

--
-- Name: dunning_notice; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.dunning_notice (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    state text NOT NULL,
    level integer NOT NULL,
    language text NOT NULL,
    day date NOT NULL,
    pay_until date NOT NULL,
    fee numeric(18,2) NOT NULL,
    total numeric(18,2) NOT NULL,
    policy_version integer NOT NULL,
    document_id uuid,
    reason text,
    released_on date,
    created_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    decided_by uuid,
    mailed_to text,
    CONSTRAINT ck_dunning_notice_decided CHECK (((state = 'proposed'::text) = (decided_at IS NULL))),
    CONSTRAINT ck_dunning_notice_fee CHECK ((fee >= (0)::numeric)),
    CONSTRAINT ck_dunning_notice_language CHECK ((language = ANY (ARRAY['de'::text, 'en'::text]))),
    CONSTRAINT ck_dunning_notice_level CHECK (((level >= 1) AND (level <= 9))),
    CONSTRAINT ck_dunning_notice_pay_until CHECK ((pay_until > day)),
    CONSTRAINT ck_dunning_notice_released CHECK ((((state = 'released'::text) = (released_on IS NOT NULL)) AND ((state <> 'released'::text) OR (document_id IS NOT NULL)))),
    CONSTRAINT ck_dunning_notice_state CHECK ((state = ANY (ARRAY['proposed'::text, 'released'::text, 'withdrawn'::text]))),
    CONSTRAINT ck_dunning_notice_total CHECK ((total > (0)::numeric))
);

ALTER TABLE ONLY public.dunning_notice FORCE ROW LEVEL SECURITY;

ALTER TABLE public.dunning_notice OWNER TO belegfluss_owner;

--
-- Name: dunning_notice_item; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.dunning_notice_item (
    tenant_id uuid NOT NULL,
    notice_id uuid NOT NULL,
    open_item_id uuid NOT NULL,
    level integer NOT NULL,
    document_number text,
    document_date date NOT NULL,
    due_date date,
    remaining_amount numeric(18,2) NOT NULL,
    CONSTRAINT ck_dunning_notice_item_remaining CHECK ((remaining_amount <> (0)::numeric))
);

ALTER TABLE ONLY public.dunning_notice_item FORCE ROW LEVEL SECURITY;

ALTER TABLE public.dunning_notice_item OWNER TO belegfluss_owner;

--
-- Name: dunning_policy; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.dunning_policy (
    tenant_id uuid NOT NULL,
    version integer NOT NULL,
    body jsonb NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_dunning_policy_version CHECK ((version >= 1))
);

ALTER TABLE ONLY public.dunning_policy FORCE ROW LEVEL SECURITY;

ALTER TABLE public.dunning_policy OWNER TO belegfluss_owner;

--
-- Name: dunning_stop; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.dunning_stop (
    tenant_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    until date,
    reason text NOT NULL,
    stopped_by uuid,
    stopped_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_dunning_stop_reason CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))
);

ALTER TABLE ONLY public.dunning_stop FORCE ROW LEVEL SECURITY;

ALTER TABLE public.dunning_stop OWNER TO belegfluss_owner;

--
-- Name: exchange_rate; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.exchange_rate (
    tenant_id uuid NOT NULL,
    currency character varying(3) NOT NULL,
    rate_date date NOT NULL,
    rate numeric(20,10) NOT NULL,
    source character varying(10) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_exchange_rate_rate_positive CHECK ((rate > (0)::numeric))
);

ALTER TABLE ONLY public.exchange_rate FORCE ROW LEVEL SECURITY;

ALTER TABLE public.exchange_rate OWNER TO belegfluss_owner;

--
-- Name: extraction; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.extraction (
    tenant_id uuid NOT NULL,
    document_id uuid NOT NULL,
    version integer NOT NULL,
    key text NOT NULL,
    failure text,
    fields jsonb,
    raw_text text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_extraction_read_or_failed CHECK (((failure IS NULL) = (fields IS NOT NULL))),
    CONSTRAINT ck_extraction_version CHECK ((version > 0))
);

ALTER TABLE ONLY public.extraction FORCE ROW LEVEL SECURITY;

ALTER TABLE public.extraction OWNER TO belegfluss_owner;

--
-- Name: idempotency; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.idempotency (
    tenant_id uuid NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    body jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.idempotency FORCE ROW LEVEL SECURITY;

ALTER TABLE public.idempotency OWNER TO belegfluss_owner;

--
-- Name: inbox_attachment; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.inbox_attachment (
    tenant_id uuid NOT NULL,
    inbox_id uuid NOT NULL,
    document_id uuid NOT NULL,
    "position" integer NOT NULL,
    original_name text NOT NULL
);

ALTER TABLE ONLY public.inbox_attachment FORCE ROW LEVEL SECURITY;

ALTER TABLE public.inbox_attachment OWNER TO belegfluss_owner;

--
-- Name: inbox_item; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.inbox_item (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    document_id uuid NOT NULL,
    mail_id uuid,
    status text NOT NULL,
    source_email text,
    source_subject text,
    original_name text NOT NULL,
    extraction_version integer,
    vendor_match jsonb,
    compliance_check jsonb,
    rejection_reason text,
    decided_by uuid,
    decided_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    notice text,
    statement_batch_id uuid,
    CONSTRAINT ck_inbox_item_decided CHECK (((status = ANY (ARRAY['confirmed'::text, 'rejected'::text])) = (decided_at IS NOT NULL))),
    CONSTRAINT ck_inbox_item_status CHECK ((status = ANY (ARRAY['processing'::text, 'pending'::text, 'confirmed'::text, 'rejected'::text])))
);

ALTER TABLE ONLY public.inbox_item FORCE ROW LEVEL SECURITY;

ALTER TABLE public.inbox_item OWNER TO belegfluss_owner;

--
-- Name: ingestion_log; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.ingestion_log (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    "position" integer NOT NULL,
    source_email text,
    source_subject text,
    message_id text,
    original_name text,
    mime_type text,
    size_bytes bigint,
    sha256 text,
    outcome text NOT NULL,
    detail text,
    document_id uuid,
    inbox_id uuid,
    CONSTRAINT ck_ingestion_log_outcome CHECK ((outcome = ANY (ARRAY['accepted'::text, 'duplicate'::text, 'unsupported_type'::text, 'too_large'::text, 'too_many_attachments'::text, 'no_attachment'::text, 'unknown_recipient'::text, 'extraction_failed'::text])))
);

ALTER TABLE ONLY public.ingestion_log FORCE ROW LEVEL SECURITY;

ALTER TABLE public.ingestion_log OWNER TO belegfluss_owner;

--
-- Name: invoice; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.invoice (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    document_id uuid,
    invoice_number text NOT NULL,
    invoice_date date NOT NULL,
    due_date date,
    total_net numeric(18,2) NOT NULL,
    total_tax numeric(18,2) NOT NULL,
    total_gross numeric(18,2) NOT NULL,
    currency text NOT NULL,
    intent_id uuid,
    notes text,
    payment_reference text,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    open_item_id uuid,
    prepaid_amount numeric(18,2),
    amount_due numeric(18,2),
    payment_method text,
    payee_name text,
    payee_iban text,
    payee_bic text,
    payment_terms jsonb DEFAULT '[]'::jsonb NOT NULL,
    fx_rate numeric(20,10),
    fx_rate_date date,
    fx_rate_source text,
    rounding_amount numeric(18,2),
    number_key text GENERATED ALWAYS AS (public.number_key(invoice_number)) STORED,
    payee_typed_by uuid,
    CONSTRAINT ck_invoice_currency CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT ck_invoice_number CHECK (((length(invoice_number) >= 1) AND (length(invoice_number) <= 100))),
    CONSTRAINT ck_invoice_total CHECK ((abs(((total_net + total_tax) - total_gross)) <= 0.01))
);

ALTER TABLE ONLY public.invoice FORCE ROW LEVEL SECURITY;

ALTER TABLE public.invoice OWNER TO belegfluss_owner;

--
-- Name: invoice_line; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.invoice_line (
    tenant_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    "position" integer NOT NULL,
    description text NOT NULL,
    quantity numeric(28,10) NOT NULL,
    unit_price numeric(28,10) NOT NULL,
    tax_rate numeric(12,10) NOT NULL,
    tax_amount numeric(18,2) NOT NULL,
    line_total numeric(18,2) NOT NULL,
    account_number text,
    CONSTRAINT ck_invoice_line_position CHECK (("position" >= 1)),
    CONSTRAINT ck_invoice_line_quantity CHECK ((quantity > (0)::numeric)),
    CONSTRAINT ck_invoice_line_tax_rate CHECK (((tax_rate >= (0)::numeric) AND (tax_rate <= (1)::numeric)))
);

ALTER TABLE ONLY public.invoice_line FORCE ROW LEVEL SECURITY;

ALTER TABLE public.invoice_line OWNER TO belegfluss_owner;

--
-- Name: invoice_state; Type: VIEW; Schema: public; Owner: belegfluss_owner
--

CREATE VIEW public.invoice_state WITH (security_invoker='true') AS
 SELECT i.tenant_id,
    i.id,
    owed.intent_id,
        CASE
            WHEN (owed.intent_id IS NULL) THEN (i.total_gross + COALESCE(i.rounding_amount, (0)::numeric))
            WHEN (i.currency = 'EUR'::text) THEN (sign(i.total_gross) * (owed.booked - owed.settled))
            WHEN (owed.settled = owed.booked) THEN (0)::numeric
            ELSE (((i.total_gross + COALESCE(i.rounding_amount, (0)::numeric)) - (sign(i.total_gross) * owed.said)) - round((((i.total_gross + COALESCE(i.rounding_amount, (0)::numeric)) * owed.shared) / owed.booked), 2))
        END AS remaining_amount,
        CASE
            WHEN (owed.intent_id IS NULL) THEN (0)::numeric
            ELSE (sign(i.total_gross) * (owed.booked - owed.settled))
        END AS remaining_base
   FROM (public.invoice i
     LEFT JOIN LATERAL ( SELECT o.intent_id,
            o.amount AS booked,
            s.settled,
            s.said,
            s.shared
           FROM (public.open_item o
             CROSS JOIN LATERAL ( SELECT COALESCE(sum(s_1.amount), (0)::numeric) AS settled,
                    COALESCE(sum(s_1.document_amount), (0)::numeric) AS said,
                    COALESCE(sum(s_1.amount) FILTER (WHERE (s_1.document_amount IS NULL)), (0)::numeric) AS shared
                   FROM public.settlement s_1
                  WHERE ((s_1.tenant_id = o.tenant_id) AND (s_1.open_item_id = o.open_item_id))) s)
          WHERE ((o.tenant_id = i.tenant_id) AND (o.open_item_id = i.open_item_id) AND
                CASE ( SELECT (EXISTS ( SELECT 1
                               FROM public.intent n
                              WHERE ((n.tenant_id = r.tenant_id) AND (n.reverses_intent_id = r.intent_id)))) AS "exists"
                       FROM public.intent r
                      WHERE ((r.tenant_id = o.tenant_id) AND (r.reverses_intent_id = o.intent_id)))
                    WHEN false THEN false
                    WHEN true THEN (NOT public.is_cancelled(o.tenant_id, o.intent_id))
                    ELSE true
                END)
        UNION ALL
         SELECT i.intent_id,
            0,
            0,
            0,
            0
          WHERE ((i.open_item_id IS NULL) AND (i.intent_id IS NOT NULL) AND ((i.total_gross + COALESCE(i.rounding_amount, (0)::numeric)) = (0)::numeric) AND (NOT public.is_cancelled(i.tenant_id, i.intent_id)))) owed ON (true));

ALTER VIEW public.invoice_state OWNER TO belegfluss_owner;

--
-- Name: journal_entry; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.journal_entry (
    tenant_id uuid NOT NULL,
    journal_number bigint NOT NULL,
    entry_no character varying(20) NOT NULL,
    intent_id uuid NOT NULL,
    period character varying(8) NOT NULL,
    booking_date date NOT NULL,
    debit_account character varying(8) NOT NULL,
    credit_account character varying(8) NOT NULL,
    amount public.positive_amount NOT NULL,
    debit_tax_code character varying(20),
    debit_tax_part character varying(4),
    credit_tax_code character varying(20),
    credit_tax_part character varying(4),
    debit_partner_id uuid,
    credit_partner_id uuid,
    fx_amount numeric(18,3),
    reverses_entry_no character varying(20),
    audit_hash character varying(64) NOT NULL,
    prev_hash character varying(64) NOT NULL
);

ALTER TABLE ONLY public.journal_entry FORCE ROW LEVEL SECURITY;

ALTER TABLE public.journal_entry OWNER TO belegfluss_owner;

--
-- Name: invoice_payable; Type: VIEW; Schema: public; Owner: belegfluss_owner
--

CREATE VIEW public.invoice_payable WITH (security_invoker='true') AS
 SELECT i.tenant_id,
    i.id,
    s.intent_id,
    s.remaining_amount,
        CASE
            WHEN ((s.intent_id IS NULL) OR (i.currency <> 'EUR'::text)) THEN (0)::numeric
            WHEN (i.total_gross <= (0)::numeric) THEN s.remaining_base
            WHEN (whole.due = whole.owed) THEN s.remaining_base
            ELSE GREATEST(LEAST(s.remaining_base, ((whole.due - (whole.owed - s.remaining_base)) + LEAST(GREATEST((whole.owed - whole.due), (0)::numeric), ( SELECT COALESCE(sum(t.amount), (0)::numeric) AS "coalesce"
               FROM (public.settlement t
                 JOIN public.intent n ON (((n.tenant_id = t.tenant_id) AND (n.intent_id = t.intent_id))))
              WHERE ((t.tenant_id = i.tenant_id) AND (t.open_item_id = i.open_item_id) AND (n.reverses_intent_id IS NULL) AND (NOT public.is_cancelled(n.tenant_id, n.intent_id)) AND ((t.settled_on <= i.invoice_date) OR ((n.source)::text = 'prepayment'::text) OR (NOT (EXISTS ( SELECT 1
                       FROM (public.journal_entry e
                         JOIN public.account a ON (((a.tenant_id = e.tenant_id) AND ((a.number)::text = (e.credit_account)::text))))
                      WHERE ((e.tenant_id = t.tenant_id) AND (e.intent_id = t.intent_id) AND (((a.report_group)::text = 'cash'::text) OR a.is_open_item))
                     OFFSET 0))))))))), (0)::numeric)
        END AS payable_amount
   FROM ((public.invoice i
     CROSS JOIN LATERAL ( SELECT (i.total_gross + COALESCE(i.rounding_amount, (0)::numeric)) AS "?column?",
            COALESCE(i.amount_due, ((i.total_gross + COALESCE(i.rounding_amount, (0)::numeric)) - COALESCE(i.prepaid_amount, (0)::numeric))) AS "coalesce") whole(owed, due))
     JOIN public.invoice_state s ON (((s.tenant_id = i.tenant_id) AND (s.id = i.id))));

ALTER VIEW public.invoice_payable OWNER TO belegfluss_owner;

--
-- Name: item_span; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.item_span (
    tenant_id uuid NOT NULL,
    open_item_id uuid NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    first_number bigint NOT NULL,
    last_number bigint NOT NULL
);

ALTER TABLE ONLY public.item_span FORCE ROW LEVEL SECURITY;

ALTER TABLE public.item_span OWNER TO belegfluss_owner;

--
-- Name: journal_index; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.journal_index (
    tenant_id uuid NOT NULL,
    last_number bigint NOT NULL,
    items_to bigint DEFAULT 0 NOT NULL
);

ALTER TABLE ONLY public.journal_index FORCE ROW LEVEL SECURITY;

ALTER TABLE public.journal_index OWNER TO belegfluss_owner;

--
-- Name: journal_token; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.journal_token (
    tenant_id uuid NOT NULL,
    token text NOT NULL,
    segment integer NOT NULL,
    entries bit(16384) NOT NULL
)
WITH (fillfactor='80');
ALTER TABLE ONLY public.journal_token ALTER COLUMN entries SET STORAGE MAIN;

ALTER TABLE ONLY public.journal_token FORCE ROW LEVEL SECURITY;

ALTER TABLE public.journal_token OWNER TO belegfluss_owner;

--
-- Name: known_device; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.known_device (
    tenant_id uuid NOT NULL,
    token_hash text NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.known_device FORCE ROW LEVEL SECURITY;

ALTER TABLE public.known_device OWNER TO belegfluss_owner;

--
-- Name: letter; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.letter (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    subject_id uuid NOT NULL,
    round integer NOT NULL,
    recipient_id uuid,
    facts jsonb NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    failure text,
    due_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    CONSTRAINT ck_letter_attempts CHECK ((attempts >= 0)),
    CONSTRAINT ck_letter_decided CHECK (((state = 'pending'::text) = (decided_at IS NULL))),
    CONSTRAINT ck_letter_recipient CHECK (((kind = ANY (ARRAY['contact'::text, 'dunning'::text])) = (recipient_id IS NULL))),
    CONSTRAINT ck_letter_state CHECK ((state = ANY (ARRAY['pending'::text, 'sent'::text, 'gave_up'::text, 'withdrawn'::text])))
);

ALTER TABLE ONLY public.letter FORCE ROW LEVEL SECURITY;

ALTER TABLE public.letter OWNER TO belegfluss_owner;

--
-- Name: list_change; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.list_change (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    list text NOT NULL,
    scope uuid NOT NULL,
    part text NOT NULL,
    day date NOT NULL,
    rows bigint NOT NULL
);

ALTER TABLE ONLY public.list_change FORCE ROW LEVEL SECURITY;

ALTER TABLE public.list_change OWNER TO belegfluss_owner;

--
-- Name: list_change_id_seq; Type: SEQUENCE; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.list_change ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.list_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: list_count; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.list_count (
    tenant_id uuid NOT NULL,
    list text NOT NULL,
    scope uuid NOT NULL,
    part text NOT NULL,
    day date NOT NULL,
    rows bigint NOT NULL
);

ALTER TABLE ONLY public.list_count FORCE ROW LEVEL SECURITY;

ALTER TABLE public.list_count OWNER TO belegfluss_owner;

--
-- Name: list_month; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.list_month (
    tenant_id uuid NOT NULL,
    list text NOT NULL,
    scope uuid NOT NULL,
    part text NOT NULL,
    month date NOT NULL,
    rows bigint NOT NULL
);

ALTER TABLE ONLY public.list_month FORCE ROW LEVEL SECURITY;

ALTER TABLE public.list_month OWNER TO belegfluss_owner;

--
-- Name: lock_request; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.lock_request (
    tenant_id uuid NOT NULL,
    request_id uuid NOT NULL,
    period character varying(8) NOT NULL,
    requested_by uuid,
    created_at timestamp with time zone NOT NULL,
    status character varying(9) NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    CONSTRAINT lock_request_status_known_check CHECK (((status)::text = ANY ((ARRAY['pending'::character varying, 'approved'::character varying, 'cancelled'::character varying, 'expired'::character varying])::text[])))
);

ALTER TABLE ONLY public.lock_request FORCE ROW LEVEL SECURITY;

ALTER TABLE public.lock_request OWNER TO belegfluss_owner;

--
-- Name: login_attempt; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.login_attempt (
    id bigint NOT NULL,
    address_hash text NOT NULL,
    attempted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    failed boolean DEFAULT true NOT NULL,
    place text NOT NULL
);

ALTER TABLE public.login_attempt OWNER TO belegfluss_owner;

--
-- Name: login_attempt_id_seq; Type: SEQUENCE; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.login_attempt ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.login_attempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: mail_message; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.mail_message (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    kind text NOT NULL,
    sender text,
    subject text,
    message_id text,
    delivery text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_mail_message_kind CHECK ((kind = ANY (ARRAY['ordinary'::text, 'auto_reply'::text, 'bounce'::text, 'file'::text]))),
    CONSTRAINT ck_mail_message_sha256 CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE ONLY public.mail_message FORCE ROW LEVEL SECURITY;

ALTER TABLE public.mail_message OWNER TO belegfluss_owner;

--
-- Name: mailbox; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.mailbox (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    host text NOT NULL,
    port integer NOT NULL,
    security text NOT NULL,
    username text NOT NULL,
    secret text NOT NULL,
    folder text NOT NULL,
    move_to text,
    is_active boolean DEFAULT true NOT NULL,
    polled_at timestamp with time zone,
    problem text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_mailbox_move_to CHECK ((move_to <> folder)),
    CONSTRAINT ck_mailbox_port CHECK (((port >= 1) AND (port <= 65535))),
    CONSTRAINT ck_mailbox_secret CHECK ((secret ~ '^(env:[A-Z][A-Z0-9_]*|file:/.+)$'::text)),
    CONSTRAINT ck_mailbox_security CHECK ((security = ANY (ARRAY['tls'::text, 'starttls'::text, 'none'::text])))
);

ALTER TABLE ONLY public.mailbox FORCE ROW LEVEL SECURITY;

ALTER TABLE public.mailbox OWNER TO belegfluss_owner;

--
-- Name: mailbox_message; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.mailbox_message (
    tenant_id uuid NOT NULL,
    mailbox_id uuid NOT NULL,
    uid_validity bigint NOT NULL,
    uid bigint NOT NULL,
    message_id text NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 text NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_mailbox_message_sha256 CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE ONLY public.mailbox_message FORCE ROW LEVEL SECURITY;

ALTER TABLE public.mailbox_message OWNER TO belegfluss_owner;

--
-- Name: mandate; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.mandate (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    reference text NOT NULL,
    holder text NOT NULL,
    iban text NOT NULL,
    bic text,
    scheme text NOT NULL,
    is_recurrent boolean NOT NULL,
    signed_on date NOT NULL,
    notice_days integer NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    revoked_by uuid,
    revoked_at timestamp with time zone,
    CONSTRAINT ck_mandate_notice CHECK (((notice_days >= 1) AND (notice_days <= 14))),
    CONSTRAINT ck_mandate_scheme CHECK ((scheme = ANY (ARRAY['CORE'::text, 'B2B'::text])))
);

ALTER TABLE ONLY public.mandate FORCE ROW LEVEL SECURITY;

ALTER TABLE public.mandate OWNER TO belegfluss_owner;

--
-- Name: named_invoice; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.named_invoice (
    tenant_id uuid NOT NULL,
    number_key text NOT NULL,
    document_id uuid NOT NULL,
    version integer NOT NULL,
    place integer NOT NULL
);

ALTER TABLE ONLY public.named_invoice FORCE ROW LEVEL SECURITY;

ALTER TABLE public.named_invoice OWNER TO belegfluss_owner;

--
-- Name: outgoing_invoice; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.outgoing_invoice (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    type text NOT NULL,
    document_id uuid,
    invoice_number text NOT NULL,
    invoice_date date NOT NULL,
    due_date date,
    total_net numeric(18,2) NOT NULL,
    total_tax numeric(18,2) NOT NULL,
    total_gross numeric(18,2) NOT NULL,
    currency text NOT NULL,
    intent_id uuid,
    open_item_id uuid,
    notes text,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_outgoing_invoice_currency CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT ck_outgoing_invoice_gross CHECK ((total_gross >= (0)::numeric)),
    CONSTRAINT ck_outgoing_invoice_number CHECK (((length(invoice_number) >= 1) AND (length(invoice_number) <= 100))),
    CONSTRAINT ck_outgoing_invoice_total CHECK ((abs(((total_net + total_tax) - total_gross)) <= 0.01)),
    CONSTRAINT ck_outgoing_invoice_type CHECK ((type = ANY (ARRAY['invoice'::text, 'credit_note'::text])))
);

ALTER TABLE ONLY public.outgoing_invoice FORCE ROW LEVEL SECURITY;

ALTER TABLE public.outgoing_invoice OWNER TO belegfluss_owner;

--
-- Name: outgoing_invoice_line; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.outgoing_invoice_line (
    tenant_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    "position" integer NOT NULL,
    description text NOT NULL,
    quantity numeric(28,10) NOT NULL,
    unit_price numeric(28,10) NOT NULL,
    tax_rate numeric(12,10) NOT NULL,
    tax_amount numeric(18,2) NOT NULL,
    line_total numeric(18,2) NOT NULL,
    account_number text,
    CONSTRAINT ck_outgoing_invoice_line_position CHECK (("position" >= 1)),
    CONSTRAINT ck_outgoing_invoice_line_quantity CHECK ((quantity > (0)::numeric)),
    CONSTRAINT ck_outgoing_invoice_line_tax_rate CHECK (((tax_rate >= (0)::numeric) AND (tax_rate <= (1)::numeric)))
);

ALTER TABLE ONLY public.outgoing_invoice_line FORCE ROW LEVEL SECURITY;

ALTER TABLE public.outgoing_invoice_line OWNER TO belegfluss_owner;

--
-- Name: outgoing_invoice_state; Type: VIEW; Schema: public; Owner: belegfluss_owner
--

CREATE VIEW public.outgoing_invoice_state WITH (security_invoker='true') AS
 SELECT i.tenant_id,
    i.id,
    owed.intent_id,
        CASE
            WHEN (owed.intent_id IS NULL) THEN i.total_gross
            WHEN (i.currency = 'EUR'::text) THEN (owed.booked - owed.settled)
            WHEN (owed.settled = owed.booked) THEN (0)::numeric
            ELSE ((i.total_gross - owed.said) - round(((i.total_gross * owed.shared) / owed.booked), 2))
        END AS remaining_amount,
        CASE
            WHEN (owed.intent_id IS NULL) THEN (0)::numeric
            WHEN (i.type = 'credit_note'::text) THEN (owed.settled - owed.booked)
            ELSE (owed.booked - owed.settled)
        END AS remaining_base
   FROM (public.outgoing_invoice i
     LEFT JOIN LATERAL ( SELECT o.intent_id,
            o.amount AS booked,
            s.settled,
            s.said,
            s.shared
           FROM (public.open_item o
             CROSS JOIN LATERAL ( SELECT COALESCE(sum(s_1.amount), (0)::numeric) AS settled,
                    COALESCE(sum(s_1.document_amount), (0)::numeric) AS said,
                    COALESCE(sum(s_1.amount) FILTER (WHERE (s_1.document_amount IS NULL)), (0)::numeric) AS shared
                   FROM public.settlement s_1
                  WHERE ((s_1.tenant_id = o.tenant_id) AND (s_1.open_item_id = o.open_item_id))) s)
          WHERE ((o.tenant_id = i.tenant_id) AND (o.open_item_id = i.open_item_id) AND
                CASE ( SELECT (EXISTS ( SELECT 1
                               FROM public.intent n
                              WHERE ((n.tenant_id = r.tenant_id) AND (n.reverses_intent_id = r.intent_id)))) AS "exists"
                       FROM public.intent r
                      WHERE ((r.tenant_id = o.tenant_id) AND (r.reverses_intent_id = o.intent_id)))
                    WHEN false THEN false
                    WHEN true THEN (NOT public.is_cancelled(o.tenant_id, o.intent_id))
                    ELSE true
                END)) owed ON (true));

ALTER VIEW public.outgoing_invoice_state OWNER TO belegfluss_owner;

--
-- Name: vendor; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.vendor (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    tax_id text,
    vat_id text,
    iban text,
    bic text,
    street text,
    zip text,
    city text,
    country text,
    default_account text,
    notes text,
    is_active boolean DEFAULT true NOT NULL,
    iban_changed_at timestamp with time zone,
    iban_changed_by uuid,
    iban_confirmed_at timestamp with time zone,
    iban_confirmed_by uuid,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_vendor_name CHECK (((length(name) >= 1) AND (length(name) <= 255))),
    CONSTRAINT ck_vendor_number CHECK (((number >= 70000) AND (number <= 99999)))
);

ALTER TABLE ONLY public.vendor FORCE ROW LEVEL SECURITY;

ALTER TABLE public.vendor OWNER TO belegfluss_owner;

--
-- Name: partner; Type: VIEW; Schema: public; Owner: belegfluss_owner
--

CREATE VIEW public.partner WITH (security_invoker='true') AS
 SELECT vendor.tenant_id,
    vendor.id,
    vendor.name,
    vendor.iban
   FROM public.vendor
UNION ALL
 SELECT customer.tenant_id,
    customer.id,
    customer.name,
    customer.iban
   FROM public.customer;

ALTER VIEW public.partner OWNER TO belegfluss_owner;

--
-- Name: passkey; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.passkey (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    removed_at timestamp with time zone
);

ALTER TABLE ONLY public.passkey FORCE ROW LEVEL SECURITY;

ALTER TABLE public.passkey OWNER TO belegfluss_owner;

--
-- Name: passkey_challenge; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.passkey_challenge (
    challenge_hash text NOT NULL,
    asked_of text NOT NULL,
    used_by text,
    expires_at timestamp with time zone NOT NULL
);

ALTER TABLE public.passkey_challenge OWNER TO belegfluss_owner;

--
-- Name: password_token; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.password_token (
    tenant_id uuid NOT NULL,
    token_hash text NOT NULL,
    user_id uuid NOT NULL,
    purpose text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT ck_password_token_purpose CHECK ((purpose = ANY (ARRAY['invitation'::text, 'reset'::text])))
);

ALTER TABLE ONLY public.password_token FORCE ROW LEVEL SECURITY;

ALTER TABLE public.password_token OWNER TO belegfluss_owner;

--
-- Name: payment_answer; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.payment_answer (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    run_id uuid NOT NULL,
    transfer integer,
    depth integer NOT NULL,
    message_id text NOT NULL,
    status text NOT NULL,
    reason text,
    reason_text text,
    told_at timestamp with time zone NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.payment_answer FORCE ROW LEVEL SECURITY;

ALTER TABLE public.payment_answer OWNER TO belegfluss_owner;

--
-- Name: payment_file; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.payment_file (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    message_id text NOT NULL,
    version text NOT NULL,
    content bytea NOT NULL,
    sha256 text NOT NULL,
    transfer_count integer NOT NULL,
    control_sum numeric(18,2) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_payment_file_message_id CHECK (((length(message_id) >= 1) AND (length(message_id) <= 35))),
    CONSTRAINT ck_payment_file_sha256 CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE ONLY public.payment_file FORCE ROW LEVEL SECURITY;

ALTER TABLE public.payment_file OWNER TO belegfluss_owner;

--
-- Name: payment_run; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.payment_run (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    status text NOT NULL,
    execution_date date NOT NULL,
    total_amount numeric(18,2) NOT NULL,
    invoice_count integer NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    approved_by uuid,
    approved_at timestamp with time zone,
    exported_at timestamp with time zone,
    completed_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    reminded_at timestamp with time zone,
    evidence integer DEFAULT 0 NOT NULL,
    CONSTRAINT ck_payment_run_approved CHECK (((status = ANY (ARRAY['draft'::text, 'cancelled'::text])) OR ((approved_at IS NOT NULL) AND (approved_by IS NOT NULL)))),
    CONSTRAINT ck_payment_run_cancelled CHECK (((status = 'cancelled'::text) = (cancelled_at IS NOT NULL))),
    CONSTRAINT ck_payment_run_completed CHECK (((status = 'completed'::text) = (completed_at IS NOT NULL))),
    CONSTRAINT ck_payment_run_exported CHECK (((status = 'cancelled'::text) OR ((status = ANY (ARRAY['exported'::text, 'completed'::text])) = (exported_at IS NOT NULL)))),
    CONSTRAINT ck_payment_run_status CHECK ((status = ANY (ARRAY['draft'::text, 'approved'::text, 'exported'::text, 'completed'::text, 'cancelled'::text])))
);

ALTER TABLE ONLY public.payment_run FORCE ROW LEVEL SECURITY;

ALTER TABLE public.payment_run OWNER TO belegfluss_owner;

--
-- Name: payment_run_item; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.payment_run_item (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    run_id uuid NOT NULL,
    "position" integer NOT NULL,
    invoice_id uuid,
    vendor_id uuid NOT NULL,
    vendor_name text NOT NULL,
    vendor_iban text NOT NULL,
    vendor_bic text,
    invoice_number text NOT NULL,
    amount numeric(18,2) NOT NULL,
    currency text NOT NULL,
    reference text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    transfer integer NOT NULL,
    standing text,
    reason text,
    reason_text text,
    executed_at timestamp with time zone,
    released_at timestamp with time zone,
    discount numeric(18,2) DEFAULT 0 NOT NULL,
    discount_until date,
    open_item_id uuid,
    CONSTRAINT ck_payment_run_item_amount CHECK ((amount <> (0)::numeric)),
    CONSTRAINT ck_payment_run_item_credit CHECK (((open_item_id IS NULL) OR (amount < (0)::numeric))),
    CONSTRAINT ck_payment_run_item_currency CHECK ((currency = 'EUR'::text)),
    CONSTRAINT ck_payment_run_item_discount CHECK (((discount >= (0)::numeric) AND ((discount > (0)::numeric) = (discount_until IS NOT NULL)))),
    CONSTRAINT ck_payment_run_item_what CHECK (((invoice_id IS NULL) <> (open_item_id IS NULL)))
);

ALTER TABLE ONLY public.payment_run_item FORCE ROW LEVEL SECURITY;

ALTER TABLE public.payment_run_item OWNER TO belegfluss_owner;

--
-- Name: payment_run_label; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.payment_run_label (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    label text NOT NULL,
    CONSTRAINT ck_payment_run_label CHECK (((length(label) >= 1) AND (length(label) <= 140)))
);

ALTER TABLE ONLY public.payment_run_label FORCE ROW LEVEL SECURITY;

ALTER TABLE public.payment_run_label OWNER TO belegfluss_owner;

--
-- Name: payment_run_wish; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.payment_run_wish (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    nets_credit_notes boolean NOT NULL,
    amounts jsonb NOT NULL,
    discounts jsonb DEFAULT '[]'::jsonb NOT NULL,
    is_instant boolean DEFAULT false NOT NULL,
    is_batch_booked boolean DEFAULT true NOT NULL,
    credits jsonb DEFAULT '[]'::jsonb NOT NULL
);

ALTER TABLE ONLY public.payment_run_wish FORCE ROW LEVEL SECURITY;

ALTER TABLE public.payment_run_wish OWNER TO belegfluss_owner;

--
-- Name: payment_withdrawal; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.payment_withdrawal (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    asked_by uuid NOT NULL,
    reason text NOT NULL,
    asked_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.payment_withdrawal FORCE ROW LEVEL SECURITY;

ALTER TABLE public.payment_withdrawal OWNER TO belegfluss_owner;

--
-- Name: period; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.period (
    tenant_id uuid NOT NULL,
    name character varying(8) NOT NULL,
    period_number smallint NOT NULL,
    fiscal_year smallint NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    status character varying(11) NOT NULL,
    locked_by uuid,
    locked_at timestamp with time zone,
    CONSTRAINT ck_period_days_ordered CHECK ((first_day <= last_day)),
    CONSTRAINT ck_period_number_known CHECK ((period_number = ANY (ARRAY[0, 13, 14]))),
    CONSTRAINT ck_period_status_known CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'soft_locked'::character varying, 'locked'::character varying])::text[])))
);

ALTER TABLE ONLY public.period FORCE ROW LEVEL SECURITY;

ALTER TABLE public.period OWNER TO belegfluss_owner;

--
-- Name: period_count; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.period_count (
    tenant_id uuid NOT NULL,
    period character varying(8) NOT NULL,
    bookings bigint NOT NULL
);

ALTER TABLE ONLY public.period_count FORCE ROW LEVEL SECURITY;

ALTER TABLE public.period_count OWNER TO belegfluss_owner;

--
-- Name: prepayment_use; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.prepayment_use (
    tenant_id uuid NOT NULL,
    intent_id uuid NOT NULL,
    "position" integer NOT NULL,
    prepayment_id uuid NOT NULL,
    account text NOT NULL,
    tax_code text,
    amount numeric(18,2) NOT NULL,
    tax_amount numeric(18,2) NOT NULL,
    whole_amount numeric(18,2) NOT NULL,
    CONSTRAINT ck_prepayment_use_amount_moves CHECK ((amount <> (0)::numeric))
);

ALTER TABLE ONLY public.prepayment_use FORCE ROW LEVEL SECURITY;

ALTER TABLE public.prepayment_use OWNER TO belegfluss_owner;

--
-- Name: recovery_code; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.recovery_code (
    tenant_id uuid NOT NULL,
    code_hash text NOT NULL,
    factor_id uuid NOT NULL,
    last_use text,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);

ALTER TABLE ONLY public.recovery_code FORCE ROW LEVEL SECURITY;

ALTER TABLE public.recovery_code OWNER TO belegfluss_owner;

--
-- Name: review_case; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.review_case (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    inbox_id uuid NOT NULL,
    document_id uuid NOT NULL,
    queue_state text NOT NULL,
    vendor_id uuid,
    vendor_candidates jsonb DEFAULT '[]'::jsonb NOT NULL,
    normalized_invoice jsonb NOT NULL,
    is_amended boolean DEFAULT false NOT NULL,
    validation_issues jsonb DEFAULT '[]'::jsonb NOT NULL,
    duplicate_hint jsonb,
    compliance_check jsonb,
    posting_error jsonb,
    rejection_reason text,
    invoice_id uuid,
    intent_id uuid,
    decided_by uuid,
    decided_at timestamp with time zone,
    reminders integer DEFAULT 0 NOT NULL,
    reminded_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    findings jsonb DEFAULT '[]'::jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    page_hash text,
    sum_key text GENERATED ALWAYS AS ((((normalized_invoice ->> 'invoice_date'::text) || ' '::text) || (round(((normalized_invoice ->> 'total_gross'::text))::numeric, 2))::text)) STORED,
    page_band_1 text GENERATED ALWAYS AS (NULLIF(substr(page_hash, 1, 4), '0000'::text)) STORED,
    page_band_2 text GENERATED ALWAYS AS (NULLIF(substr(page_hash, 5, 4), '0000'::text)) STORED,
    page_band_3 text GENERATED ALWAYS AS (NULLIF(substr(page_hash, 9, 4), '0000'::text)) STORED,
    page_band_4 text GENERATED ALWAYS AS (NULLIF(substr(page_hash, 13, 4), '0000'::text)) STORED,
    tax_proposals jsonb DEFAULT '[]'::jsonb NOT NULL,
    number_key text GENERATED ALWAYS AS (public.number_key((normalized_invoice ->> 'invoice_number'::text))) STORED,
    urgency smallint GENERATED ALWAYS AS (
CASE
    WHEN (queue_state = ANY (ARRAY['approved'::text, 'rejected'::text])) THEN 4
    WHEN (queue_state = ANY (ARRAY['exception'::text, 'posting_failed'::text])) THEN 0
    WHEN (findings @? '$[*]?(@."severity" == "blocking" && @."answer" == null)'::jsonpath) THEN 0
    WHEN (validation_issues @? '$[*]?(@."code" == "MISSING_FIELD")'::jsonpath) THEN 0
    WHEN (findings @? '$[*]?(@."severity" == "warning" && @."answer" == null)'::jsonpath) THEN 1
    WHEN (findings @? '$[*]?(@."severity" == "hint" && @."answer" == null)'::jsonpath) THEN 2
    ELSE 3
END) STORED,
    due_date text GENERATED ALWAYS AS ((normalized_invoice ->> 'due_date'::text)) STORED,
    discount_days jsonb GENERATED ALWAYS AS (jsonb_path_query_array(normalized_invoice, '$."terms"[*]?(@."kind" == "discount")."due_date"'::jsonpath)) STORED,
    CONSTRAINT ck_review_case_approved_is_posted CHECK ((((queue_state = 'approved'::text) = (intent_id IS NOT NULL)) AND ((queue_state = 'approved'::text) = (invoice_id IS NOT NULL)))),
    CONSTRAINT ck_review_case_decided CHECK (((queue_state = ANY (ARRAY['approved'::text, 'rejected'::text])) = (decided_at IS NOT NULL))),
    CONSTRAINT ck_review_case_failed_has_error CHECK (((queue_state <> 'posting_failed'::text) OR (posting_error IS NOT NULL))),
    CONSTRAINT ck_review_case_page_hash CHECK ((page_hash ~ '^[0-9a-f]{16}$'::text)),
    CONSTRAINT ck_review_case_queue_state CHECK ((queue_state = ANY (ARRAY['approval'::text, 'correction'::text, 'exception'::text, 'approved'::text, 'rejected'::text, 'posting_failed'::text]))),
    CONSTRAINT ck_review_case_version CHECK ((version > 0))
);

ALTER TABLE ONLY public.review_case FORCE ROW LEVEL SECURITY;

ALTER TABLE public.review_case OWNER TO belegfluss_owner;

--
-- Name: same_company; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.same_company (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    is_same boolean NOT NULL,
    reason text,
    decided_by uuid,
    decided_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.same_company FORCE ROW LEVEL SECURITY;

ALTER TABLE public.same_company OWNER TO belegfluss_owner;

--
-- Name: second_factor; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.second_factor (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    sealed bytea,
    last_step bigint DEFAULT 0 NOT NULL,
    last_use text,
    created_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT ck_second_factor_sealed_until_ended CHECK (((ended_at IS NULL) = (sealed IS NOT NULL)))
);

ALTER TABLE ONLY public.second_factor FORCE ROW LEVEL SECURITY;

ALTER TABLE public.second_factor OWNER TO belegfluss_owner;

--
-- Name: session_token; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.session_token (
    tenant_id uuid NOT NULL,
    token_hash text NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    surface text DEFAULT 'api'::text NOT NULL
);

ALTER TABLE ONLY public.session_token FORCE ROW LEVEL SECURITY;

ALTER TABLE public.session_token OWNER TO belegfluss_owner;

--
-- Name: statement_deferral; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.statement_deferral (
    tenant_id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    gaps jsonb NOT NULL,
    until date,
    reason text NOT NULL,
    deferred_by uuid,
    deferred_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_statement_deferral_reason CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))
);

ALTER TABLE ONLY public.statement_deferral FORCE ROW LEVEL SECURITY;

ALTER TABLE public.statement_deferral OWNER TO belegfluss_owner;

--
-- Name: tax_code; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.tax_code (
    tenant_id uuid NOT NULL,
    code character varying(20) NOT NULL,
    label character varying(120) NOT NULL,
    description character varying(500),
    rate numeric(6,3),
    direction character varying(6) NOT NULL,
    kind character varying(40) NOT NULL,
    vat_account character varying(8),
    self_assess_account character varying(8),
    deductible boolean NOT NULL,
    valid_from date,
    valid_to date,
    suspended_from date,
    suspended_to date,
    datev_bu_key character varying(4),
    is_system boolean NOT NULL,
    active boolean NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    reports_as character varying(20),
    CONSTRAINT ck_tax_code_code_upper CHECK (((code)::text ~ '^[A-Z0-9-]{1,20}$'::text)),
    CONSTRAINT ck_tax_code_direction_known CHECK (((direction)::text = ANY ((ARRAY['input'::character varying, 'output'::character varying])::text[]))),
    CONSTRAINT ck_tax_code_rate_percent CHECK (((rate >= (0)::numeric) AND (rate <= (100)::numeric)))
);

ALTER TABLE ONLY public.tax_code FORCE ROW LEVEL SECURITY;

ALTER TABLE public.tax_code OWNER TO belegfluss_owner;

--
-- Name: tax_code_history; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.tax_code_history (
    tenant_id uuid NOT NULL,
    code character varying(20) NOT NULL,
    last_number bigint NOT NULL,
    rate numeric(6,3),
    direction character varying(6) NOT NULL,
    kind character varying(40) NOT NULL,
    vat_account character varying(8),
    self_assess_account character varying(8),
    deductible boolean NOT NULL,
    reports_as character varying(20)
);

ALTER TABLE ONLY public.tax_code_history FORCE ROW LEVEL SECURITY;

ALTER TABLE public.tax_code_history OWNER TO belegfluss_owner;

--
-- Name: tenant; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.tenant (
    id uuid NOT NULL,
    company_name text NOT NULL,
    country text NOT NULL,
    chart text NOT NULL,
    fiscal_year_start smallint DEFAULT 1 NOT NULL,
    vat_id text,
    tax_id text,
    street text,
    postal_code text,
    city text,
    iban text,
    bic text,
    inbox_address text NOT NULL,
    datev_consultant text,
    datev_client text,
    created_at timestamp with time zone NOT NULL,
    vat_deduction text DEFAULT 'full'::text NOT NULL,
    is_small_business boolean,
    is_builder boolean,
    is_cleaner boolean,
    is_energy_reseller boolean,
    is_telecom_reseller boolean,
    is_cash_basis boolean,
    small_difference_limit numeric(18,2) DEFAULT 0 NOT NULL,
    fx_difference_percent numeric(5,2) DEFAULT 15 NOT NULL,
    most_invoices_in_run integer DEFAULT 500 NOT NULL,
    creditor_id text,
    CONSTRAINT ck_tenant_chart CHECK ((chart = ANY (ARRAY['at_ekr'::text, 'de_skr03'::text, 'de_skr04'::text]))),
    CONSTRAINT ck_tenant_chart_of_country CHECK (((chart = 'at_ekr'::text) = (country = 'AT'::text))),
    CONSTRAINT ck_tenant_country CHECK ((country = ANY (ARRAY['AT'::text, 'DE'::text]))),
    CONSTRAINT ck_tenant_fiscal_year_start CHECK (((fiscal_year_start >= 1) AND (fiscal_year_start <= 12))),
    CONSTRAINT ck_tenant_fx_difference_percent CHECK ((fx_difference_percent >= (0)::numeric)),
    CONSTRAINT ck_tenant_inbox_address CHECK ((inbox_address = lower(inbox_address))),
    CONSTRAINT ck_tenant_most_invoices_in_run CHECK (((most_invoices_in_run >= 1) AND (most_invoices_in_run <= 10000))),
    CONSTRAINT ck_tenant_small_difference_limit CHECK ((small_difference_limit >= (0)::numeric)),
    CONSTRAINT ck_tenant_vat_deduction CHECK ((vat_deduction = ANY (ARRAY['full'::text, 'partial'::text, 'none'::text])))
);

ALTER TABLE ONLY public.tenant FORCE ROW LEVEL SECURITY;

ALTER TABLE public.tenant OWNER TO belegfluss_owner;

--
-- Name: tied_invoice; Type: VIEW; Schema: public; Owner: belegfluss_owner
--

CREATE VIEW public.tied_invoice WITH (security_invoker='true') AS
 SELECT invoice.tenant_id,
    invoice.open_item_id,
    invoice.id AS invoice_id,
    invoice.vendor_id AS partner_id,
    invoice.invoice_number,
    invoice.due_date
   FROM public.invoice
UNION ALL
 SELECT outgoing_invoice.tenant_id,
    outgoing_invoice.open_item_id,
    outgoing_invoice.id AS invoice_id,
    outgoing_invoice.customer_id AS partner_id,
    outgoing_invoice.invoice_number,
    outgoing_invoice.due_date
   FROM public.outgoing_invoice;

ALTER VIEW public.tied_invoice OWNER TO belegfluss_owner;

--
-- Name: transaction; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.transaction (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    amount numeric(18,2) NOT NULL,
    description text NOT NULL,
    booking_date date NOT NULL,
    category text,
    bank_account_id uuid,
    to_bank_account_id uuid,
    vat_rate numeric(6,3),
    vat_amount numeric(18,2),
    net_amount numeric(18,2),
    vat_deductible boolean,
    reference_type text,
    reference_id text,
    reference_number text,
    receipt_id text,
    receipt text,
    payment_method text,
    notes text,
    tags jsonb NOT NULL,
    reverses_id uuid,
    reason text,
    reconciled boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    cents bigint GENERATED ALWAYS AS (((amount * (100)::numeric))::bigint) STORED,
    CONSTRAINT ck_transaction_amount CHECK (((type = 'reversal'::text) OR (amount > (0)::numeric))),
    CONSTRAINT ck_transaction_reference CHECK (((reference_type IS NULL) = (reference_id IS NULL))),
    CONSTRAINT ck_transaction_reference_type CHECK ((reference_type = ANY (ARRAY['invoice'::text, 'receipt'::text, 'contract'::text]))),
    CONSTRAINT ck_transaction_reversal CHECK (((type = 'reversal'::text) = (reverses_id IS NOT NULL))),
    CONSTRAINT ck_transaction_type CHECK ((type = ANY (ARRAY['income'::text, 'expense'::text, 'transfer'::text, 'reversal'::text]))),
    CONSTRAINT ck_transaction_vat CHECK (((num_nulls(vat_rate, vat_amount, net_amount) = ANY (ARRAY[0, 3])) AND COALESCE(((net_amount + vat_amount) = amount), true)))
);

ALTER TABLE ONLY public.transaction FORCE ROW LEVEL SECURITY;

ALTER TABLE public.transaction OWNER TO belegfluss_owner;

--
-- Name: transaction_category; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.transaction_category (
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    direction text NOT NULL,
    account character varying(8),
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_transaction_category_direction CHECK ((direction = ANY (ARRAY['income'::text, 'expense'::text]))),
    CONSTRAINT ck_transaction_category_name CHECK ((name ~ '^[a-z0-9_]{1,50}$'::text))
);

ALTER TABLE ONLY public.transaction_category FORCE ROW LEVEL SECURITY;

ALTER TABLE public.transaction_category OWNER TO belegfluss_owner;

--
-- Name: transaction_total; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.transaction_total (
    tenant_id uuid NOT NULL,
    booking_date date NOT NULL,
    type text NOT NULL,
    category text NOT NULL,
    bank_account_id uuid NOT NULL,
    to_bank_account_id uuid NOT NULL,
    count bigint NOT NULL,
    amount numeric(18,2) NOT NULL,
    vat numeric(18,2) NOT NULL
);

ALTER TABLE ONLY public.transaction_total FORCE ROW LEVEL SECURITY;

ALTER TABLE public.transaction_total OWNER TO belegfluss_owner;

--
-- Name: vendor_learned_value; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.vendor_learned_value (
    tenant_id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    subject text NOT NULL,
    version integer NOT NULL,
    value jsonb,
    document_id uuid,
    reason text,
    decided_by uuid,
    decided_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.vendor_learned_value FORCE ROW LEVEL SECURITY;

ALTER TABLE public.vendor_learned_value OWNER TO belegfluss_owner;

--
-- Name: vendor_payee; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.vendor_payee (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    name text NOT NULL,
    iban text,
    bic text,
    is_accepted boolean NOT NULL,
    reason text,
    decided_by uuid,
    decided_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.vendor_payee FORCE ROW LEVEL SECURITY;

ALTER TABLE public.vendor_payee OWNER TO belegfluss_owner;

--
-- Name: vendor_payee_check; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.vendor_payee_check (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    name text NOT NULL,
    iban text NOT NULL,
    result text NOT NULL,
    account_name text,
    told_at timestamp with time zone NOT NULL,
    recorded_by uuid,
    CONSTRAINT ck_vendor_payee_check_result CHECK ((result = ANY (ARRAY['match'::text, 'close_match'::text, 'no_match'::text, 'not_possible'::text])))
);

ALTER TABLE ONLY public.vendor_payee_check FORCE ROW LEVEL SECURITY;

ALTER TABLE public.vendor_payee_check OWNER TO belegfluss_owner;

--
-- Name: vendor_vat_treatment; Type: TABLE; Schema: public; Owner: belegfluss_owner
--

CREATE TABLE public.vendor_vat_treatment (
    tenant_id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    version integer NOT NULL,
    follows integer,
    undoes integer,
    source text NOT NULL,
    country text,
    category text,
    tax_code text,
    supply_kind text,
    supply_rate numeric(6,3),
    is_small_business boolean,
    small_business_until date,
    varies jsonb DEFAULT '[]'::jsonb NOT NULL,
    document_id uuid,
    reason text,
    decided_by uuid,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_vendor_vat_treatment_source CHECK ((source = ANY (ARRAY['document'::text, 'person'::text])))
);

ALTER TABLE ONLY public.vendor_vat_treatment FORCE ROW LEVEL SECURITY;

ALTER TABLE public.vendor_vat_treatment OWNER TO belegfluss_owner;

--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

--
-- Name: api_key api_key_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: app_user app_user_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.app_user
    ADD CONSTRAINT app_user_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: approval approval_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.approval
    ADD CONSTRAINT approval_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: approval_policy approval_policy_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.approval_policy
    ADD CONSTRAINT approval_policy_pkey PRIMARY KEY (tenant_id, version);

--
-- Name: arrival arrival_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.arrival
    ADD CONSTRAINT arrival_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: audit_event audit_event_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.audit_event
    ADD CONSTRAINT audit_event_pkey PRIMARY KEY (tenant_id, number);

--
-- Name: bank_account_alias bank_account_alias_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_account_alias
    ADD CONSTRAINT bank_account_alias_pkey PRIMARY KEY (tenant_id, bank_account_id, name);

--
-- Name: bank_account bank_account_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_account
    ADD CONSTRAINT bank_account_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: bank_csv_profile bank_csv_profile_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_csv_profile
    ADD CONSTRAINT bank_csv_profile_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: bank_evidence bank_evidence_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_evidence
    ADD CONSTRAINT bank_evidence_pkey PRIMARY KEY (tenant_id, bank_transaction_id);

--
-- Name: bank_import bank_import_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_import
    ADD CONSTRAINT bank_import_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: bank_question bank_question_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_question
    ADD CONSTRAINT bank_question_pkey PRIMARY KEY (tenant_id, batch_id, "position");

--
-- Name: bank_statement_overlap bank_statement_overlap_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_statement_overlap
    ADD CONSTRAINT bank_statement_overlap_pkey PRIMARY KEY (tenant_id, statement_id, entry_id);

--
-- Name: bank_statement bank_statement_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_statement
    ADD CONSTRAINT bank_statement_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: bank_transaction bank_transaction_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_transaction
    ADD CONSTRAINT bank_transaction_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: case_assignment case_assignment_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.case_assignment
    ADD CONSTRAINT case_assignment_pkey PRIMARY KEY (tenant_id, case_id);

--
-- Name: case_comment case_comment_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.case_comment
    ADD CONSTRAINT case_comment_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: case_decision case_decision_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.case_decision
    ADD CONSTRAINT case_decision_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: case_input case_input_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.case_input
    ADD CONSTRAINT case_input_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: case_presence case_presence_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.case_presence
    ADD CONSTRAINT case_presence_pkey PRIMARY KEY (tenant_id, case_id, user_id);

--
-- Name: contact_message contact_message_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.contact_message
    ADD CONSTRAINT contact_message_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: customer customer_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.customer
    ADD CONSTRAINT customer_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: document document_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: dunning_notice_item dunning_notice_item_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.dunning_notice_item
    ADD CONSTRAINT dunning_notice_item_pkey PRIMARY KEY (tenant_id, notice_id, open_item_id);

--
-- Name: dunning_notice dunning_notice_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.dunning_notice
    ADD CONSTRAINT dunning_notice_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: dunning_policy dunning_policy_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.dunning_policy
    ADD CONSTRAINT dunning_policy_pkey PRIMARY KEY (tenant_id, version);

--
-- Name: dunning_stop dunning_stop_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.dunning_stop
    ADD CONSTRAINT dunning_stop_pkey PRIMARY KEY (tenant_id, customer_id);

--
-- Name: extraction extraction_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.extraction
    ADD CONSTRAINT extraction_pkey PRIMARY KEY (tenant_id, document_id, version);

--
-- Name: idempotency idempotency_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (tenant_id, operation, key);

--
-- Name: inbox_attachment inbox_attachment_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.inbox_attachment
    ADD CONSTRAINT inbox_attachment_pkey PRIMARY KEY (tenant_id, inbox_id, document_id);

--
-- Name: inbox_item inbox_item_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.inbox_item
    ADD CONSTRAINT inbox_item_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: ingestion_log ingestion_log_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.ingestion_log
    ADD CONSTRAINT ingestion_log_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: invoice_line invoice_line_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.invoice_line
    ADD CONSTRAINT invoice_line_pkey PRIMARY KEY (tenant_id, invoice_id, "position");

--
-- Name: invoice invoice_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.invoice
    ADD CONSTRAINT invoice_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: letter letter_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.letter
    ADD CONSTRAINT letter_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: login_attempt login_attempt_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.login_attempt
    ADD CONSTRAINT login_attempt_pkey PRIMARY KEY (id);

--
-- Name: mail_message mail_message_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.mail_message
    ADD CONSTRAINT mail_message_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: mailbox_message mailbox_message_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.mailbox_message
    ADD CONSTRAINT mailbox_message_pkey PRIMARY KEY (tenant_id, mailbox_id, uid_validity, uid, message_id, size_bytes);

--
-- Name: mailbox mailbox_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.mailbox
    ADD CONSTRAINT mailbox_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: named_invoice named_invoice_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.named_invoice
    ADD CONSTRAINT named_invoice_pkey PRIMARY KEY (tenant_id, number_key, document_id, version);

--
-- Name: outgoing_invoice_line outgoing_invoice_line_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.outgoing_invoice_line
    ADD CONSTRAINT outgoing_invoice_line_pkey PRIMARY KEY (tenant_id, invoice_id, "position");

--
-- Name: outgoing_invoice outgoing_invoice_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.outgoing_invoice
    ADD CONSTRAINT outgoing_invoice_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: password_token password_token_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.password_token
    ADD CONSTRAINT password_token_pkey PRIMARY KEY (tenant_id, token_hash);

--
-- Name: payment_file payment_file_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_file
    ADD CONSTRAINT payment_file_pkey PRIMARY KEY (tenant_id, run_id);

--
-- Name: payment_run_item payment_run_item_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_run_item
    ADD CONSTRAINT payment_run_item_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: payment_run_label payment_run_label_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_run_label
    ADD CONSTRAINT payment_run_label_pkey PRIMARY KEY (tenant_id, run_id);

--
-- Name: payment_run payment_run_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_run
    ADD CONSTRAINT payment_run_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: payment_run_wish payment_run_wish_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_run_wish
    ADD CONSTRAINT payment_run_wish_pkey PRIMARY KEY (tenant_id, run_id);

--
-- Name: account pk_account; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.account
    ADD CONSTRAINT pk_account PRIMARY KEY (tenant_id, number);

--
-- Name: account_balance pk_account_balance; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.account_balance
    ADD CONSTRAINT pk_account_balance PRIMARY KEY (tenant_id, period, account);

--
-- Name: account_day pk_account_day; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.account_day
    ADD CONSTRAINT pk_account_day PRIMARY KEY (tenant_id, account, day);

--
-- Name: bank_auto_match pk_bank_auto_match; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_auto_match
    ADD CONSTRAINT pk_bank_auto_match PRIMARY KEY (tenant_id, id);

--
-- Name: bank_match_group pk_bank_match_group; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_match_group
    ADD CONSTRAINT pk_bank_match_group PRIMARY KEY (tenant_id, id);

--
-- Name: bank_untie pk_bank_untie; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_untie
    ADD CONSTRAINT pk_bank_untie PRIMARY KEY (tenant_id, intent_id, bank_transaction_id);

--
-- Name: closing pk_closing; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.closing
    ADD CONSTRAINT pk_closing PRIMARY KEY (tenant_id, closing_seq);

--
-- Name: collection pk_collection; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.collection
    ADD CONSTRAINT pk_collection PRIMARY KEY (tenant_id, id);

--
-- Name: collection_answer pk_collection_answer; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.collection_answer
    ADD CONSTRAINT pk_collection_answer PRIMARY KEY (tenant_id, id);

--
-- Name: collection_item pk_collection_item; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.collection_item
    ADD CONSTRAINT pk_collection_item PRIMARY KEY (tenant_id, collection_id, "position");

--
-- Name: exchange_rate pk_exchange_rate; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.exchange_rate
    ADD CONSTRAINT pk_exchange_rate PRIMARY KEY (tenant_id, currency, rate_date);

--
-- Name: intent pk_intent; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.intent
    ADD CONSTRAINT pk_intent PRIMARY KEY (tenant_id, intent_id);

--
-- Name: item_span pk_item_span; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.item_span
    ADD CONSTRAINT pk_item_span PRIMARY KEY (tenant_id, open_item_id);

--
-- Name: journal_entry pk_journal_entry; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.journal_entry
    ADD CONSTRAINT pk_journal_entry PRIMARY KEY (tenant_id, journal_number);

--
-- Name: journal_index pk_journal_index; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.journal_index
    ADD CONSTRAINT pk_journal_index PRIMARY KEY (tenant_id);

--
-- Name: journal_token pk_journal_token; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.journal_token
    ADD CONSTRAINT pk_journal_token PRIMARY KEY (tenant_id, token, segment);

--
-- Name: known_device pk_known_device; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.known_device
    ADD CONSTRAINT pk_known_device PRIMARY KEY (tenant_id, token_hash);

--
-- Name: list_change pk_list_change; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.list_change
    ADD CONSTRAINT pk_list_change PRIMARY KEY (tenant_id, id);

--
-- Name: list_count pk_list_count; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.list_count
    ADD CONSTRAINT pk_list_count PRIMARY KEY (tenant_id, list, scope, part, day);

--
-- Name: list_month pk_list_month; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.list_month
    ADD CONSTRAINT pk_list_month PRIMARY KEY (tenant_id, list, scope, part, month);

--
-- Name: lock_request pk_lock_request; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.lock_request
    ADD CONSTRAINT pk_lock_request PRIMARY KEY (tenant_id, request_id);

--
-- Name: mandate pk_mandate; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.mandate
    ADD CONSTRAINT pk_mandate PRIMARY KEY (tenant_id, id);

--
-- Name: open_item pk_open_item; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.open_item
    ADD CONSTRAINT pk_open_item PRIMARY KEY (tenant_id, open_item_id);

--
-- Name: passkey pk_passkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT pk_passkey PRIMARY KEY (tenant_id, id);

--
-- Name: passkey_challenge pk_passkey_challenge; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.passkey_challenge
    ADD CONSTRAINT pk_passkey_challenge PRIMARY KEY (challenge_hash);

--
-- Name: payment_answer pk_payment_answer; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_answer
    ADD CONSTRAINT pk_payment_answer PRIMARY KEY (tenant_id, id);

--
-- Name: payment_withdrawal pk_payment_withdrawal; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_withdrawal
    ADD CONSTRAINT pk_payment_withdrawal PRIMARY KEY (tenant_id, run_id, asked_by);

--
-- Name: period pk_period; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.period
    ADD CONSTRAINT pk_period PRIMARY KEY (tenant_id, name);

--
-- Name: period_count pk_period_count; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.period_count
    ADD CONSTRAINT pk_period_count PRIMARY KEY (tenant_id, period);

--
-- Name: prepayment_use pk_prepayment_use; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.prepayment_use
    ADD CONSTRAINT pk_prepayment_use PRIMARY KEY (tenant_id, intent_id, "position");

--
-- Name: recovery_code pk_recovery_code; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT pk_recovery_code PRIMARY KEY (tenant_id, code_hash);

--
-- Name: same_company pk_same_company; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.same_company
    ADD CONSTRAINT pk_same_company PRIMARY KEY (tenant_id, id);

--
-- Name: second_factor pk_second_factor; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.second_factor
    ADD CONSTRAINT pk_second_factor PRIMARY KEY (tenant_id, id);

--
-- Name: settlement pk_settlement; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.settlement
    ADD CONSTRAINT pk_settlement PRIMARY KEY (tenant_id, settlement_id);

--
-- Name: tax_code pk_tax_code; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.tax_code
    ADD CONSTRAINT pk_tax_code PRIMARY KEY (tenant_id, code);

--
-- Name: tax_code_history pk_tax_code_history; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.tax_code_history
    ADD CONSTRAINT pk_tax_code_history PRIMARY KEY (tenant_id, code, last_number);

--
-- Name: transaction_total pk_transaction_total; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.transaction_total
    ADD CONSTRAINT pk_transaction_total PRIMARY KEY (tenant_id, booking_date, type, category, bank_account_id, to_bank_account_id);

--
-- Name: vendor_learned_value pk_vendor_learned_value; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor_learned_value
    ADD CONSTRAINT pk_vendor_learned_value PRIMARY KEY (tenant_id, vendor_id, subject, version);

--
-- Name: vendor_payee pk_vendor_payee; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor_payee
    ADD CONSTRAINT pk_vendor_payee PRIMARY KEY (tenant_id, id);

--
-- Name: vendor_payee_check pk_vendor_payee_check; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor_payee_check
    ADD CONSTRAINT pk_vendor_payee_check PRIMARY KEY (tenant_id, id);

--
-- Name: vendor_vat_treatment pk_vendor_vat_treatment; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor_vat_treatment
    ADD CONSTRAINT pk_vendor_vat_treatment PRIMARY KEY (tenant_id, vendor_id, version);

--
-- Name: review_case review_case_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.review_case
    ADD CONSTRAINT review_case_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: session_token session_token_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.session_token
    ADD CONSTRAINT session_token_pkey PRIMARY KEY (tenant_id, token_hash);

--
-- Name: statement_deferral statement_deferral_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.statement_deferral
    ADD CONSTRAINT statement_deferral_pkey PRIMARY KEY (tenant_id, bank_account_id);

--
-- Name: tenant_head tenant_head_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.tenant_head
    ADD CONSTRAINT tenant_head_pkey PRIMARY KEY (tenant_id);

--
-- Name: tenant tenant_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.tenant
    ADD CONSTRAINT tenant_pkey PRIMARY KEY (id);

--
-- Name: transaction_category transaction_category_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.transaction_category
    ADD CONSTRAINT transaction_category_pkey PRIMARY KEY (tenant_id, name);

--
-- Name: transaction transaction_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.transaction
    ADD CONSTRAINT transaction_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: api_key uq_api_key_key_hash; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT uq_api_key_key_hash UNIQUE (key_hash);

--
-- Name: app_user uq_app_user_email; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.app_user
    ADD CONSTRAINT uq_app_user_email UNIQUE (email);

--
-- Name: approval uq_approval_once; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.approval
    ADD CONSTRAINT uq_approval_once UNIQUE (tenant_id, subject, subject_id, version, user_id);

--
-- Name: arrival uq_arrival_sha256; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.arrival
    ADD CONSTRAINT uq_arrival_sha256 UNIQUE (tenant_id, sha256);

--
-- Name: bank_account uq_bank_account_account_number; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_account
    ADD CONSTRAINT uq_bank_account_account_number UNIQUE (tenant_id, account_number);

--
-- Name: bank_account uq_bank_account_iban; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_account
    ADD CONSTRAINT uq_bank_account_iban UNIQUE (tenant_id, iban);

--
-- Name: bank_csv_profile uq_bank_csv_profile_name; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_csv_profile
    ADD CONSTRAINT uq_bank_csv_profile_name UNIQUE (tenant_id, name);

--
-- Name: bank_match_group uq_bank_match_group_intent; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_match_group
    ADD CONSTRAINT uq_bank_match_group_intent UNIQUE (tenant_id, intent_id);

--
-- Name: bank_transaction uq_bank_transaction_content; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_transaction
    ADD CONSTRAINT uq_bank_transaction_content UNIQUE (tenant_id, bank_account_id, content_hash);

--
-- Name: closing uq_closing_period; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.closing
    ADD CONSTRAINT uq_closing_period UNIQUE (tenant_id, period);

--
-- Name: customer uq_customer_name_key; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.customer
    ADD CONSTRAINT uq_customer_name_key UNIQUE (tenant_id, name_key);

--
-- Name: customer uq_customer_number; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.customer
    ADD CONSTRAINT uq_customer_number UNIQUE (tenant_id, number);

--
-- Name: customer uq_customer_tax_id; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.customer
    ADD CONSTRAINT uq_customer_tax_id UNIQUE (tenant_id, tax_id);

--
-- Name: customer uq_customer_vat_id; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.customer
    ADD CONSTRAINT uq_customer_vat_id UNIQUE (tenant_id, vat_id);

--
-- Name: document uq_document_sha256; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.document
    ADD CONSTRAINT uq_document_sha256 UNIQUE (tenant_id, sha256);

--
-- Name: extraction uq_extraction_key; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.extraction
    ADD CONSTRAINT uq_extraction_key UNIQUE (tenant_id, document_id, key);

--
-- Name: inbox_item uq_inbox_item_document; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.inbox_item
    ADD CONSTRAINT uq_inbox_item_document UNIQUE (tenant_id, document_id);

--
-- Name: intent uq_intent_reversed_once; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.intent
    ADD CONSTRAINT uq_intent_reversed_once UNIQUE (tenant_id, reverses_intent_id);

--
-- Name: invoice uq_invoice_number; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.invoice
    ADD CONSTRAINT uq_invoice_number UNIQUE (tenant_id, vendor_id, invoice_number);

--
-- Name: journal_entry uq_journal_entry_no; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.journal_entry
    ADD CONSTRAINT uq_journal_entry_no UNIQUE (tenant_id, entry_no);

--
-- Name: known_device uq_known_device_token_hash; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.known_device
    ADD CONSTRAINT uq_known_device_token_hash UNIQUE (token_hash);

--
-- Name: mail_message uq_mail_message_sha256; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.mail_message
    ADD CONSTRAINT uq_mail_message_sha256 UNIQUE (tenant_id, sha256);

--
-- Name: mandate uq_mandate_reference; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.mandate
    ADD CONSTRAINT uq_mandate_reference UNIQUE (tenant_id, reference);

--
-- Name: outgoing_invoice uq_outgoing_invoice_number; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.outgoing_invoice
    ADD CONSTRAINT uq_outgoing_invoice_number UNIQUE (tenant_id, customer_id, invoice_number);

--
-- Name: passkey uq_passkey_credential_id; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT uq_passkey_credential_id UNIQUE (credential_id);

--
-- Name: password_token uq_password_token_token_hash; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.password_token
    ADD CONSTRAINT uq_password_token_token_hash UNIQUE (token_hash);

--
-- Name: payment_file uq_payment_file_message_id; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_file
    ADD CONSTRAINT uq_payment_file_message_id UNIQUE (tenant_id, message_id);

--
-- Name: payment_run_item uq_payment_run_item_position; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_run_item
    ADD CONSTRAINT uq_payment_run_item_position UNIQUE (tenant_id, run_id, "position");

--
-- Name: review_case uq_review_case_inbox; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.review_case
    ADD CONSTRAINT uq_review_case_inbox UNIQUE (tenant_id, inbox_id);

--
-- Name: review_case uq_review_case_intent; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.review_case
    ADD CONSTRAINT uq_review_case_intent UNIQUE (tenant_id, intent_id);

--
-- Name: review_case uq_review_case_invoice; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.review_case
    ADD CONSTRAINT uq_review_case_invoice UNIQUE (tenant_id, invoice_id);

--
-- Name: session_token uq_session_token_id; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.session_token
    ADD CONSTRAINT uq_session_token_id UNIQUE (tenant_id, id);

--
-- Name: session_token uq_session_token_token_hash; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.session_token
    ADD CONSTRAINT uq_session_token_token_hash UNIQUE (token_hash);

--
-- Name: settlement uq_settlement_intent_item; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.settlement
    ADD CONSTRAINT uq_settlement_intent_item UNIQUE (tenant_id, intent_id, open_item_id);

--
-- Name: tenant uq_tenant_inbox_address; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.tenant
    ADD CONSTRAINT uq_tenant_inbox_address UNIQUE (inbox_address);

--
-- Name: vendor uq_vendor_name_key; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor
    ADD CONSTRAINT uq_vendor_name_key UNIQUE (tenant_id, name_key);

--
-- Name: vendor uq_vendor_number; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor
    ADD CONSTRAINT uq_vendor_number UNIQUE (tenant_id, number);

--
-- Name: vendor uq_vendor_tax_id; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor
    ADD CONSTRAINT uq_vendor_tax_id UNIQUE (tenant_id, tax_id);

--
-- Name: vendor uq_vendor_vat_id; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor
    ADD CONSTRAINT uq_vendor_vat_id UNIQUE (tenant_id, vat_id);

--
-- Name: vendor vendor_pkey; Type: CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor
    ADD CONSTRAINT vendor_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: ix_arrival_waiting; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_arrival_waiting ON public.arrival USING btree (tenant_id, received_at DESC, id) WHERE (split_at IS NULL);

--
-- Name: ix_audit_event_tenant_id_subject_subject_id; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_audit_event_tenant_id_subject_subject_id ON public.audit_event USING btree (tenant_id, subject, subject_id);

--
-- Name: ix_bank_import_sha256; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_import_sha256 ON public.bank_import USING btree (tenant_id, sha256);

--
-- Name: ix_bank_match_group_auto_match; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_match_group_auto_match ON public.bank_match_group USING btree (tenant_id, auto_match_id) WHERE (auto_match_id IS NOT NULL);

--
-- Name: ix_bank_statement_days; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_statement_days ON public.bank_statement USING btree (tenant_id, bank_account_id, last_day);

--
-- Name: ix_bank_statement_overlap_entry; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_statement_overlap_entry ON public.bank_statement_overlap USING btree (tenant_id, entry_id);

--
-- Name: ix_bank_transaction_announced; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_transaction_announced ON public.bank_transaction USING btree (tenant_id, bank_account_id) WHERE is_announced;

--
-- Name: ix_bank_transaction_batch_reference; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_transaction_batch_reference ON public.bank_transaction USING btree (tenant_id, batch_reference) WHERE (batch_reference IS NOT NULL);

--
-- Name: ix_bank_transaction_date; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_transaction_date ON public.bank_transaction USING btree (tenant_id, bank_account_id, tx_date, id);

--
-- Name: ix_bank_transaction_day; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_transaction_day ON public.bank_transaction USING btree (tenant_id, tx_date DESC, created_at DESC, "position", id);

--
-- Name: ix_bank_transaction_entry; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_transaction_entry ON public.bank_transaction USING btree (tenant_id, bank_account_id, entry_id) WHERE ((entry_id IS NOT NULL) AND (entry_id <> id));

--
-- Name: ix_bank_transaction_entry_reference; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_transaction_entry_reference ON public.bank_transaction USING btree (tenant_id, bank_account_id, entry_reference) WHERE (entry_reference IS NOT NULL);

--
-- Name: ix_bank_transaction_intent; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_transaction_intent ON public.bank_transaction USING btree (tenant_id, intent_id) WHERE (intent_id IS NOT NULL);

--
-- Name: ix_bank_transaction_match_group; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_transaction_match_group ON public.bank_transaction USING btree (tenant_id, match_group_id) WHERE (match_group_id IS NOT NULL);

--
-- Name: ix_bank_transaction_servicer; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_transaction_servicer ON public.bank_transaction USING btree (tenant_id, bank_account_id, servicer_reference) WHERE (servicer_reference IS NOT NULL);

--
-- Name: ix_bank_transaction_status; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_transaction_status ON public.bank_transaction USING btree (tenant_id, status, tx_date);

--
-- Name: ix_bank_transaction_swift; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_transaction_swift ON public.bank_transaction USING btree (tenant_id, bank_account_id, swift_reference) WHERE (swift_reference IS NOT NULL);

--
-- Name: ix_bank_transaction_transfer; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_transaction_transfer ON public.bank_transaction USING btree (tenant_id, "left"(end_to_end_id, 25)) WHERE (substr(end_to_end_id, 26, 1) = '-'::text);

--
-- Name: ix_bank_transaction_unique; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_bank_transaction_unique ON public.bank_transaction USING btree (tenant_id, bank_account_id, unique_reference) WHERE (unique_reference IS NOT NULL);

--
-- Name: ix_case_assignment_assignee; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_case_assignment_assignee ON public.case_assignment USING btree (tenant_id, assignee_id, case_id);

--
-- Name: ix_case_comment_case; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_case_comment_case ON public.case_comment USING btree (tenant_id, case_id, created_at, id);

--
-- Name: ix_case_decision_case; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_case_decision_case ON public.case_decision USING btree (tenant_id, case_id, decided_at);

--
-- Name: ix_case_decision_decided_at; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_case_decision_decided_at ON public.case_decision USING btree (tenant_id, decided_at, id);

--
-- Name: ix_case_decision_posted; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_case_decision_posted ON public.case_decision USING btree (tenant_id, vendor_id, day) WHERE is_posted;

--
-- Name: ix_case_presence_seen_at; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_case_presence_seen_at ON public.case_presence USING btree (tenant_id, seen_at);

--
-- Name: ix_collection_answer_collection; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_collection_answer_collection ON public.collection_answer USING btree (tenant_id, collection_id);

--
-- Name: ix_collection_created; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_collection_created ON public.collection USING btree (tenant_id, created_at, id);

--
-- Name: ix_collection_item_invoice; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_collection_item_invoice ON public.collection_item USING btree (tenant_id, invoice_id);

--
-- Name: ix_collection_item_mandate; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_collection_item_mandate ON public.collection_item USING btree (tenant_id, mandate_id);

--
-- Name: ix_collection_message; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_collection_message ON public.collection USING btree (tenant_id, message_id);

--
-- Name: ix_contact_message_user; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_contact_message_user ON public.contact_message USING btree (tenant_id, user_id, created_at);

--
-- Name: ix_customer_iban; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_customer_iban ON public.customer USING btree (tenant_id, iban);

--
-- Name: ix_dunning_notice_created_at; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_dunning_notice_created_at ON public.dunning_notice USING btree (tenant_id, created_at, id);

--
-- Name: ix_dunning_notice_customer; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_dunning_notice_customer ON public.dunning_notice USING btree (tenant_id, customer_id, created_at);

--
-- Name: ix_dunning_notice_item_item; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_dunning_notice_item_item ON public.dunning_notice_item USING btree (tenant_id, open_item_id);

--
-- Name: ix_inbox_item_mail; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_inbox_item_mail ON public.inbox_item USING btree (tenant_id, mail_id) WHERE (mail_id IS NOT NULL);

--
-- Name: ix_inbox_item_open; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_inbox_item_open ON public.inbox_item USING btree (tenant_id, created_at DESC, id) WHERE (status = ANY (ARRAY['processing'::text, 'pending'::text]));

--
-- Name: ix_inbox_item_statement; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_inbox_item_statement ON public.inbox_item USING btree (tenant_id, statement_batch_id) WHERE (statement_batch_id IS NOT NULL);

--
-- Name: ix_inbox_item_status; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_inbox_item_status ON public.inbox_item USING btree (tenant_id, status, created_at DESC, id);

--
-- Name: ix_ingestion_log_document; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_ingestion_log_document ON public.ingestion_log USING btree (tenant_id, document_id);

--
-- Name: ix_ingestion_log_outcome; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_ingestion_log_outcome ON public.ingestion_log USING btree (tenant_id, outcome, received_at DESC, "position", id);

--
-- Name: ix_ingestion_log_received_at; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_ingestion_log_received_at ON public.ingestion_log USING btree (tenant_id, received_at DESC, "position", id);

--
-- Name: ix_intent_created_at; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_intent_created_at ON public.intent USING btree (tenant_id, created_at);

--
-- Name: ix_intent_document; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_intent_document ON public.intent USING btree (tenant_id, document_id) WHERE (document_id IS NOT NULL);

--
-- Name: ix_intent_external_reference; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_intent_external_reference ON public.intent USING btree (tenant_id, external_reference) WHERE (external_reference IS NOT NULL);

--
-- Name: ix_intent_fingerprint; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_intent_fingerprint ON public.intent USING btree (tenant_id, fingerprint);

--
-- Name: ix_intent_opening; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_intent_opening ON public.intent USING btree (tenant_id, booking_date) WHERE ((kind)::text = 'opening'::text);

--
-- Name: ix_intent_period; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_intent_period ON public.intent USING btree (tenant_id, period);

--
-- Name: ix_invoice_date; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_invoice_date ON public.invoice USING btree (tenant_id, invoice_date DESC, created_at DESC, id);

--
-- Name: ix_invoice_document; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_invoice_document ON public.invoice USING btree (tenant_id, document_id);

--
-- Name: ix_invoice_intent; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_invoice_intent ON public.invoice USING btree (tenant_id, intent_id);

--
-- Name: ix_invoice_number_key; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_invoice_number_key ON public.invoice USING btree (tenant_id, vendor_id, number_key);

--
-- Name: ix_invoice_untied; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_invoice_untied ON public.invoice USING btree (tenant_id, invoice_date DESC, created_at DESC, id) WHERE (open_item_id IS NULL);

--
-- Name: ix_invoice_vendor_day; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_invoice_vendor_day ON public.invoice USING btree (tenant_id, vendor_id, invoice_date);

--
-- Name: ix_item_span_day; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_item_span_day ON public.item_span USING btree (tenant_id, last_day, first_day, open_item_id);

--
-- Name: ix_item_span_number; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_item_span_number ON public.item_span USING btree (tenant_id, last_number, first_number, open_item_id);

--
-- Name: ix_journal_entry_credit; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_journal_entry_credit ON public.journal_entry USING btree (tenant_id, credit_account, booking_date, journal_number);

--
-- Name: ix_journal_entry_credit_partner; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_journal_entry_credit_partner ON public.journal_entry USING btree (tenant_id, credit_account, credit_partner_id) INCLUDE (booking_date, journal_number, amount) WHERE (credit_partner_id IS NOT NULL);

--
-- Name: ix_journal_entry_debit; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_journal_entry_debit ON public.journal_entry USING btree (tenant_id, debit_account, booking_date, journal_number);

--
-- Name: ix_journal_entry_debit_partner; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_journal_entry_debit_partner ON public.journal_entry USING btree (tenant_id, debit_account, debit_partner_id) INCLUDE (booking_date, journal_number, amount) WHERE (debit_partner_id IS NOT NULL);

--
-- Name: ix_journal_entry_intent; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_journal_entry_intent ON public.journal_entry USING btree (tenant_id, intent_id);

--
-- Name: ix_journal_entry_period; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_journal_entry_period ON public.journal_entry USING btree (tenant_id, period, journal_number);

--
-- Name: ix_letter_created_at; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_letter_created_at ON public.letter USING btree (tenant_id, created_at, id);

--
-- Name: ix_letter_due; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_letter_due ON public.letter USING btree (due_at) WHERE (state = 'pending'::text);

--
-- Name: ix_letter_subject; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_letter_subject ON public.letter USING btree (tenant_id, subject, subject_id);

--
-- Name: ix_lock_request_period; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_lock_request_period ON public.lock_request USING btree (tenant_id, period);

--
-- Name: ix_login_attempt_place_attempted_at; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_login_attempt_place_attempted_at ON public.login_attempt USING btree (place, attempted_at);

--
-- Name: ix_mandate_customer; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_mandate_customer ON public.mandate USING btree (tenant_id, customer_id, signed_on);

--
-- Name: ix_open_item_intent; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_open_item_intent ON public.open_item USING btree (tenant_id, intent_id, account);

--
-- Name: ix_open_item_number_key; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_open_item_number_key ON public.open_item USING btree (tenant_id, partner_id, number_key, side) WHERE (partner_id IS NOT NULL);

--
-- Name: ix_outgoing_invoice_customer; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_outgoing_invoice_customer ON public.outgoing_invoice USING btree (tenant_id, customer_id, invoice_date, created_at, id);

--
-- Name: ix_outgoing_invoice_date; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_outgoing_invoice_date ON public.outgoing_invoice USING btree (tenant_id, invoice_date, created_at, id);

--
-- Name: ix_outgoing_invoice_document; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_outgoing_invoice_document ON public.outgoing_invoice USING btree (tenant_id, document_id);

--
-- Name: ix_outgoing_invoice_intent; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_outgoing_invoice_intent ON public.outgoing_invoice USING btree (tenant_id, intent_id);

--
-- Name: ix_outgoing_invoice_untied; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_outgoing_invoice_untied ON public.outgoing_invoice USING btree (tenant_id, invoice_date, created_at, id) WHERE (open_item_id IS NULL);

--
-- Name: ix_passkey_challenge_expires_at; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_passkey_challenge_expires_at ON public.passkey_challenge USING btree (expires_at);

--
-- Name: ix_passkey_user; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_passkey_user ON public.passkey USING btree (tenant_id, user_id);

--
-- Name: ix_payment_answer_run; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_payment_answer_run ON public.payment_answer USING btree (tenant_id, run_id);

--
-- Name: ix_payment_run_created; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_payment_run_created ON public.payment_run USING btree (tenant_id, created_at, id);

--
-- Name: ix_payment_run_item_invoice; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_payment_run_item_invoice ON public.payment_run_item USING btree (tenant_id, invoice_id);

--
-- Name: ix_payment_run_item_open_item; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_payment_run_item_open_item ON public.payment_run_item USING btree (tenant_id, open_item_id) WHERE (open_item_id IS NOT NULL);

--
-- Name: ix_prepayment_use_prepayment; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_prepayment_use_prepayment ON public.prepayment_use USING btree (tenant_id, prepayment_id);

--
-- Name: ix_recovery_code_factor; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_recovery_code_factor ON public.recovery_code USING btree (tenant_id, factor_id);

--
-- Name: ix_review_case_created_at; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_review_case_created_at ON public.review_case USING btree (tenant_id, created_at, id);

--
-- Name: ix_review_case_decided; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_review_case_decided ON public.review_case USING btree (tenant_id, decided_at DESC NULLS LAST, id) WHERE (queue_state = ANY (ARRAY['approved'::text, 'rejected'::text]));

--
-- Name: ix_review_case_number_key; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_review_case_number_key ON public.review_case USING btree (tenant_id, number_key);

--
-- Name: ix_review_case_page_band_1; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_review_case_page_band_1 ON public.review_case USING btree (tenant_id, page_band_1);

--
-- Name: ix_review_case_page_band_2; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_review_case_page_band_2 ON public.review_case USING btree (tenant_id, page_band_2);

--
-- Name: ix_review_case_page_band_3; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_review_case_page_band_3 ON public.review_case USING btree (tenant_id, page_band_3);

--
-- Name: ix_review_case_page_band_4; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_review_case_page_band_4 ON public.review_case USING btree (tenant_id, page_band_4);

--
-- Name: ix_review_case_queue_state; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_review_case_queue_state ON public.review_case USING btree (tenant_id, queue_state, created_at, id);

--
-- Name: ix_review_case_standing; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_review_case_standing ON public.review_case USING btree (tenant_id, vendor_id) WHERE ((queue_state = 'approved'::text) AND (findings @> '[{"code": "STANDING_INVOICE"}]'::jsonb));

--
-- Name: ix_review_case_sum_key; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_review_case_sum_key ON public.review_case USING btree (tenant_id, sum_key);

--
-- Name: ix_same_company_customer; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_same_company_customer ON public.same_company USING btree (tenant_id, customer_id);

--
-- Name: ix_same_company_vendor; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_same_company_vendor ON public.same_company USING btree (tenant_id, vendor_id, customer_id, decided_at);

--
-- Name: ix_session_token_user; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_session_token_user ON public.session_token USING btree (tenant_id, user_id, expires_at);

--
-- Name: ix_settlement_open_item; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_settlement_open_item ON public.settlement USING btree (tenant_id, open_item_id);

--
-- Name: ix_transaction_account; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_transaction_account ON public.transaction USING btree (tenant_id, bank_account_id, booking_date DESC, created_at DESC, id);

--
-- Name: ix_transaction_category; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_transaction_category ON public.transaction USING btree (tenant_id, category, booking_date DESC, created_at DESC, id);

--
-- Name: ix_transaction_cents; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_transaction_cents ON public.transaction USING btree (tenant_id, cents, booking_date DESC, created_at DESC, id);

--
-- Name: ix_transaction_date; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_transaction_date ON public.transaction USING btree (tenant_id, booking_date DESC, created_at DESC, id);

--
-- Name: ix_transaction_receipt; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_transaction_receipt ON public.transaction USING btree (tenant_id, receipt) WHERE (receipt IS NOT NULL);

--
-- Name: ix_transaction_reconciled; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_transaction_reconciled ON public.transaction USING btree (tenant_id, reconciled, booking_date DESC, created_at DESC, id);

--
-- Name: ix_transaction_to_account; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_transaction_to_account ON public.transaction USING btree (tenant_id, to_bank_account_id, booking_date DESC, created_at DESC, id) WHERE (to_bank_account_id IS NOT NULL);

--
-- Name: ix_transaction_type; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_transaction_type ON public.transaction USING btree (tenant_id, type, booking_date DESC, created_at DESC, id);

--
-- Name: ix_vendor_iban; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_vendor_iban ON public.vendor USING btree (tenant_id, iban);

--
-- Name: ix_vendor_payee_check_vendor; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_vendor_payee_check_vendor ON public.vendor_payee_check USING btree (tenant_id, vendor_id, told_at);

--
-- Name: ix_vendor_payee_vendor; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE INDEX ix_vendor_payee_vendor ON public.vendor_payee USING btree (tenant_id, vendor_id, decided_at);

--
-- Name: uq_bank_account_alias_confirmed; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE UNIQUE INDEX uq_bank_account_alias_confirmed ON public.bank_account_alias USING btree (tenant_id, name) WHERE is_confirmed;

--
-- Name: uq_dunning_notice_proposed; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE UNIQUE INDEX uq_dunning_notice_proposed ON public.dunning_notice USING btree (tenant_id, customer_id) WHERE (state = 'proposed'::text);

--
-- Name: uq_invoice_open_item; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE UNIQUE INDEX uq_invoice_open_item ON public.invoice USING btree (tenant_id, open_item_id);

--
-- Name: uq_invoice_tied_intent; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE UNIQUE INDEX uq_invoice_tied_intent ON public.invoice USING btree (tenant_id, intent_id) WHERE (open_item_id IS NOT NULL);

--
-- Name: uq_lock_request_one_pending; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE UNIQUE INDEX uq_lock_request_one_pending ON public.lock_request USING btree (tenant_id, period) WHERE ((status)::text = 'pending'::text);

--
-- Name: uq_mailbox_active; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE UNIQUE INDEX uq_mailbox_active ON public.mailbox USING btree (tenant_id, host, username, folder) WHERE is_active;

--
-- Name: uq_outgoing_invoice_open_item; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE UNIQUE INDEX uq_outgoing_invoice_open_item ON public.outgoing_invoice USING btree (tenant_id, open_item_id);

--
-- Name: uq_outgoing_invoice_tied_intent; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE UNIQUE INDEX uq_outgoing_invoice_tied_intent ON public.outgoing_invoice USING btree (tenant_id, intent_id) WHERE (open_item_id IS NOT NULL);

--
-- Name: uq_payment_run_item_active; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE UNIQUE INDEX uq_payment_run_item_active ON public.payment_run_item USING btree (tenant_id, invoice_id) WHERE is_active;

--
-- Name: uq_payment_run_item_credit; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE UNIQUE INDEX uq_payment_run_item_credit ON public.payment_run_item USING btree (tenant_id, open_item_id) WHERE (is_active AND (open_item_id IS NOT NULL));

--
-- Name: uq_second_factor_user; Type: INDEX; Schema: public; Owner: belegfluss_owner
--

CREATE UNIQUE INDEX uq_second_factor_user ON public.second_factor USING btree (tenant_id, user_id) WHERE (ended_at IS NULL);

--
-- Name: approval append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.approval FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: approval_policy append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.approval_policy FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: audit_event append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.audit_event FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: bank_auto_match append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.bank_auto_match FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: bank_match_group append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.bank_match_group FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: bank_statement_overlap append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.bank_statement_overlap FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: case_comment append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.case_comment FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: case_decision append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.case_decision FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: case_input append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.case_input FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: closing append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.closing FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: collection_answer append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.collection_answer FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: collection_item append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.collection_item FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: contact_message append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.contact_message FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: document append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.document FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: dunning_notice_item append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.dunning_notice_item FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: dunning_policy append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.dunning_policy FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: exchange_rate append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.exchange_rate FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: extraction append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.extraction FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: idempotency append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.idempotency FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: inbox_attachment append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.inbox_attachment FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: ingestion_log append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.ingestion_log FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: intent append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.intent FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: invoice_line append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.invoice_line FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: journal_entry append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.journal_entry FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: known_device append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.known_device FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: mail_message append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.mail_message FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: mailbox_message append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.mailbox_message FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: named_invoice append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.named_invoice FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: open_item append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.open_item FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: outgoing_invoice_line append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.outgoing_invoice_line FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: payment_answer append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.payment_answer FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: payment_file append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.payment_file FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: payment_run_label append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.payment_run_label FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: payment_run_wish append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.payment_run_wish FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: payment_withdrawal append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.payment_withdrawal FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: prepayment_use append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.prepayment_use FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: same_company append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.same_company FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: settlement append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.settlement FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: tax_code_history append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.tax_code_history FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: transaction append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.transaction FOR EACH ROW EXECUTE FUNCTION public.keep_transaction();

--
-- Name: vendor_learned_value append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.vendor_learned_value FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: vendor_payee append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.vendor_payee FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: vendor_payee_check append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.vendor_payee_check FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: vendor_vat_treatment append_only_rows; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_rows BEFORE DELETE OR UPDATE ON public.vendor_vat_treatment FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: approval append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.approval FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: approval_policy append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.approval_policy FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: audit_event append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.audit_event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: bank_auto_match append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.bank_auto_match FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: bank_match_group append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.bank_match_group FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: bank_statement_overlap append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.bank_statement_overlap FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: case_comment append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.case_comment FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: case_decision append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.case_decision FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: case_input append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.case_input FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: closing append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.closing FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: collection_answer append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.collection_answer FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: collection_item append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.collection_item FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: contact_message append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.contact_message FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: document append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.document FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: dunning_notice_item append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.dunning_notice_item FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: dunning_policy append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.dunning_policy FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: exchange_rate append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.exchange_rate FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: extraction append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.extraction FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: idempotency append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.idempotency FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: inbox_attachment append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.inbox_attachment FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: ingestion_log append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.ingestion_log FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: intent append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.intent FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: invoice_line append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.invoice_line FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: journal_entry append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.journal_entry FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: known_device append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.known_device FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: mail_message append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.mail_message FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: mailbox_message append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.mailbox_message FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: named_invoice append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.named_invoice FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: open_item append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.open_item FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: outgoing_invoice_line append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.outgoing_invoice_line FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: payment_answer append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.payment_answer FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: payment_file append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.payment_file FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: payment_run_label append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.payment_run_label FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: payment_run_wish append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.payment_run_wish FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: payment_withdrawal append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.payment_withdrawal FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: prepayment_use append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.prepayment_use FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: same_company append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.same_company FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: settlement append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.settlement FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: tax_code_history append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.tax_code_history FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: transaction append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.transaction FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: vendor_learned_value append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.vendor_learned_value FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: vendor_payee append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.vendor_payee FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: vendor_payee_check append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.vendor_payee_check FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: vendor_vat_treatment append_only_table; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER append_only_table BEFORE TRUNCATE ON public.vendor_vat_treatment FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: transaction begin_transaction_state; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER begin_transaction_state BEFORE INSERT ON public.transaction FOR EACH ROW EXECUTE FUNCTION public.begin_transaction_state();

--
-- Name: bank_transaction count_added; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER count_added AFTER INSERT ON public.bank_transaction REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_listed('r.bank_account_id', 'r.status', 'r.tx_date');

--
-- Name: inbox_item count_added; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER count_added AFTER INSERT ON public.inbox_item REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_listed('''00000000-0000-0000-0000-000000000000''::uuid', 'r.status', '(r.created_at AT TIME ZONE ''UTC'')::date');

--
-- Name: ingestion_log count_added; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER count_added AFTER INSERT ON public.ingestion_log REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_listed('''00000000-0000-0000-0000-000000000000''::uuid', 'r.outcome', '(r.received_at AT TIME ZONE ''UTC'')::date');

--
-- Name: invoice count_added; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER count_added AFTER INSERT ON public.invoice REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_listed('''00000000-0000-0000-0000-000000000000''::uuid', 'CASE WHEN r.open_item_id IS NULL AND (r.intent_id IS NULL
                    OR r.total_gross + coalesce(r.rounding_amount, 0) <> 0)
                    THEN ''untied'' ELSE ''tied'' END', 'r.invoice_date');

--
-- Name: outgoing_invoice count_added; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER count_added AFTER INSERT ON public.outgoing_invoice REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_listed('''00000000-0000-0000-0000-000000000000''::uuid', 'r.type || CASE WHEN r.open_item_id IS NULL THEN '' untied'' ELSE '' tied'' END', 'r.invoice_date');

--
-- Name: review_case count_added; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER count_added AFTER INSERT ON public.review_case REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_listed('''00000000-0000-0000-0000-000000000000''::uuid', 'r.queue_state', '(r.created_at AT TIME ZONE ''UTC'')::date');

--
-- Name: bank_transaction count_changed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER count_changed AFTER UPDATE ON public.bank_transaction REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_listed('r.bank_account_id', 'r.status', 'r.tx_date');

--
-- Name: inbox_item count_changed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER count_changed AFTER UPDATE ON public.inbox_item REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_listed('''00000000-0000-0000-0000-000000000000''::uuid', 'r.status', '(r.created_at AT TIME ZONE ''UTC'')::date');

--
-- Name: ingestion_log count_changed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER count_changed AFTER UPDATE ON public.ingestion_log REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_listed('''00000000-0000-0000-0000-000000000000''::uuid', 'r.outcome', '(r.received_at AT TIME ZONE ''UTC'')::date');

--
-- Name: invoice count_changed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER count_changed AFTER UPDATE ON public.invoice REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_listed('''00000000-0000-0000-0000-000000000000''::uuid', 'CASE WHEN r.open_item_id IS NULL AND (r.intent_id IS NULL
                    OR r.total_gross + coalesce(r.rounding_amount, 0) <> 0)
                    THEN ''untied'' ELSE ''tied'' END', 'r.invoice_date');

--
-- Name: outgoing_invoice count_changed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER count_changed AFTER UPDATE ON public.outgoing_invoice REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_listed('''00000000-0000-0000-0000-000000000000''::uuid', 'r.type || CASE WHEN r.open_item_id IS NULL THEN '' untied'' ELSE '' tied'' END', 'r.invoice_date');

--
-- Name: review_case count_changed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER count_changed AFTER UPDATE ON public.review_case REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_listed('''00000000-0000-0000-0000-000000000000''::uuid', 'r.queue_state', '(r.created_at AT TIME ZONE ''UTC'')::date');

--
-- Name: api_key keep_key; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER keep_key BEFORE INSERT OR UPDATE ON public.api_key FOR EACH ROW EXECUTE FUNCTION public.keep_key();

--
-- Name: lock_request keep_lock_request; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER keep_lock_request BEFORE INSERT OR UPDATE ON public.lock_request FOR EACH ROW EXECUTE FUNCTION public.keep_lock_request();

--
-- Name: period keep_locked; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER keep_locked BEFORE INSERT OR DELETE OR UPDATE ON public.period FOR EACH ROW EXECUTE FUNCTION public.keep_locked();

--
-- Name: session_token keep_login; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER keep_login BEFORE INSERT OR UPDATE ON public.session_token FOR EACH ROW EXECUTE FUNCTION public.keep_login();

--
-- Name: passkey keep_passkey; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER keep_passkey BEFORE UPDATE ON public.passkey FOR EACH ROW EXECUTE FUNCTION public.keep_passkey();

--
-- Name: password_token keep_password_token; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER keep_password_token BEFORE INSERT OR UPDATE ON public.password_token FOR EACH ROW EXECUTE FUNCTION public.keep_password_token();

--
-- Name: app_user keep_person; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER keep_person BEFORE INSERT OR UPDATE ON public.app_user FOR EACH ROW EXECUTE FUNCTION public.keep_person();

--
-- Name: recovery_code keep_recovery_code; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER keep_recovery_code BEFORE UPDATE ON public.recovery_code FOR EACH ROW EXECUTE FUNCTION public.keep_recovery_code();

--
-- Name: payment_run keep_run; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER keep_run BEFORE INSERT OR UPDATE ON public.payment_run FOR EACH ROW EXECUTE FUNCTION public.keep_run();

--
-- Name: second_factor keep_second_factor; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER keep_second_factor BEFORE UPDATE ON public.second_factor FOR EACH ROW EXECUTE FUNCTION public.keep_second_factor();

--
-- Name: bank_transaction movement_origin; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER movement_origin AFTER INSERT ON public.bank_transaction REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.movement_origin();

--
-- Name: bank_account name_kept; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER name_kept BEFORE UPDATE OF tenant_id, id ON public.bank_account FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: bank_import name_kept; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER name_kept BEFORE UPDATE OF tenant_id, id ON public.bank_import FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: extraction named; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER named AFTER INSERT ON public.extraction FOR EACH ROW EXECUTE FUNCTION public.keep_named();

--
-- Name: account never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.account FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: arrival never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.arrival FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: bank_account never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.bank_account FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: bank_import never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.bank_import FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: bank_question never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.bank_question FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: bank_statement never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.bank_statement FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: case_assignment never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.case_assignment FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: collection never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.collection FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: customer never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.customer FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: dunning_notice never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.dunning_notice FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: letter never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.letter FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: mailbox never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.mailbox FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: mandate never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.mandate FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: outgoing_invoice never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.outgoing_invoice FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: passkey never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.passkey FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: period never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.period FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: recovery_code never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.recovery_code FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: second_factor never_emptied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.second_factor FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: account never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.account FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: arrival never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.arrival FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: bank_account never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.bank_account FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: bank_import never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.bank_import FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: bank_question never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.bank_question FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: bank_statement never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.bank_statement FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: case_assignment never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.case_assignment FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: collection never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.collection FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: customer never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.customer FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: dunning_notice never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.dunning_notice FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: letter never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.letter FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: mailbox never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.mailbox FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: mandate never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.mandate FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: outgoing_invoice never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.outgoing_invoice FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: passkey never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.passkey FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: period never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.period FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: recovery_code never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.recovery_code FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: second_factor never_removed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER never_removed BEFORE DELETE ON public.second_factor FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

--
-- Name: intent note_reversed; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER note_reversed AFTER INSERT ON public.intent FOR EACH ROW WHEN ((new.reverses_intent_id IS NOT NULL)) EXECUTE FUNCTION public.note_reversed();

--
-- Name: settlement note_settled; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER note_settled AFTER INSERT ON public.settlement REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.note_settled();

--
-- Name: bank_transaction note_tied; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER note_tied AFTER INSERT ON public.bank_transaction REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.note_tied();

--
-- Name: bank_transaction note_tied_again; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER note_tied_again AFTER UPDATE ON public.bank_transaction REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.note_tied();

--
-- Name: tenant open_tenant_head; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER open_tenant_head AFTER INSERT ON public.tenant FOR EACH ROW EXECUTE FUNCTION public.open_tenant_head();

--
-- Name: bank_transaction origin_kept; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER origin_kept BEFORE UPDATE OF tenant_id, bank_account_id, batch_id ON public.bank_transaction FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

--
-- Name: invoice tie_invoice; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER tie_invoice BEFORE INSERT OR UPDATE OF vendor_id, total_gross, currency, intent_id, open_item_id ON public.invoice FOR EACH ROW EXECUTE FUNCTION public.tie_invoice();

--
-- Name: outgoing_invoice tie_outgoing_invoice; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER tie_outgoing_invoice BEFORE INSERT OR UPDATE OF customer_id, type, total_gross, currency, intent_id, open_item_id ON public.outgoing_invoice FOR EACH ROW EXECUTE FUNCTION public.tie_outgoing_invoice();

--
-- Name: transaction total_transaction; Type: TRIGGER; Schema: public; Owner: belegfluss_owner
--

CREATE TRIGGER total_transaction AFTER INSERT ON public.transaction FOR EACH ROW EXECUTE FUNCTION public.total_transaction();

--
-- Name: api_key api_key_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.app_user(tenant_id, id);

--
-- Name: app_user app_user_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.app_user
    ADD CONSTRAINT app_user_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: approval_policy approval_policy_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.approval_policy
    ADD CONSTRAINT approval_policy_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: arrival arrival_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.arrival
    ADD CONSTRAINT arrival_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: bank_account_alias bank_account_alias_tenant_id_bank_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_account_alias
    ADD CONSTRAINT bank_account_alias_tenant_id_bank_account_id_fkey FOREIGN KEY (tenant_id, bank_account_id) REFERENCES public.bank_account(tenant_id, id);

--
-- Name: bank_account bank_account_tenant_id_account_number_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_account
    ADD CONSTRAINT bank_account_tenant_id_account_number_fkey FOREIGN KEY (tenant_id, account_number) REFERENCES public.account(tenant_id, number);

--
-- Name: bank_account bank_account_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_account
    ADD CONSTRAINT bank_account_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: bank_auto_match bank_auto_match_tenant_id_bank_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_auto_match
    ADD CONSTRAINT bank_auto_match_tenant_id_bank_account_id_fkey FOREIGN KEY (tenant_id, bank_account_id) REFERENCES public.bank_account(tenant_id, id);

--
-- Name: bank_csv_profile bank_csv_profile_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_csv_profile
    ADD CONSTRAINT bank_csv_profile_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: bank_evidence bank_evidence_tenant_id_bank_transaction_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_evidence
    ADD CONSTRAINT bank_evidence_tenant_id_bank_transaction_id_fkey FOREIGN KEY (tenant_id, bank_transaction_id) REFERENCES public.bank_transaction(tenant_id, id);

--
-- Name: bank_evidence bank_evidence_tenant_id_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_evidence
    ADD CONSTRAINT bank_evidence_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES public.document(tenant_id, id);

--
-- Name: bank_import bank_import_tenant_id_bank_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_import
    ADD CONSTRAINT bank_import_tenant_id_bank_account_id_fkey FOREIGN KEY (tenant_id, bank_account_id) REFERENCES public.bank_account(tenant_id, id);

--
-- Name: bank_match_group bank_match_group_tenant_id_auto_match_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_match_group
    ADD CONSTRAINT bank_match_group_tenant_id_auto_match_id_fkey FOREIGN KEY (tenant_id, auto_match_id) REFERENCES public.bank_auto_match(tenant_id, id);

--
-- Name: bank_match_group bank_match_group_tenant_id_bank_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_match_group
    ADD CONSTRAINT bank_match_group_tenant_id_bank_account_id_fkey FOREIGN KEY (tenant_id, bank_account_id) REFERENCES public.bank_account(tenant_id, id);

--
-- Name: bank_match_group bank_match_group_tenant_id_intent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_match_group
    ADD CONSTRAINT bank_match_group_tenant_id_intent_id_fkey FOREIGN KEY (tenant_id, intent_id) REFERENCES public.intent(tenant_id, intent_id);

--
-- Name: bank_question bank_question_tenant_id_batch_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_question
    ADD CONSTRAINT bank_question_tenant_id_batch_id_fkey FOREIGN KEY (tenant_id, batch_id) REFERENCES public.bank_import(tenant_id, id);

--
-- Name: bank_question bank_question_tenant_id_statement_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_question
    ADD CONSTRAINT bank_question_tenant_id_statement_id_fkey FOREIGN KEY (tenant_id, statement_id) REFERENCES public.bank_statement(tenant_id, id);

--
-- Name: bank_statement_overlap bank_statement_overlap_tenant_id_statement_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_statement_overlap
    ADD CONSTRAINT bank_statement_overlap_tenant_id_statement_id_fkey FOREIGN KEY (tenant_id, statement_id) REFERENCES public.bank_statement(tenant_id, id);

--
-- Name: bank_statement bank_statement_tenant_id_bank_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_statement
    ADD CONSTRAINT bank_statement_tenant_id_bank_account_id_fkey FOREIGN KEY (tenant_id, bank_account_id) REFERENCES public.bank_account(tenant_id, id);

--
-- Name: bank_statement bank_statement_tenant_id_batch_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_statement
    ADD CONSTRAINT bank_statement_tenant_id_batch_id_fkey FOREIGN KEY (tenant_id, batch_id) REFERENCES public.bank_import(tenant_id, id);

--
-- Name: bank_transaction bank_transaction_tenant_id_intent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_transaction
    ADD CONSTRAINT bank_transaction_tenant_id_intent_id_fkey FOREIGN KEY (tenant_id, intent_id) REFERENCES public.intent(tenant_id, intent_id);

--
-- Name: bank_transaction bank_transaction_tenant_id_match_group_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_transaction
    ADD CONSTRAINT bank_transaction_tenant_id_match_group_id_fkey FOREIGN KEY (tenant_id, match_group_id) REFERENCES public.bank_match_group(tenant_id, id);

--
-- Name: case_assignment case_assignment_tenant_id_assignee_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.case_assignment
    ADD CONSTRAINT case_assignment_tenant_id_assignee_id_fkey FOREIGN KEY (tenant_id, assignee_id) REFERENCES public.app_user(tenant_id, id);

--
-- Name: case_assignment case_assignment_tenant_id_case_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.case_assignment
    ADD CONSTRAINT case_assignment_tenant_id_case_id_fkey FOREIGN KEY (tenant_id, case_id) REFERENCES public.review_case(tenant_id, id);

--
-- Name: case_comment case_comment_tenant_id_author_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.case_comment
    ADD CONSTRAINT case_comment_tenant_id_author_id_fkey FOREIGN KEY (tenant_id, author_id) REFERENCES public.app_user(tenant_id, id);

--
-- Name: case_comment case_comment_tenant_id_case_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.case_comment
    ADD CONSTRAINT case_comment_tenant_id_case_id_fkey FOREIGN KEY (tenant_id, case_id) REFERENCES public.review_case(tenant_id, id);

--
-- Name: case_decision case_decision_tenant_id_case_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.case_decision
    ADD CONSTRAINT case_decision_tenant_id_case_id_fkey FOREIGN KEY (tenant_id, case_id) REFERENCES public.review_case(tenant_id, id);

--
-- Name: case_input case_input_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.case_input
    ADD CONSTRAINT case_input_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: case_input case_input_tenant_id_inbox_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.case_input
    ADD CONSTRAINT case_input_tenant_id_inbox_id_fkey FOREIGN KEY (tenant_id, inbox_id) REFERENCES public.inbox_item(tenant_id, id);

--
-- Name: case_presence case_presence_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.case_presence
    ADD CONSTRAINT case_presence_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.app_user(tenant_id, id);

--
-- Name: customer customer_tenant_id_default_account_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.customer
    ADD CONSTRAINT customer_tenant_id_default_account_fkey FOREIGN KEY (tenant_id, default_account) REFERENCES public.account(tenant_id, number);

--
-- Name: customer customer_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.customer
    ADD CONSTRAINT customer_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: document document_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: dunning_notice_item dunning_notice_item_tenant_id_notice_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.dunning_notice_item
    ADD CONSTRAINT dunning_notice_item_tenant_id_notice_id_fkey FOREIGN KEY (tenant_id, notice_id) REFERENCES public.dunning_notice(tenant_id, id);

--
-- Name: dunning_notice_item dunning_notice_item_tenant_id_open_item_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.dunning_notice_item
    ADD CONSTRAINT dunning_notice_item_tenant_id_open_item_id_fkey FOREIGN KEY (tenant_id, open_item_id) REFERENCES public.open_item(tenant_id, open_item_id);

--
-- Name: dunning_notice dunning_notice_tenant_id_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.dunning_notice
    ADD CONSTRAINT dunning_notice_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customer(tenant_id, id);

--
-- Name: dunning_notice dunning_notice_tenant_id_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.dunning_notice
    ADD CONSTRAINT dunning_notice_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES public.document(tenant_id, id);

--
-- Name: dunning_policy dunning_policy_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.dunning_policy
    ADD CONSTRAINT dunning_policy_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: dunning_stop dunning_stop_tenant_id_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.dunning_stop
    ADD CONSTRAINT dunning_stop_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customer(tenant_id, id);

--
-- Name: extraction extraction_tenant_id_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.extraction
    ADD CONSTRAINT extraction_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES public.document(tenant_id, id);

--
-- Name: account_balance fk_account_balance_account; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.account_balance
    ADD CONSTRAINT fk_account_balance_account FOREIGN KEY (tenant_id, account) REFERENCES public.account(tenant_id, number);

--
-- Name: account_balance fk_account_balance_period; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.account_balance
    ADD CONSTRAINT fk_account_balance_period FOREIGN KEY (tenant_id, period) REFERENCES public.period(tenant_id, name);

--
-- Name: account fk_account_tenant_id_tenant; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.account
    ADD CONSTRAINT fk_account_tenant_id_tenant FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: approval fk_approval_user; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.approval
    ADD CONSTRAINT fk_approval_user FOREIGN KEY (tenant_id, user_id) REFERENCES public.app_user(tenant_id, id);

--
-- Name: bank_transaction fk_bank_transaction_last_batch; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_transaction
    ADD CONSTRAINT fk_bank_transaction_last_batch FOREIGN KEY (tenant_id, last_batch_id) REFERENCES public.bank_import(tenant_id, id);

--
-- Name: bank_untie fk_bank_untie_tenant_id_bank_transaction_id_bank_transaction; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_untie
    ADD CONSTRAINT fk_bank_untie_tenant_id_bank_transaction_id_bank_transaction FOREIGN KEY (tenant_id, bank_transaction_id) REFERENCES public.bank_transaction(tenant_id, id);

--
-- Name: bank_untie fk_bank_untie_tenant_id_intent_id_intent; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_untie
    ADD CONSTRAINT fk_bank_untie_tenant_id_intent_id_intent FOREIGN KEY (tenant_id, intent_id) REFERENCES public.intent(tenant_id, intent_id);

--
-- Name: bank_untie fk_bank_untie_tenant_id_match_group_id_bank_match_group; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.bank_untie
    ADD CONSTRAINT fk_bank_untie_tenant_id_match_group_id_bank_match_group FOREIGN KEY (tenant_id, match_group_id) REFERENCES public.bank_match_group(tenant_id, id);

--
-- Name: closing fk_closing_period; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.closing
    ADD CONSTRAINT fk_closing_period FOREIGN KEY (tenant_id, period) REFERENCES public.period(tenant_id, name);

--
-- Name: closing fk_closing_request; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.closing
    ADD CONSTRAINT fk_closing_request FOREIGN KEY (tenant_id, request_id) REFERENCES public.lock_request(tenant_id, request_id);

--
-- Name: collection_answer fk_collection_answer_tenant_id_collection_id_collection; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.collection_answer
    ADD CONSTRAINT fk_collection_answer_tenant_id_collection_id_collection FOREIGN KEY (tenant_id, collection_id) REFERENCES public.collection(tenant_id, id);

--
-- Name: collection_item fk_collection_item_tenant_id_collection_id_collection; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.collection_item
    ADD CONSTRAINT fk_collection_item_tenant_id_collection_id_collection FOREIGN KEY (tenant_id, collection_id) REFERENCES public.collection(tenant_id, id);

--
-- Name: collection_item fk_collection_item_tenant_id_invoice_id_outgoing_invoice; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.collection_item
    ADD CONSTRAINT fk_collection_item_tenant_id_invoice_id_outgoing_invoice FOREIGN KEY (tenant_id, invoice_id) REFERENCES public.outgoing_invoice(tenant_id, id);

--
-- Name: collection_item fk_collection_item_tenant_id_mandate_id_mandate; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.collection_item
    ADD CONSTRAINT fk_collection_item_tenant_id_mandate_id_mandate FOREIGN KEY (tenant_id, mandate_id) REFERENCES public.mandate(tenant_id, id);

--
-- Name: collection fk_collection_tenant_id_bank_account_id_bank_account; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.collection
    ADD CONSTRAINT fk_collection_tenant_id_bank_account_id_bank_account FOREIGN KEY (tenant_id, bank_account_id) REFERENCES public.bank_account(tenant_id, id);

--
-- Name: contact_message fk_contact_message_user; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.contact_message
    ADD CONSTRAINT fk_contact_message_user FOREIGN KEY (tenant_id, user_id) REFERENCES public.app_user(tenant_id, id);

--
-- Name: exchange_rate fk_exchange_rate_tenant_id_tenant; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.exchange_rate
    ADD CONSTRAINT fk_exchange_rate_tenant_id_tenant FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: intent fk_intent_reverses; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.intent
    ADD CONSTRAINT fk_intent_reverses FOREIGN KEY (tenant_id, reverses_intent_id) REFERENCES public.intent(tenant_id, intent_id);

--
-- Name: journal_index fk_journal_index_tenant_id_tenant; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.journal_index
    ADD CONSTRAINT fk_journal_index_tenant_id_tenant FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: known_device fk_known_device_user; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.known_device
    ADD CONSTRAINT fk_known_device_user FOREIGN KEY (tenant_id, user_id) REFERENCES public.app_user(tenant_id, id);

--
-- Name: letter fk_letter_recipient; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.letter
    ADD CONSTRAINT fk_letter_recipient FOREIGN KEY (tenant_id, recipient_id) REFERENCES public.app_user(tenant_id, id);

--
-- Name: lock_request fk_lock_request_period; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.lock_request
    ADD CONSTRAINT fk_lock_request_period FOREIGN KEY (tenant_id, period) REFERENCES public.period(tenant_id, name);

--
-- Name: mandate fk_mandate_tenant_id_customer_id_customer; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.mandate
    ADD CONSTRAINT fk_mandate_tenant_id_customer_id_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customer(tenant_id, id);

--
-- Name: open_item fk_open_item_account; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.open_item
    ADD CONSTRAINT fk_open_item_account FOREIGN KEY (tenant_id, account) REFERENCES public.account(tenant_id, number);

--
-- Name: open_item fk_open_item_intent; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.open_item
    ADD CONSTRAINT fk_open_item_intent FOREIGN KEY (tenant_id, intent_id) REFERENCES public.intent(tenant_id, intent_id);

--
-- Name: passkey fk_passkey_user; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT fk_passkey_user FOREIGN KEY (tenant_id, user_id) REFERENCES public.app_user(tenant_id, id);

--
-- Name: payment_answer fk_payment_answer_tenant_id_run_id_payment_run; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_answer
    ADD CONSTRAINT fk_payment_answer_tenant_id_run_id_payment_run FOREIGN KEY (tenant_id, run_id) REFERENCES public.payment_run(tenant_id, id);

--
-- Name: payment_run fk_payment_run_bank_account; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_run
    ADD CONSTRAINT fk_payment_run_bank_account FOREIGN KEY (tenant_id, bank_account_id) REFERENCES public.bank_account(tenant_id, id);

--
-- Name: payment_run_item fk_payment_run_item_open_item; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_run_item
    ADD CONSTRAINT fk_payment_run_item_open_item FOREIGN KEY (tenant_id, open_item_id) REFERENCES public.open_item(tenant_id, open_item_id);

--
-- Name: payment_withdrawal fk_payment_withdrawal_tenant_id_run_id_payment_run; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_withdrawal
    ADD CONSTRAINT fk_payment_withdrawal_tenant_id_run_id_payment_run FOREIGN KEY (tenant_id, run_id) REFERENCES public.payment_run(tenant_id, id);

--
-- Name: period fk_period_tenant_id_tenant; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.period
    ADD CONSTRAINT fk_period_tenant_id_tenant FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: prepayment_use fk_prepayment_use_intent; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.prepayment_use
    ADD CONSTRAINT fk_prepayment_use_intent FOREIGN KEY (tenant_id, intent_id) REFERENCES public.intent(tenant_id, intent_id);

--
-- Name: prepayment_use fk_prepayment_use_prepayment; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.prepayment_use
    ADD CONSTRAINT fk_prepayment_use_prepayment FOREIGN KEY (tenant_id, prepayment_id) REFERENCES public.intent(tenant_id, intent_id);

--
-- Name: recovery_code fk_recovery_code_factor; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT fk_recovery_code_factor FOREIGN KEY (tenant_id, factor_id) REFERENCES public.second_factor(tenant_id, id);

--
-- Name: same_company fk_same_company_tenant_id_customer_id_customer; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.same_company
    ADD CONSTRAINT fk_same_company_tenant_id_customer_id_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customer(tenant_id, id);

--
-- Name: same_company fk_same_company_tenant_id_vendor_id_vendor; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.same_company
    ADD CONSTRAINT fk_same_company_tenant_id_vendor_id_vendor FOREIGN KEY (tenant_id, vendor_id) REFERENCES public.vendor(tenant_id, id);

--
-- Name: second_factor fk_second_factor_user; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.second_factor
    ADD CONSTRAINT fk_second_factor_user FOREIGN KEY (tenant_id, user_id) REFERENCES public.app_user(tenant_id, id);

--
-- Name: settlement fk_settlement_intent; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.settlement
    ADD CONSTRAINT fk_settlement_intent FOREIGN KEY (tenant_id, intent_id) REFERENCES public.intent(tenant_id, intent_id);

--
-- Name: settlement fk_settlement_open_item; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.settlement
    ADD CONSTRAINT fk_settlement_open_item FOREIGN KEY (tenant_id, open_item_id) REFERENCES public.open_item(tenant_id, open_item_id);

--
-- Name: tax_code_history fk_tax_code_history_tax_code; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.tax_code_history
    ADD CONSTRAINT fk_tax_code_history_tax_code FOREIGN KEY (tenant_id, code) REFERENCES public.tax_code(tenant_id, code);

--
-- Name: tax_code fk_tax_code_self_assess_account; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.tax_code
    ADD CONSTRAINT fk_tax_code_self_assess_account FOREIGN KEY (tenant_id, self_assess_account) REFERENCES public.account(tenant_id, number);

--
-- Name: tax_code fk_tax_code_tenant_id_tenant; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.tax_code
    ADD CONSTRAINT fk_tax_code_tenant_id_tenant FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: tax_code fk_tax_code_vat_account; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.tax_code
    ADD CONSTRAINT fk_tax_code_vat_account FOREIGN KEY (tenant_id, vat_account) REFERENCES public.account(tenant_id, number);

--
-- Name: vendor_learned_value fk_vendor_learned_value_tenant_id_document_id_document; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor_learned_value
    ADD CONSTRAINT fk_vendor_learned_value_tenant_id_document_id_document FOREIGN KEY (tenant_id, document_id) REFERENCES public.document(tenant_id, id);

--
-- Name: vendor_learned_value fk_vendor_learned_value_tenant_id_vendor_id_vendor; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor_learned_value
    ADD CONSTRAINT fk_vendor_learned_value_tenant_id_vendor_id_vendor FOREIGN KEY (tenant_id, vendor_id) REFERENCES public.vendor(tenant_id, id);

--
-- Name: vendor_payee_check fk_vendor_payee_check_tenant_id_vendor_id_vendor; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor_payee_check
    ADD CONSTRAINT fk_vendor_payee_check_tenant_id_vendor_id_vendor FOREIGN KEY (tenant_id, vendor_id) REFERENCES public.vendor(tenant_id, id);

--
-- Name: vendor_payee fk_vendor_payee_tenant_id_vendor_id_vendor; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor_payee
    ADD CONSTRAINT fk_vendor_payee_tenant_id_vendor_id_vendor FOREIGN KEY (tenant_id, vendor_id) REFERENCES public.vendor(tenant_id, id);

--
-- Name: vendor_vat_treatment fk_vendor_vat_treatment_tenant_id_document_id_document; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor_vat_treatment
    ADD CONSTRAINT fk_vendor_vat_treatment_tenant_id_document_id_document FOREIGN KEY (tenant_id, document_id) REFERENCES public.document(tenant_id, id);

--
-- Name: vendor_vat_treatment fk_vendor_vat_treatment_tenant_id_vendor_id_vendor; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor_vat_treatment
    ADD CONSTRAINT fk_vendor_vat_treatment_tenant_id_vendor_id_vendor FOREIGN KEY (tenant_id, vendor_id) REFERENCES public.vendor(tenant_id, id);

--
-- Name: inbox_attachment inbox_attachment_tenant_id_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.inbox_attachment
    ADD CONSTRAINT inbox_attachment_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES public.document(tenant_id, id);

--
-- Name: inbox_attachment inbox_attachment_tenant_id_inbox_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.inbox_attachment
    ADD CONSTRAINT inbox_attachment_tenant_id_inbox_id_fkey FOREIGN KEY (tenant_id, inbox_id) REFERENCES public.inbox_item(tenant_id, id);

--
-- Name: inbox_item inbox_item_tenant_id_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.inbox_item
    ADD CONSTRAINT inbox_item_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES public.document(tenant_id, id);

--
-- Name: inbox_item inbox_item_tenant_id_mail_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.inbox_item
    ADD CONSTRAINT inbox_item_tenant_id_mail_id_fkey FOREIGN KEY (tenant_id, mail_id) REFERENCES public.mail_message(tenant_id, id);

--
-- Name: inbox_item inbox_item_tenant_id_statement_batch_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.inbox_item
    ADD CONSTRAINT inbox_item_tenant_id_statement_batch_id_fkey FOREIGN KEY (tenant_id, statement_batch_id) REFERENCES public.bank_import(tenant_id, id);

--
-- Name: ingestion_log ingestion_log_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.ingestion_log
    ADD CONSTRAINT ingestion_log_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: invoice_line invoice_line_tenant_id_invoice_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.invoice_line
    ADD CONSTRAINT invoice_line_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES public.invoice(tenant_id, id);

--
-- Name: invoice invoice_tenant_id_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.invoice
    ADD CONSTRAINT invoice_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES public.document(tenant_id, id);

--
-- Name: invoice invoice_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.invoice
    ADD CONSTRAINT invoice_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: invoice invoice_tenant_id_intent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.invoice
    ADD CONSTRAINT invoice_tenant_id_intent_id_fkey FOREIGN KEY (tenant_id, intent_id) REFERENCES public.intent(tenant_id, intent_id);

--
-- Name: invoice invoice_tenant_id_open_item_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.invoice
    ADD CONSTRAINT invoice_tenant_id_open_item_id_fkey FOREIGN KEY (tenant_id, open_item_id) REFERENCES public.open_item(tenant_id, open_item_id);

--
-- Name: invoice invoice_tenant_id_vendor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.invoice
    ADD CONSTRAINT invoice_tenant_id_vendor_id_fkey FOREIGN KEY (tenant_id, vendor_id) REFERENCES public.vendor(tenant_id, id);

--
-- Name: mail_message mail_message_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.mail_message
    ADD CONSTRAINT mail_message_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: mailbox_message mailbox_message_tenant_id_mailbox_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.mailbox_message
    ADD CONSTRAINT mailbox_message_tenant_id_mailbox_id_fkey FOREIGN KEY (tenant_id, mailbox_id) REFERENCES public.mailbox(tenant_id, id);

--
-- Name: mailbox mailbox_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.mailbox
    ADD CONSTRAINT mailbox_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: named_invoice named_invoice_tenant_id_document_id_version_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.named_invoice
    ADD CONSTRAINT named_invoice_tenant_id_document_id_version_fkey FOREIGN KEY (tenant_id, document_id, version) REFERENCES public.extraction(tenant_id, document_id, version);

--
-- Name: outgoing_invoice_line outgoing_invoice_line_tenant_id_invoice_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.outgoing_invoice_line
    ADD CONSTRAINT outgoing_invoice_line_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES public.outgoing_invoice(tenant_id, id);

--
-- Name: outgoing_invoice outgoing_invoice_tenant_id_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.outgoing_invoice
    ADD CONSTRAINT outgoing_invoice_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customer(tenant_id, id);

--
-- Name: outgoing_invoice outgoing_invoice_tenant_id_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.outgoing_invoice
    ADD CONSTRAINT outgoing_invoice_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES public.document(tenant_id, id);

--
-- Name: outgoing_invoice outgoing_invoice_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.outgoing_invoice
    ADD CONSTRAINT outgoing_invoice_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: outgoing_invoice outgoing_invoice_tenant_id_intent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.outgoing_invoice
    ADD CONSTRAINT outgoing_invoice_tenant_id_intent_id_fkey FOREIGN KEY (tenant_id, intent_id) REFERENCES public.intent(tenant_id, intent_id);

--
-- Name: outgoing_invoice outgoing_invoice_tenant_id_open_item_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.outgoing_invoice
    ADD CONSTRAINT outgoing_invoice_tenant_id_open_item_id_fkey FOREIGN KEY (tenant_id, open_item_id) REFERENCES public.open_item(tenant_id, open_item_id);

--
-- Name: password_token password_token_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.password_token
    ADD CONSTRAINT password_token_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.app_user(tenant_id, id);

--
-- Name: payment_file payment_file_tenant_id_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_file
    ADD CONSTRAINT payment_file_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES public.payment_run(tenant_id, id);

--
-- Name: payment_run_item payment_run_item_tenant_id_invoice_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_run_item
    ADD CONSTRAINT payment_run_item_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES public.invoice(tenant_id, id);

--
-- Name: payment_run_item payment_run_item_tenant_id_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_run_item
    ADD CONSTRAINT payment_run_item_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES public.payment_run(tenant_id, id);

--
-- Name: payment_run_item payment_run_item_tenant_id_vendor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_run_item
    ADD CONSTRAINT payment_run_item_tenant_id_vendor_id_fkey FOREIGN KEY (tenant_id, vendor_id) REFERENCES public.vendor(tenant_id, id);

--
-- Name: payment_run_label payment_run_label_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_run_label
    ADD CONSTRAINT payment_run_label_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: payment_run payment_run_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_run
    ADD CONSTRAINT payment_run_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: payment_run_wish payment_run_wish_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.payment_run_wish
    ADD CONSTRAINT payment_run_wish_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: review_case review_case_tenant_id_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.review_case
    ADD CONSTRAINT review_case_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES public.document(tenant_id, id);

--
-- Name: review_case review_case_tenant_id_inbox_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.review_case
    ADD CONSTRAINT review_case_tenant_id_inbox_id_fkey FOREIGN KEY (tenant_id, inbox_id) REFERENCES public.inbox_item(tenant_id, id);

--
-- Name: review_case review_case_tenant_id_intent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.review_case
    ADD CONSTRAINT review_case_tenant_id_intent_id_fkey FOREIGN KEY (tenant_id, intent_id) REFERENCES public.intent(tenant_id, intent_id);

--
-- Name: session_token session_token_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.session_token
    ADD CONSTRAINT session_token_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.app_user(tenant_id, id);

--
-- Name: statement_deferral statement_deferral_tenant_id_bank_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.statement_deferral
    ADD CONSTRAINT statement_deferral_tenant_id_bank_account_id_fkey FOREIGN KEY (tenant_id, bank_account_id) REFERENCES public.bank_account(tenant_id, id);

--
-- Name: tenant_head tenant_head_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.tenant_head
    ADD CONSTRAINT tenant_head_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: transaction_category transaction_category_tenant_id_account_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.transaction_category
    ADD CONSTRAINT transaction_category_tenant_id_account_fkey FOREIGN KEY (tenant_id, account) REFERENCES public.account(tenant_id, number);

--
-- Name: transaction_category transaction_category_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.transaction_category
    ADD CONSTRAINT transaction_category_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: transaction transaction_tenant_id_bank_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.transaction
    ADD CONSTRAINT transaction_tenant_id_bank_account_id_fkey FOREIGN KEY (tenant_id, bank_account_id) REFERENCES public.bank_account(tenant_id, id);

--
-- Name: transaction transaction_tenant_id_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.transaction
    ADD CONSTRAINT transaction_tenant_id_id_fkey FOREIGN KEY (tenant_id, id) REFERENCES public.intent(tenant_id, intent_id);

--
-- Name: transaction transaction_tenant_id_reverses_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.transaction
    ADD CONSTRAINT transaction_tenant_id_reverses_id_fkey FOREIGN KEY (tenant_id, reverses_id) REFERENCES public.transaction(tenant_id, id);

--
-- Name: transaction transaction_tenant_id_to_bank_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.transaction
    ADD CONSTRAINT transaction_tenant_id_to_bank_account_id_fkey FOREIGN KEY (tenant_id, to_bank_account_id) REFERENCES public.bank_account(tenant_id, id);

--
-- Name: vendor vendor_tenant_id_default_account_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor
    ADD CONSTRAINT vendor_tenant_id_default_account_fkey FOREIGN KEY (tenant_id, default_account) REFERENCES public.account(tenant_id, number);

--
-- Name: vendor vendor_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE ONLY public.vendor
    ADD CONSTRAINT vendor_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);

--
-- Name: account; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.account ENABLE ROW LEVEL SECURITY;

--
-- Name: account_balance; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.account_balance ENABLE ROW LEVEL SECURITY;

--
-- Name: account_day; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.account_day ENABLE ROW LEVEL SECURITY;

--
-- Name: api_key; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.api_key ENABLE ROW LEVEL SECURITY;

--
-- Name: app_user; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.app_user ENABLE ROW LEVEL SECURITY;

--
-- Name: approval; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.approval ENABLE ROW LEVEL SECURITY;

--
-- Name: approval_policy; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.approval_policy ENABLE ROW LEVEL SECURITY;

--
-- Name: arrival; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.arrival ENABLE ROW LEVEL SECURITY;

--
-- Name: letter asked; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY asked ON public.letter FOR INSERT TO belegfluss_owner WITH CHECK (((kind = 'reset'::text) AND (state = 'pending'::text)));

--
-- Name: audit_event; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.audit_event ENABLE ROW LEVEL SECURITY;

--
-- Name: account backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.account FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: account_balance backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.account_balance FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: account_day backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.account_day FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: api_key backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.api_key FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: app_user backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.app_user FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: approval backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.approval FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: approval_policy backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.approval_policy FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: arrival backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.arrival FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: audit_event backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.audit_event FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: bank_account backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.bank_account FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: bank_account_alias backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.bank_account_alias FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: bank_auto_match backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.bank_auto_match FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: bank_csv_profile backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.bank_csv_profile FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: bank_evidence backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.bank_evidence FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: bank_import backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.bank_import FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: bank_match_group backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.bank_match_group FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: bank_question backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.bank_question FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: bank_statement backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.bank_statement FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: bank_statement_overlap backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.bank_statement_overlap FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: bank_transaction backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.bank_transaction FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: bank_untie backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.bank_untie FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: case_assignment backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.case_assignment FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: case_comment backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.case_comment FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: case_decision backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.case_decision FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: case_input backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.case_input FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: case_presence backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.case_presence FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: closing backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.closing FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: collection backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.collection FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: collection_answer backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.collection_answer FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: collection_item backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.collection_item FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: contact_message backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.contact_message FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: customer backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.customer FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: document backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.document FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: dunning_notice backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.dunning_notice FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: dunning_notice_item backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.dunning_notice_item FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: dunning_policy backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.dunning_policy FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: dunning_stop backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.dunning_stop FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: exchange_rate backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.exchange_rate FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: extraction backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.extraction FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: idempotency backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.idempotency FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: inbox_attachment backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.inbox_attachment FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: inbox_item backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.inbox_item FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: ingestion_log backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.ingestion_log FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: intent backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.intent FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: invoice backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.invoice FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: invoice_line backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.invoice_line FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: item_span backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.item_span FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: journal_entry backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.journal_entry FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: journal_index backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.journal_index FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: journal_token backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.journal_token FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: known_device backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.known_device FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: letter backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.letter FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: list_change backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.list_change FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: list_count backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.list_count FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: list_month backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.list_month FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: lock_request backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.lock_request FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: mail_message backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.mail_message FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: mailbox backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.mailbox FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: mailbox_message backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.mailbox_message FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: mandate backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.mandate FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: named_invoice backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.named_invoice FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: open_item backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.open_item FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: outgoing_invoice backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.outgoing_invoice FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: outgoing_invoice_line backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.outgoing_invoice_line FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: passkey backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.passkey FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: password_token backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.password_token FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: payment_answer backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.payment_answer FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: payment_file backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.payment_file FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: payment_run backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.payment_run FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: payment_run_item backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.payment_run_item FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: payment_run_label backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.payment_run_label FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: payment_run_wish backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.payment_run_wish FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: payment_withdrawal backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.payment_withdrawal FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: period backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.period FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: period_count backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.period_count FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: prepayment_use backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.prepayment_use FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: recovery_code backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.recovery_code FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: review_case backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.review_case FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: same_company backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.same_company FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: second_factor backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.second_factor FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: session_token backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.session_token FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: settlement backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.settlement FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: statement_deferral backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.statement_deferral FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: tax_code backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.tax_code FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: tax_code_history backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.tax_code_history FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: tenant backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.tenant FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: tenant_head backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.tenant_head FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: transaction backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.transaction FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: transaction_category backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.transaction_category FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: transaction_total backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.transaction_total FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: vendor backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.vendor FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: vendor_learned_value backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.vendor_learned_value FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: vendor_payee backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.vendor_payee FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: vendor_payee_check backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.vendor_payee_check FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: vendor_vat_treatment backed_up; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY backed_up ON public.vendor_vat_treatment FOR SELECT TO belegfluss_backup USING (true);

--
-- Name: bank_account; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.bank_account ENABLE ROW LEVEL SECURITY;

--
-- Name: bank_account_alias; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.bank_account_alias ENABLE ROW LEVEL SECURITY;

--
-- Name: bank_auto_match; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.bank_auto_match ENABLE ROW LEVEL SECURITY;

--
-- Name: bank_csv_profile; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.bank_csv_profile ENABLE ROW LEVEL SECURITY;

--
-- Name: bank_evidence; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.bank_evidence ENABLE ROW LEVEL SECURITY;

--
-- Name: bank_import; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.bank_import ENABLE ROW LEVEL SECURITY;

--
-- Name: bank_match_group; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.bank_match_group ENABLE ROW LEVEL SECURITY;

--
-- Name: bank_question; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.bank_question ENABLE ROW LEVEL SECURITY;

--
-- Name: bank_statement; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.bank_statement ENABLE ROW LEVEL SECURITY;

--
-- Name: bank_statement_overlap; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.bank_statement_overlap ENABLE ROW LEVEL SECURITY;

--
-- Name: bank_transaction; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.bank_transaction ENABLE ROW LEVEL SECURITY;

--
-- Name: bank_untie; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.bank_untie ENABLE ROW LEVEL SECURITY;

--
-- Name: case_assignment; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.case_assignment ENABLE ROW LEVEL SECURITY;

--
-- Name: case_comment; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.case_comment ENABLE ROW LEVEL SECURITY;

--
-- Name: case_decision; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.case_decision ENABLE ROW LEVEL SECURITY;

--
-- Name: case_input; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.case_input ENABLE ROW LEVEL SECURITY;

--
-- Name: case_presence; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.case_presence ENABLE ROW LEVEL SECURITY;

--
-- Name: closing; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.closing ENABLE ROW LEVEL SECURITY;

--
-- Name: collection; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.collection ENABLE ROW LEVEL SECURITY;

--
-- Name: collection_answer; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.collection_answer ENABLE ROW LEVEL SECURITY;

--
-- Name: collection_item; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.collection_item ENABLE ROW LEVEL SECURITY;

--
-- Name: contact_message; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.contact_message ENABLE ROW LEVEL SECURITY;

--
-- Name: customer; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.customer ENABLE ROW LEVEL SECURITY;

--
-- Name: document; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.document ENABLE ROW LEVEL SECURITY;

--
-- Name: dunning_notice; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.dunning_notice ENABLE ROW LEVEL SECURITY;

--
-- Name: dunning_notice_item; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.dunning_notice_item ENABLE ROW LEVEL SECURITY;

--
-- Name: dunning_policy; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.dunning_policy ENABLE ROW LEVEL SECURITY;

--
-- Name: dunning_stop; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.dunning_stop ENABLE ROW LEVEL SECURITY;

--
-- Name: exchange_rate; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.exchange_rate ENABLE ROW LEVEL SECURITY;

--
-- Name: extraction; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.extraction ENABLE ROW LEVEL SECURITY;

--
-- Name: idempotency; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.idempotency ENABLE ROW LEVEL SECURITY;

--
-- Name: inbox_attachment; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.inbox_attachment ENABLE ROW LEVEL SECURITY;

--
-- Name: inbox_item; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.inbox_item ENABLE ROW LEVEL SECURITY;

--
-- Name: ingestion_log; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.ingestion_log ENABLE ROW LEVEL SECURITY;

--
-- Name: intent; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.intent ENABLE ROW LEVEL SECURITY;

--
-- Name: invoice; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.invoice ENABLE ROW LEVEL SECURITY;

--
-- Name: invoice_line; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.invoice_line ENABLE ROW LEVEL SECURITY;

--
-- Name: account isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.account USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: account_balance isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.account_balance USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: account_day isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.account_day USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: api_key isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.api_key USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: app_user isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.app_user USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: approval isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.approval USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: approval_policy isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.approval_policy USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: arrival isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.arrival USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: audit_event isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.audit_event USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: bank_account isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.bank_account USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: bank_account_alias isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.bank_account_alias USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: bank_auto_match isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.bank_auto_match USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: bank_csv_profile isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.bank_csv_profile USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: bank_evidence isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.bank_evidence USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: bank_import isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.bank_import USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: bank_match_group isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.bank_match_group USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: bank_question isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.bank_question USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: bank_statement isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.bank_statement USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: bank_statement_overlap isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.bank_statement_overlap USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: bank_transaction isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.bank_transaction USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: bank_untie isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.bank_untie USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: case_assignment isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.case_assignment USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: case_comment isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.case_comment USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: case_decision isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.case_decision USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: case_input isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.case_input USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: case_presence isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.case_presence USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: closing isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.closing USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: collection isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.collection USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: collection_answer isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.collection_answer USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: collection_item isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.collection_item USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: contact_message isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.contact_message USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: customer isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.customer USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: document isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.document USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: dunning_notice isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.dunning_notice USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: dunning_notice_item isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.dunning_notice_item USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: dunning_policy isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.dunning_policy USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: dunning_stop isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.dunning_stop USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: exchange_rate isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.exchange_rate USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: extraction isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.extraction USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: idempotency isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.idempotency USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: inbox_attachment isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.inbox_attachment USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: inbox_item isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.inbox_item USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: ingestion_log isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.ingestion_log USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: intent isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.intent USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: invoice isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.invoice USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: invoice_line isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.invoice_line USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: item_span isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.item_span USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: journal_entry isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.journal_entry USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: journal_index isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.journal_index USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: journal_token isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.journal_token USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: known_device isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.known_device USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: letter isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.letter USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: list_change isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.list_change USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: list_count isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.list_count USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: list_month isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.list_month USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: lock_request isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.lock_request USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: mail_message isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.mail_message USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: mailbox isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.mailbox USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: mailbox_message isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.mailbox_message USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: mandate isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.mandate USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: named_invoice isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.named_invoice USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: open_item isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.open_item USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: outgoing_invoice isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.outgoing_invoice USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: outgoing_invoice_line isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.outgoing_invoice_line USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: passkey isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.passkey USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: password_token isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.password_token USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: payment_answer isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.payment_answer USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: payment_file isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.payment_file USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: payment_run isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.payment_run USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: payment_run_item isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.payment_run_item USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: payment_run_label isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.payment_run_label USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: payment_run_wish isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.payment_run_wish USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: payment_withdrawal isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.payment_withdrawal USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: period isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.period USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: period_count isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.period_count USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: prepayment_use isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.prepayment_use USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: recovery_code isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.recovery_code USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: review_case isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.review_case USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: same_company isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.same_company USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: second_factor isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.second_factor USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: session_token isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.session_token USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: settlement isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.settlement USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: statement_deferral isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.statement_deferral USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: tax_code isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.tax_code USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: tax_code_history isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.tax_code_history USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: tenant isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.tenant USING ((id = public.current_tenant())) WITH CHECK ((id = public.current_tenant()));

--
-- Name: tenant_head isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.tenant_head USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: transaction isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.transaction USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: transaction_category isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.transaction_category USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: transaction_total isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.transaction_total USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: vendor isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.vendor USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: vendor_learned_value isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.vendor_learned_value USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: vendor_payee isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.vendor_payee USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: vendor_payee_check isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.vendor_payee_check USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: vendor_vat_treatment isolated; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY isolated ON public.vendor_vat_treatment USING ((tenant_id = public.current_tenant())) WITH CHECK ((tenant_id = public.current_tenant()));

--
-- Name: item_span; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.item_span ENABLE ROW LEVEL SECURITY;

--
-- Name: journal_entry; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.journal_entry ENABLE ROW LEVEL SECURITY;

--
-- Name: journal_index; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.journal_index ENABLE ROW LEVEL SECURITY;

--
-- Name: journal_token; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.journal_token ENABLE ROW LEVEL SECURITY;

--
-- Name: known_device; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.known_device ENABLE ROW LEVEL SECURITY;

--
-- Name: letter; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.letter ENABLE ROW LEVEL SECURITY;

--
-- Name: list_change; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.list_change ENABLE ROW LEVEL SECURITY;

--
-- Name: list_count; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.list_count ENABLE ROW LEVEL SECURITY;

--
-- Name: list_month; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.list_month ENABLE ROW LEVEL SECURITY;

--
-- Name: lock_request; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.lock_request ENABLE ROW LEVEL SECURITY;

--
-- Name: api_key lookup_select; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY lookup_select ON public.api_key FOR SELECT TO belegfluss_owner USING (true);

--
-- Name: app_user lookup_select; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY lookup_select ON public.app_user FOR SELECT TO belegfluss_owner USING (true);

--
-- Name: journal_index lookup_select; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY lookup_select ON public.journal_index FOR SELECT TO belegfluss_owner USING (true);

--
-- Name: known_device lookup_select; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY lookup_select ON public.known_device FOR SELECT TO belegfluss_owner USING (true);

--
-- Name: letter lookup_select; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY lookup_select ON public.letter FOR SELECT TO belegfluss_owner USING (true);

--
-- Name: list_change lookup_select; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY lookup_select ON public.list_change FOR SELECT TO belegfluss_owner USING (true);

--
-- Name: passkey lookup_select; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY lookup_select ON public.passkey FOR SELECT TO belegfluss_owner USING (true);

--
-- Name: password_token lookup_select; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY lookup_select ON public.password_token FOR SELECT TO belegfluss_owner USING (true);

--
-- Name: session_token lookup_select; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY lookup_select ON public.session_token FOR SELECT TO belegfluss_owner USING (true);

--
-- Name: tenant lookup_select; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY lookup_select ON public.tenant FOR SELECT TO belegfluss_owner USING (true);

--
-- Name: tenant_head lookup_select; Type: POLICY; Schema: public; Owner: belegfluss_owner
--

CREATE POLICY lookup_select ON public.tenant_head FOR SELECT TO belegfluss_owner USING (true);

--
-- Name: mail_message; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.mail_message ENABLE ROW LEVEL SECURITY;

--
-- Name: mailbox; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.mailbox ENABLE ROW LEVEL SECURITY;

--
-- Name: mailbox_message; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.mailbox_message ENABLE ROW LEVEL SECURITY;

--
-- Name: mandate; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.mandate ENABLE ROW LEVEL SECURITY;

--
-- Name: named_invoice; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.named_invoice ENABLE ROW LEVEL SECURITY;

--
-- Name: open_item; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.open_item ENABLE ROW LEVEL SECURITY;

--
-- Name: outgoing_invoice; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.outgoing_invoice ENABLE ROW LEVEL SECURITY;

--
-- Name: outgoing_invoice_line; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.outgoing_invoice_line ENABLE ROW LEVEL SECURITY;

--
-- Name: passkey; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.passkey ENABLE ROW LEVEL SECURITY;

--
-- Name: password_token; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.password_token ENABLE ROW LEVEL SECURITY;

--
-- Name: payment_answer; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.payment_answer ENABLE ROW LEVEL SECURITY;

--
-- Name: payment_file; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.payment_file ENABLE ROW LEVEL SECURITY;

--
-- Name: payment_run; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.payment_run ENABLE ROW LEVEL SECURITY;

--
-- Name: payment_run_item; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.payment_run_item ENABLE ROW LEVEL SECURITY;

--
-- Name: payment_run_label; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.payment_run_label ENABLE ROW LEVEL SECURITY;

--
-- Name: payment_run_wish; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.payment_run_wish ENABLE ROW LEVEL SECURITY;

--
-- Name: payment_withdrawal; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.payment_withdrawal ENABLE ROW LEVEL SECURITY;

--
-- Name: period; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.period ENABLE ROW LEVEL SECURITY;

--
-- Name: period_count; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.period_count ENABLE ROW LEVEL SECURITY;

--
-- Name: prepayment_use; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.prepayment_use ENABLE ROW LEVEL SECURITY;

--
-- Name: recovery_code; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.recovery_code ENABLE ROW LEVEL SECURITY;

--
-- Name: review_case; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.review_case ENABLE ROW LEVEL SECURITY;

--
-- Name: same_company; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.same_company ENABLE ROW LEVEL SECURITY;

--
-- Name: second_factor; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.second_factor ENABLE ROW LEVEL SECURITY;

--
-- Name: session_token; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.session_token ENABLE ROW LEVEL SECURITY;

--
-- Name: settlement; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.settlement ENABLE ROW LEVEL SECURITY;

--
-- Name: statement_deferral; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.statement_deferral ENABLE ROW LEVEL SECURITY;

--
-- Name: tax_code; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.tax_code ENABLE ROW LEVEL SECURITY;

--
-- Name: tax_code_history; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.tax_code_history ENABLE ROW LEVEL SECURITY;

--
-- Name: tenant; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.tenant ENABLE ROW LEVEL SECURITY;

--
-- Name: tenant_head; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.tenant_head ENABLE ROW LEVEL SECURITY;

--
-- Name: transaction; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.transaction ENABLE ROW LEVEL SECURITY;

--
-- Name: transaction_category; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.transaction_category ENABLE ROW LEVEL SECURITY;

--
-- Name: transaction_total; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.transaction_total ENABLE ROW LEVEL SECURITY;

--
-- Name: vendor; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.vendor ENABLE ROW LEVEL SECURITY;

--
-- Name: vendor_learned_value; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.vendor_learned_value ENABLE ROW LEVEL SECURITY;

--
-- Name: vendor_payee; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.vendor_payee ENABLE ROW LEVEL SECURITY;

--
-- Name: vendor_payee_check; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.vendor_payee_check ENABLE ROW LEVEL SECURITY;

--
-- Name: vendor_vat_treatment; Type: ROW SECURITY; Schema: public; Owner: belegfluss_owner
--

ALTER TABLE public.vendor_vat_treatment ENABLE ROW LEVEL SECURITY;

--
-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: pg_database_owner
--

GRANT USAGE ON SCHEMA public TO belegfluss_app;
GRANT USAGE ON SCHEMA public TO belegfluss_backup;

--
-- Name: FUNCTION account_moved(p_account text, p_first date, p_last date); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.account_moved(p_account text, p_first date, p_last date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.account_moved(p_account text, p_first date, p_last date) TO belegfluss_app;

--
-- Name: FUNCTION ask_reset(address text, letter uuid); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.ask_reset(address text, letter uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ask_reset(address text, letter uuid) TO belegfluss_app;

--
-- Name: FUNCTION begin_challenge(hash text, asked_of text); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.begin_challenge(hash text, asked_of text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.begin_challenge(hash text, asked_of text) TO belegfluss_app;

--
-- Name: FUNCTION begin_login(account text, network text, device text, free_of_account integer, free_of_place integer, longest integer); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.begin_login(account text, network text, device text, free_of_account integer, free_of_place integer, longest integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.begin_login(account text, network text, device text, free_of_account integer, free_of_place integer, longest integer) TO belegfluss_app;

--
-- Name: FUNCTION bookings_counted(); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.bookings_counted() FROM PUBLIC;
GRANT ALL ON FUNCTION public.bookings_counted() TO belegfluss_app;

--
-- Name: FUNCTION current_tenant(); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.current_tenant() FROM PUBLIC;
GRANT ALL ON FUNCTION public.current_tenant() TO belegfluss_app;

--
-- Name: TABLE tenant_head; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.tenant_head TO belegfluss_app;
GRANT SELECT ON TABLE public.tenant_head TO belegfluss_backup;

--
-- Name: FUNCTION config_changed(); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.config_changed() FROM PUBLIC;
GRANT ALL ON FUNCTION public.config_changed() TO belegfluss_app;

--
-- Name: FUNCTION find_api_key(hash text); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.find_api_key(hash text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_api_key(hash text) TO belegfluss_app;

--
-- Name: FUNCTION find_inbox(local_part text); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.find_inbox(local_part text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_inbox(local_part text) TO belegfluss_app;

--
-- Name: FUNCTION find_login(address text); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.find_login(address text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_login(address text) TO belegfluss_app;

--
-- Name: FUNCTION find_passkey(credential bytea); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.find_passkey(credential bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_passkey(credential bytea) TO belegfluss_app;

--
-- Name: FUNCTION find_password_token(hash text); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.find_password_token(hash text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_password_token(hash text) TO belegfluss_app;

--
-- Name: FUNCTION find_session(hash text); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.find_session(hash text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_session(hash text) TO belegfluss_app;

--
-- Name: FUNCTION intent_ties(p_intent uuid); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.intent_ties(p_intent uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.intent_ties(p_intent uuid) TO belegfluss_app;

--
-- Name: FUNCTION invoices_maybe_open(); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.invoices_maybe_open() FROM PUBLIC;
GRANT ALL ON FUNCTION public.invoices_maybe_open() TO belegfluss_app;

--
-- Name: FUNCTION is_admitted(active boolean, access_until date); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.is_admitted(active boolean, access_until date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.is_admitted(active boolean, access_until date) TO belegfluss_app;

--
-- Name: TABLE intent; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.intent TO belegfluss_app;
GRANT SELECT ON TABLE public.intent TO belegfluss_backup;

--
-- Name: FUNCTION is_cancelled(p_tenant uuid, p_intent uuid); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.is_cancelled(p_tenant uuid, p_intent uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.is_cancelled(p_tenant uuid, p_intent uuid) TO belegfluss_app;

--
-- Name: FUNCTION is_known_device(account text, device text); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.is_known_device(account text, device text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.is_known_device(account text, device text) TO belegfluss_app;

--
-- Name: TABLE bank_transaction; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.bank_transaction TO belegfluss_app;
GRANT SELECT ON TABLE public.bank_transaction TO belegfluss_backup;

--
-- Name: TABLE open_item; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.open_item TO belegfluss_app;
GRANT SELECT ON TABLE public.open_item TO belegfluss_backup;

--
-- Name: TABLE settlement; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.settlement TO belegfluss_app;
GRANT SELECT ON TABLE public.settlement TO belegfluss_backup;

--
-- Name: FUNCTION is_reconciled(p_tenant uuid, p_id uuid, p_type text); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.is_reconciled(p_tenant uuid, p_id uuid, p_type text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.is_reconciled(p_tenant uuid, p_id uuid, p_type text) TO belegfluss_app;

--
-- Name: FUNCTION is_second_person(asked_by uuid, approver uuid); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.is_second_person(asked_by uuid, approver uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.is_second_person(asked_by uuid, approver uuid) TO belegfluss_app;

--
-- Name: FUNCTION items_maybe_open(p_day date, p_cut bigint); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.items_maybe_open(p_day date, p_cut bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION public.items_maybe_open(p_day date, p_cut bigint) TO belegfluss_app;

--
-- Name: FUNCTION journal_numbers(p_account text, p_first date, p_last date, p_search text, p_reference text, p_before bigint, p_limit integer); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.journal_numbers(p_account text, p_first date, p_last date, p_search text, p_reference text, p_before bigint, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.journal_numbers(p_account text, p_first date, p_last date, p_search text, p_reference text, p_before bigint, p_limit integer) TO belegfluss_app;

--
-- Name: FUNCTION journals_behind(entries bigint); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.journals_behind(entries bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION public.journals_behind(entries bigint) TO belegfluss_app;

--
-- Name: FUNCTION letters_due(most integer); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.letters_due(most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.letters_due(most integer) TO belegfluss_app;

--
-- Name: FUNCTION lists_behind(changes bigint); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.lists_behind(changes bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION public.lists_behind(changes bigint) TO belegfluss_app;

--
-- Name: FUNCTION login_delay(failures bigint, free integer, longest integer); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.login_delay(failures bigint, free integer, longest integer) FROM PUBLIC;

--
-- Name: FUNCTION login_succeeded(attempt bigint); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.login_succeeded(attempt bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION public.login_succeeded(attempt bigint) TO belegfluss_app;

--
-- Name: FUNCTION outgoing_invoices_maybe_open(); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.outgoing_invoices_maybe_open() FROM PUBLIC;
GRANT ALL ON FUNCTION public.outgoing_invoices_maybe_open() TO belegfluss_app;

--
-- Name: TABLE account; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.account TO belegfluss_app;
GRANT SELECT ON TABLE public.account TO belegfluss_backup;

--
-- Name: FUNCTION payable_of(p_tenant uuid, p_intent uuid, p_vendor uuid, p_gross numeric, p_currency text); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.payable_of(p_tenant uuid, p_intent uuid, p_vendor uuid, p_gross numeric, p_currency text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.payable_of(p_tenant uuid, p_intent uuid, p_vendor uuid, p_gross numeric, p_currency text) TO belegfluss_app;

--
-- Name: FUNCTION post_intents(p_works jsonb); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.post_intents(p_works jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.post_intents(p_works jsonb) TO belegfluss_app;

--
-- Name: FUNCTION receivable_of(p_tenant uuid, p_intent uuid, p_customer uuid, p_type text, p_gross numeric, p_currency text); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.receivable_of(p_tenant uuid, p_intent uuid, p_customer uuid, p_type text, p_gross numeric, p_currency text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.receivable_of(p_tenant uuid, p_intent uuid, p_customer uuid, p_type text, p_gross numeric, p_currency text) TO belegfluss_app;

--
-- Name: FUNCTION record_audit(events jsonb); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.record_audit(events jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.record_audit(events jsonb) TO belegfluss_app;

--
-- Name: FUNCTION role_holds(role text, scope text); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.role_holds(role text, scope text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.role_holds(role text, scope text) TO belegfluss_app;

--
-- Name: FUNCTION take_challenge(hash text, answered_by text, form text); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.take_challenge(hash text, answered_by text, form text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.take_challenge(hash text, answered_by text, form text) TO belegfluss_app;

--
-- Name: FUNCTION tenant_ids(); Type: ACL; Schema: public; Owner: belegfluss_owner
--

REVOKE ALL ON FUNCTION public.tenant_ids() FROM PUBLIC;
GRANT ALL ON FUNCTION public.tenant_ids() TO belegfluss_app;

--
-- Name: TABLE account_balance; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.account_balance TO belegfluss_app;
GRANT SELECT ON TABLE public.account_balance TO belegfluss_backup;

--
-- Name: TABLE account_day; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account_day TO belegfluss_app;
GRANT SELECT ON TABLE public.account_day TO belegfluss_backup;

--
-- Name: TABLE alembic_version; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.alembic_version TO belegfluss_backup;

--
-- Name: TABLE api_key; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.api_key TO belegfluss_app;
GRANT SELECT ON TABLE public.api_key TO belegfluss_backup;

--
-- Name: COLUMN api_key.revoked_at; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(revoked_at) ON TABLE public.api_key TO belegfluss_app;

--
-- Name: TABLE app_user; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.app_user TO belegfluss_app;
GRANT SELECT ON TABLE public.app_user TO belegfluss_backup;

--
-- Name: COLUMN app_user.name; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(name) ON TABLE public.app_user TO belegfluss_app;

--
-- Name: COLUMN app_user.password_hash; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(password_hash) ON TABLE public.app_user TO belegfluss_app;

--
-- Name: COLUMN app_user.active; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(active) ON TABLE public.app_user TO belegfluss_app;

--
-- Name: COLUMN app_user.access_until; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(access_until) ON TABLE public.app_user TO belegfluss_app;

--
-- Name: COLUMN app_user.shut_out_at; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(shut_out_at) ON TABLE public.app_user TO belegfluss_app;

--
-- Name: TABLE approval; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.approval TO belegfluss_app;
GRANT SELECT ON TABLE public.approval TO belegfluss_backup;

--
-- Name: TABLE approval_policy; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.approval_policy TO belegfluss_app;
GRANT SELECT ON TABLE public.approval_policy TO belegfluss_backup;

--
-- Name: TABLE arrival; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.arrival TO belegfluss_app;
GRANT SELECT ON TABLE public.arrival TO belegfluss_backup;

--
-- Name: TABLE audit_event; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.audit_event TO belegfluss_app;
GRANT SELECT ON TABLE public.audit_event TO belegfluss_backup;

--
-- Name: TABLE bank_account; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.bank_account TO belegfluss_app;
GRANT SELECT ON TABLE public.bank_account TO belegfluss_backup;

--
-- Name: TABLE bank_account_alias; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.bank_account_alias TO belegfluss_app;
GRANT SELECT ON TABLE public.bank_account_alias TO belegfluss_backup;

--
-- Name: TABLE bank_auto_match; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.bank_auto_match TO belegfluss_app;
GRANT SELECT ON TABLE public.bank_auto_match TO belegfluss_backup;

--
-- Name: TABLE bank_csv_profile; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.bank_csv_profile TO belegfluss_app;
GRANT SELECT ON TABLE public.bank_csv_profile TO belegfluss_backup;

--
-- Name: TABLE bank_evidence; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.bank_evidence TO belegfluss_app;
GRANT SELECT ON TABLE public.bank_evidence TO belegfluss_backup;

--
-- Name: TABLE bank_import; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.bank_import TO belegfluss_app;
GRANT SELECT ON TABLE public.bank_import TO belegfluss_backup;

--
-- Name: TABLE bank_match_group; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.bank_match_group TO belegfluss_app;
GRANT SELECT ON TABLE public.bank_match_group TO belegfluss_backup;

--
-- Name: TABLE bank_question; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.bank_question TO belegfluss_app;
GRANT SELECT ON TABLE public.bank_question TO belegfluss_backup;

--
-- Name: TABLE bank_statement; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.bank_statement TO belegfluss_app;
GRANT SELECT ON TABLE public.bank_statement TO belegfluss_backup;

--
-- Name: TABLE bank_statement_overlap; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.bank_statement_overlap TO belegfluss_app;
GRANT SELECT ON TABLE public.bank_statement_overlap TO belegfluss_backup;

--
-- Name: TABLE bank_untie; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,DELETE ON TABLE public.bank_untie TO belegfluss_app;
GRANT SELECT ON TABLE public.bank_untie TO belegfluss_backup;

--
-- Name: TABLE case_assignment; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.case_assignment TO belegfluss_backup;
GRANT SELECT,INSERT,UPDATE ON TABLE public.case_assignment TO belegfluss_app;

--
-- Name: TABLE case_comment; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.case_comment TO belegfluss_backup;
GRANT SELECT,INSERT ON TABLE public.case_comment TO belegfluss_app;

--
-- Name: TABLE case_decision; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.case_decision TO belegfluss_app;
GRANT SELECT ON TABLE public.case_decision TO belegfluss_backup;

--
-- Name: TABLE case_input; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.case_input TO belegfluss_app;
GRANT SELECT ON TABLE public.case_input TO belegfluss_backup;

--
-- Name: TABLE case_presence; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.case_presence TO belegfluss_backup;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.case_presence TO belegfluss_app;

--
-- Name: TABLE closing; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.closing TO belegfluss_app;
GRANT SELECT ON TABLE public.closing TO belegfluss_backup;

--
-- Name: TABLE collection; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.collection TO belegfluss_app;
GRANT SELECT ON TABLE public.collection TO belegfluss_backup;

--
-- Name: COLUMN collection.withdrawn_by; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(withdrawn_by) ON TABLE public.collection TO belegfluss_app;

--
-- Name: COLUMN collection.withdrawn_at; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(withdrawn_at) ON TABLE public.collection TO belegfluss_app;

--
-- Name: COLUMN collection.withdrawal_reason; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(withdrawal_reason) ON TABLE public.collection TO belegfluss_app;

--
-- Name: TABLE collection_answer; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.collection_answer TO belegfluss_app;
GRANT SELECT ON TABLE public.collection_answer TO belegfluss_backup;

--
-- Name: TABLE collection_item; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.collection_item TO belegfluss_app;
GRANT SELECT ON TABLE public.collection_item TO belegfluss_backup;

--
-- Name: TABLE contact_message; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.contact_message TO belegfluss_app;
GRANT SELECT ON TABLE public.contact_message TO belegfluss_backup;

--
-- Name: TABLE customer; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.customer TO belegfluss_app;
GRANT SELECT ON TABLE public.customer TO belegfluss_backup;

--
-- Name: TABLE document; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.document TO belegfluss_app;
GRANT SELECT ON TABLE public.document TO belegfluss_backup;

--
-- Name: TABLE dunning_notice; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.dunning_notice TO belegfluss_app;
GRANT SELECT ON TABLE public.dunning_notice TO belegfluss_backup;

--
-- Name: TABLE dunning_notice_item; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.dunning_notice_item TO belegfluss_app;
GRANT SELECT ON TABLE public.dunning_notice_item TO belegfluss_backup;

--
-- Name: TABLE dunning_policy; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.dunning_policy TO belegfluss_app;
GRANT SELECT ON TABLE public.dunning_policy TO belegfluss_backup;

--
-- Name: TABLE dunning_stop; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.dunning_stop TO belegfluss_app;
GRANT SELECT ON TABLE public.dunning_stop TO belegfluss_backup;

--
-- Name: TABLE exchange_rate; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.exchange_rate TO belegfluss_app;
GRANT SELECT ON TABLE public.exchange_rate TO belegfluss_backup;

--
-- Name: TABLE extraction; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.extraction TO belegfluss_app;
GRANT SELECT ON TABLE public.extraction TO belegfluss_backup;

--
-- Name: TABLE idempotency; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.idempotency TO belegfluss_app;
GRANT SELECT ON TABLE public.idempotency TO belegfluss_backup;

--
-- Name: TABLE inbox_attachment; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.inbox_attachment TO belegfluss_app;
GRANT SELECT ON TABLE public.inbox_attachment TO belegfluss_backup;

--
-- Name: TABLE inbox_item; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.inbox_item TO belegfluss_app;
GRANT SELECT ON TABLE public.inbox_item TO belegfluss_backup;

--
-- Name: TABLE ingestion_log; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.ingestion_log TO belegfluss_app;
GRANT SELECT ON TABLE public.ingestion_log TO belegfluss_backup;

--
-- Name: TABLE invoice; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.invoice TO belegfluss_app;
GRANT SELECT ON TABLE public.invoice TO belegfluss_backup;

--
-- Name: TABLE invoice_line; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.invoice_line TO belegfluss_app;
GRANT SELECT ON TABLE public.invoice_line TO belegfluss_backup;

--
-- Name: TABLE invoice_state; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.invoice_state TO belegfluss_app;
GRANT SELECT ON TABLE public.invoice_state TO belegfluss_backup;

--
-- Name: TABLE journal_entry; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.journal_entry TO belegfluss_app;
GRANT SELECT ON TABLE public.journal_entry TO belegfluss_backup;

--
-- Name: TABLE invoice_payable; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.invoice_payable TO belegfluss_app;
GRANT SELECT ON TABLE public.invoice_payable TO belegfluss_backup;

--
-- Name: TABLE item_span; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.item_span TO belegfluss_app;
GRANT SELECT ON TABLE public.item_span TO belegfluss_backup;

--
-- Name: TABLE journal_index; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.journal_index TO belegfluss_app;
GRANT SELECT ON TABLE public.journal_index TO belegfluss_backup;

--
-- Name: TABLE journal_token; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.journal_token TO belegfluss_app;
GRANT SELECT ON TABLE public.journal_token TO belegfluss_backup;

--
-- Name: TABLE known_device; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.known_device TO belegfluss_app;
GRANT SELECT ON TABLE public.known_device TO belegfluss_backup;

--
-- Name: TABLE letter; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.letter TO belegfluss_app;
GRANT SELECT ON TABLE public.letter TO belegfluss_backup;

--
-- Name: TABLE list_change; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,DELETE ON TABLE public.list_change TO belegfluss_app;
GRANT SELECT ON TABLE public.list_change TO belegfluss_backup;

--
-- Name: SEQUENCE list_change_id_seq; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON SEQUENCE public.list_change_id_seq TO belegfluss_backup;

--
-- Name: TABLE list_count; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.list_count TO belegfluss_app;
GRANT SELECT ON TABLE public.list_count TO belegfluss_backup;

--
-- Name: TABLE list_month; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.list_month TO belegfluss_app;
GRANT SELECT ON TABLE public.list_month TO belegfluss_backup;

--
-- Name: TABLE lock_request; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.lock_request TO belegfluss_app;
GRANT SELECT ON TABLE public.lock_request TO belegfluss_backup;

--
-- Name: COLUMN lock_request.status; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(status) ON TABLE public.lock_request TO belegfluss_app;

--
-- Name: COLUMN lock_request.decided_by; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(decided_by) ON TABLE public.lock_request TO belegfluss_app;

--
-- Name: COLUMN lock_request.decided_at; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(decided_at) ON TABLE public.lock_request TO belegfluss_app;

--
-- Name: TABLE login_attempt; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.login_attempt TO belegfluss_backup;

--
-- Name: SEQUENCE login_attempt_id_seq; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON SEQUENCE public.login_attempt_id_seq TO belegfluss_backup;

--
-- Name: TABLE mail_message; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.mail_message TO belegfluss_app;
GRANT SELECT ON TABLE public.mail_message TO belegfluss_backup;

--
-- Name: TABLE mailbox; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.mailbox TO belegfluss_app;
GRANT SELECT ON TABLE public.mailbox TO belegfluss_backup;

--
-- Name: TABLE mailbox_message; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.mailbox_message TO belegfluss_app;
GRANT SELECT ON TABLE public.mailbox_message TO belegfluss_backup;

--
-- Name: TABLE mandate; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.mandate TO belegfluss_app;
GRANT SELECT ON TABLE public.mandate TO belegfluss_backup;

--
-- Name: COLUMN mandate.revoked_by; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(revoked_by) ON TABLE public.mandate TO belegfluss_app;

--
-- Name: COLUMN mandate.revoked_at; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(revoked_at) ON TABLE public.mandate TO belegfluss_app;

--
-- Name: TABLE named_invoice; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.named_invoice TO belegfluss_backup;
GRANT SELECT,INSERT ON TABLE public.named_invoice TO belegfluss_app;

--
-- Name: TABLE outgoing_invoice; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.outgoing_invoice TO belegfluss_app;
GRANT SELECT ON TABLE public.outgoing_invoice TO belegfluss_backup;

--
-- Name: TABLE outgoing_invoice_line; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.outgoing_invoice_line TO belegfluss_app;
GRANT SELECT ON TABLE public.outgoing_invoice_line TO belegfluss_backup;

--
-- Name: TABLE outgoing_invoice_state; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.outgoing_invoice_state TO belegfluss_app;
GRANT SELECT ON TABLE public.outgoing_invoice_state TO belegfluss_backup;

--
-- Name: TABLE vendor; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.vendor TO belegfluss_app;
GRANT SELECT ON TABLE public.vendor TO belegfluss_backup;

--
-- Name: TABLE partner; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.partner TO belegfluss_app;
GRANT SELECT ON TABLE public.partner TO belegfluss_backup;

--
-- Name: TABLE passkey; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.passkey TO belegfluss_backup;
GRANT SELECT,INSERT,UPDATE ON TABLE public.passkey TO belegfluss_app;

--
-- Name: TABLE passkey_challenge; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.passkey_challenge TO belegfluss_backup;

--
-- Name: TABLE password_token; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.password_token TO belegfluss_app;
GRANT SELECT ON TABLE public.password_token TO belegfluss_backup;

--
-- Name: COLUMN password_token.ended_at; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(ended_at) ON TABLE public.password_token TO belegfluss_app;

--
-- Name: TABLE payment_answer; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.payment_answer TO belegfluss_app;
GRANT SELECT ON TABLE public.payment_answer TO belegfluss_backup;

--
-- Name: TABLE payment_file; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.payment_file TO belegfluss_app;
GRANT SELECT ON TABLE public.payment_file TO belegfluss_backup;

--
-- Name: TABLE payment_run; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.payment_run TO belegfluss_app;
GRANT SELECT ON TABLE public.payment_run TO belegfluss_backup;

--
-- Name: COLUMN payment_run.status; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(status) ON TABLE public.payment_run TO belegfluss_app;

--
-- Name: COLUMN payment_run.approved_by; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(approved_by) ON TABLE public.payment_run TO belegfluss_app;

--
-- Name: COLUMN payment_run.approved_at; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(approved_at) ON TABLE public.payment_run TO belegfluss_app;

--
-- Name: COLUMN payment_run.exported_at; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(exported_at) ON TABLE public.payment_run TO belegfluss_app;

--
-- Name: COLUMN payment_run.completed_at; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(completed_at) ON TABLE public.payment_run TO belegfluss_app;

--
-- Name: COLUMN payment_run.cancelled_at; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(cancelled_at) ON TABLE public.payment_run TO belegfluss_app;

--
-- Name: COLUMN payment_run.reminded_at; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(reminded_at) ON TABLE public.payment_run TO belegfluss_app;

--
-- Name: COLUMN payment_run.evidence; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(evidence) ON TABLE public.payment_run TO belegfluss_app;

--
-- Name: TABLE payment_run_item; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.payment_run_item TO belegfluss_app;
GRANT SELECT ON TABLE public.payment_run_item TO belegfluss_backup;

--
-- Name: TABLE payment_run_label; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.payment_run_label TO belegfluss_app;
GRANT SELECT ON TABLE public.payment_run_label TO belegfluss_backup;

--
-- Name: TABLE payment_run_wish; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.payment_run_wish TO belegfluss_app;
GRANT SELECT ON TABLE public.payment_run_wish TO belegfluss_backup;

--
-- Name: TABLE payment_withdrawal; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.payment_withdrawal TO belegfluss_app;
GRANT SELECT ON TABLE public.payment_withdrawal TO belegfluss_backup;

--
-- Name: TABLE period; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.period TO belegfluss_app;
GRANT SELECT ON TABLE public.period TO belegfluss_backup;

--
-- Name: COLUMN period.status; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(status) ON TABLE public.period TO belegfluss_app;

--
-- Name: COLUMN period.locked_by; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(locked_by) ON TABLE public.period TO belegfluss_app;

--
-- Name: COLUMN period.locked_at; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(locked_at) ON TABLE public.period TO belegfluss_app;

--
-- Name: TABLE period_count; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.period_count TO belegfluss_app;
GRANT SELECT ON TABLE public.period_count TO belegfluss_backup;

--
-- Name: TABLE prepayment_use; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.prepayment_use TO belegfluss_app;
GRANT SELECT ON TABLE public.prepayment_use TO belegfluss_backup;

--
-- Name: TABLE recovery_code; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.recovery_code TO belegfluss_backup;
GRANT SELECT,INSERT,UPDATE ON TABLE public.recovery_code TO belegfluss_app;

--
-- Name: TABLE review_case; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.review_case TO belegfluss_app;
GRANT SELECT ON TABLE public.review_case TO belegfluss_backup;

--
-- Name: TABLE same_company; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.same_company TO belegfluss_backup;
GRANT SELECT,INSERT ON TABLE public.same_company TO belegfluss_app;

--
-- Name: TABLE second_factor; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.second_factor TO belegfluss_backup;
GRANT SELECT,INSERT,UPDATE ON TABLE public.second_factor TO belegfluss_app;

--
-- Name: TABLE session_token; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.session_token TO belegfluss_app;
GRANT SELECT ON TABLE public.session_token TO belegfluss_backup;

--
-- Name: COLUMN session_token.expires_at; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(expires_at) ON TABLE public.session_token TO belegfluss_app;

--
-- Name: COLUMN session_token.ended_at; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT UPDATE(ended_at) ON TABLE public.session_token TO belegfluss_app;

--
-- Name: TABLE statement_deferral; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.statement_deferral TO belegfluss_backup;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.statement_deferral TO belegfluss_app;

--
-- Name: TABLE tax_code; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.tax_code TO belegfluss_app;
GRANT SELECT ON TABLE public.tax_code TO belegfluss_backup;

--
-- Name: TABLE tax_code_history; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.tax_code_history TO belegfluss_app;
GRANT SELECT ON TABLE public.tax_code_history TO belegfluss_backup;

--
-- Name: TABLE tenant; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.tenant TO belegfluss_app;
GRANT SELECT ON TABLE public.tenant TO belegfluss_backup;

--
-- Name: TABLE tied_invoice; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.tied_invoice TO belegfluss_app;
GRANT SELECT ON TABLE public.tied_invoice TO belegfluss_backup;

--
-- Name: TABLE transaction; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.transaction TO belegfluss_app;
GRANT SELECT ON TABLE public.transaction TO belegfluss_backup;

--
-- Name: TABLE transaction_category; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.transaction_category TO belegfluss_app;
GRANT SELECT ON TABLE public.transaction_category TO belegfluss_backup;

--
-- Name: TABLE transaction_total; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.transaction_total TO belegfluss_app;
GRANT SELECT ON TABLE public.transaction_total TO belegfluss_backup;

--
-- Name: TABLE vendor_learned_value; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT ON TABLE public.vendor_learned_value TO belegfluss_backup;
GRANT SELECT,INSERT ON TABLE public.vendor_learned_value TO belegfluss_app;

--
-- Name: TABLE vendor_payee; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.vendor_payee TO belegfluss_app;
GRANT SELECT ON TABLE public.vendor_payee TO belegfluss_backup;

--
-- Name: TABLE vendor_payee_check; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.vendor_payee_check TO belegfluss_app;
GRANT SELECT ON TABLE public.vendor_payee_check TO belegfluss_backup;

--
-- Name: TABLE vendor_vat_treatment; Type: ACL; Schema: public; Owner: belegfluss_owner
--

GRANT SELECT,INSERT ON TABLE public.vendor_vat_treatment TO belegfluss_app;
GRANT SELECT ON TABLE public.vendor_vat_treatment TO belegfluss_backup;

--
-- Name: DEFAULT PRIVILEGES FOR SEQUENCES; Type: DEFAULT ACL; Schema: public; Owner: belegfluss_owner
--

ALTER DEFAULT PRIVILEGES FOR ROLE belegfluss_owner IN SCHEMA public GRANT SELECT ON SEQUENCES TO belegfluss_backup;

--
-- Name: DEFAULT PRIVILEGES FOR TABLES; Type: DEFAULT ACL; Schema: public; Owner: belegfluss_owner
--

ALTER DEFAULT PRIVILEGES FOR ROLE belegfluss_owner IN SCHEMA public GRANT SELECT ON TABLES TO belegfluss_backup;

--
-- PostgreSQL database dump complete
--

