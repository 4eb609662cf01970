-- Stores prepared intents in one round trip: works of one or several tenants, each with the keys
-- of the calls that asked for it and the audit events that tell of it. Works are stored in the
-- order given (by tenant: whoever takes two heads takes them in this order), all of them or none.
-- It knows no rule of bookkeeping: it takes numbers, completes hashes, inserts, adds to the
-- roll-ups, and refuses only what concurrency decides:
--   BF000 a transaction of one tenant stores for another
--   BF001 a period is not open          BF002 an open item would be settled beyond its amount
--   BF003 the chart has changed since the intents were prepared
--   BF004 the same booking seems to exist: its id, and that of the suspected one
--   BF005 a key came with another request   BF006 the first call with a key is still running
--   BF007 a period is being locked, and the caller does not want to wait
--   BF008 a credential behind a call no longer holds
-- It answers NULL when everything was new, else an object with an answer for each place in which
-- not everything was: {"stale": true} when the intents were prepared with an outdated chart and
-- "gentle" asks not to be refused for it (nothing is stored then), or
-- {"known": [intent ids that were in the books before, with their rows],
-- "answers": [first answers to keys that came before]}.
-- Order of locks: keys, periods by name, open items by id, tenant_head last and shortest.
CREATE OR REPLACE FUNCTION post_intents(p_works jsonb) RETURNS jsonb
-- A plan made while the tables were small would read them whole for the rest of the session.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off
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
REVOKE ALL ON FUNCTION post_intents(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION post_intents(jsonb) TO belegfluss_app;
