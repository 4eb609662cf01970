-- Stores prepared intents in one round trip. It knows no rule of bookkeeping: it takes numbers,
-- completes hashes, inserts, adds to the roll-ups, and refuses only what concurrency decides:
--   BF001 a period is not open          BF002 an open item would be settled beyond its amount
--   BF004 the same booking seems to exist
-- It returns no row when the caller prepared with an outdated chart.
-- Order of locks: period, open items by id, tenant_head last and shortest.
CREATE FUNCTION post_intents(
    p_tenant uuid,
    p_config bigint,
    p_periods jsonb,
    p_intents jsonb,
    p_entries jsonb,
    p_open_items jsonb,
    p_settlements jsonb
) RETURNS TABLE (posted_intent_id uuid, first_number bigint, event_count integer, replayed boolean)
-- A plan made while the tables were small would read them whole for the rest of the session.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    wanted uuid[];
    known uuid[];
    items uuid[];
    head tenant_head%ROWTYPE;
    blocked record;
    entry record;
    position bigint := 0;
    year_number bigint;
    numbers bigint[] := '{}';
    entry_nos text[] := '{}';
    hashes text[] := '{}';
    prevs text[] := '{}';
BEGIN
    IF p_tenant IS DISTINCT FROM current_tenant() THEN
        RAISE EXCEPTION 'tenant setting and argument differ' USING ERRCODE = 'BF000';
    END IF;

    SELECT array_agg((x ->> 'intent_id')::uuid) INTO wanted FROM jsonb_array_elements(p_intents) x;
    SELECT coalesce(array_agg((x ->> 'open_item_id')::uuid), '{}') INTO items
    FROM jsonb_array_elements(p_settlements) x;
    SELECT coalesce(array_agg(i.intent_id), '{}') INTO known
    FROM intent i WHERE i.tenant_id = p_tenant AND i.intent_id = ANY (wanted);

    IF cardinality(known) < cardinality(wanted) THEN
        -- Whoever locks a period waits in this queue; row locks alone would let new postings
        -- overtake it for ever.
        PERFORM pg_advisory_xact_lock_shared(
            hashtextextended('period/' || p_tenant || '/' || x.name, 0))
        FROM (SELECT DISTINCT y ->> 'name' AS name
              FROM jsonb_array_elements(p_periods) y ORDER BY 1) x;

        INSERT INTO period (tenant_id, name, period_number, fiscal_year, first_day, last_day, status)
        SELECT p_tenant, x.name, x.period_number, x.fiscal_year, x.first_day, x.last_day, 'open'
        FROM jsonb_to_recordset(p_periods)
            AS x (name text, period_number smallint, fiscal_year smallint,
                  first_day date, last_day date)
        ORDER BY x.name
        ON CONFLICT ON CONSTRAINT pk_period DO NOTHING;

        FOR blocked IN
            SELECT p.name, p.status FROM period p
            WHERE p.tenant_id = p_tenant
              AND p.name IN (SELECT x ->> 'name' FROM jsonb_array_elements(p_periods) x)
            ORDER BY p.name FOR SHARE
        LOOP
            IF blocked.status <> 'open' THEN
                RAISE EXCEPTION 'period is %', blocked.status
                    USING ERRCODE = 'BF001', DETAIL = blocked.name;
            END IF;
        END LOOP;

        IF cardinality(items) > 0 THEN
            PERFORM 1 FROM open_item o
            WHERE o.tenant_id = p_tenant AND o.open_item_id = ANY (items)
            ORDER BY o.open_item_id FOR UPDATE;
        END IF;
    END IF;

    SELECT * INTO STRICT head FROM tenant_head h WHERE h.tenant_id = p_tenant FOR UPDATE;
    IF p_config IS NOT NULL AND p_config <> head.config_version THEN
        RETURN;  -- no row: the caller prepares again with the present chart
    END IF;

    -- Once more under the lock: the same intent may have been stored meanwhile.
    SELECT coalesce(array_agg(i.intent_id), '{}') INTO known
    FROM intent i WHERE i.tenant_id = p_tenant AND i.intent_id = ANY (wanted);

    FOR blocked IN
        SELECT other.intent_id
        FROM jsonb_to_recordset(p_intents)
            AS x (intent_id uuid, fingerprint text, external_reference text,
                  check_duplicate boolean)
        JOIN intent other
          ON other.tenant_id = p_tenant AND other.fingerprint = x.fingerprint
         AND other.intent_id <> x.intent_id AND other.kind <> 'reversal'
        WHERE x.check_duplicate AND x.intent_id <> ALL (known)
          AND (x.external_reference IS NULL OR other.external_reference IS NULL
               OR x.external_reference = other.external_reference)
          AND NOT is_cancelled(p_tenant, other.intent_id)
        LIMIT 1
    LOOP
        RAISE EXCEPTION 'the same booking seems to exist'
            USING ERRCODE = 'BF004', DETAIL = blocked.intent_id::text;
    END LOOP;

    INSERT INTO intent (
        tenant_id, intent_id, booking_date, document_date, period, fiscal_year, kind, source,
        description, text_salt, text_commitment, external_reference, custom_metadata,
        document_id, document_sha256, fx_currency, fx_amount, fx_rate, fx_rate_date,
        fx_rate_source, reverses_intent_id, fingerprint, total, event_count, lines, created_at,
        created_by, approved_by, actor)
    SELECT p_tenant, x.intent_id, x.booking_date, x.document_date, x.period, x.fiscal_year,
        x.kind, x.source, x.description, x.text_salt, x.text_commitment, x.external_reference,
        x.custom_metadata, x.document_id, x.document_sha256, x.fx_currency, x.fx_amount,
        x.fx_rate, x.fx_rate_date, x.fx_rate_source, x.reverses_intent_id, x.fingerprint,
        x.total, x.event_count, x.lines, x.created_at, x.created_by, x.approved_by, x.actor
    FROM jsonb_to_recordset(p_intents) AS x (
        intent_id uuid, booking_date date, document_date date, period text, fiscal_year smallint,
        kind text, source text, description text, text_salt text, text_commitment text,
        external_reference text, custom_metadata jsonb, document_id uuid, document_sha256 text,
        fx_currency text, fx_amount numeric, fx_rate numeric, fx_rate_date date,
        fx_rate_source text, reverses_intent_id uuid, fingerprint text, total numeric,
        event_count integer, lines jsonb, created_at timestamptz, created_by uuid,
        approved_by uuid, actor jsonb)
    WHERE x.intent_id <> ALL (known);

    FOR entry IN
        SELECT x.intent_id, x.fiscal_year, x.head, x.tail
        FROM jsonb_to_recordset(p_entries)
            AS x (intent_id uuid, fiscal_year integer, head text, tail text)
    LOOP
        IF entry.intent_id = ANY (known) THEN
            CONTINUE;
        END IF;
        position := position + 1;
        year_number := coalesce((head.by_year ->> entry.fiscal_year::text)::bigint, 0) + 1;
        head.by_year := jsonb_set(
            head.by_year, ARRAY[entry.fiscal_year::text], to_jsonb(year_number));
        head.last_number := head.last_number + 1;
        numbers[position] := head.last_number;
        entry_nos[position] := entry.fiscal_year || '-'
            || CASE WHEN year_number < 1000000 THEN lpad(year_number::text, 6, '0')
                    ELSE year_number::text END;
        prevs[position] := head.last_hash;
        head.last_hash := encode(sha256(convert_to(
            entry.head || '"entry_no":"' || entry_nos[position] || '","entry_seq":"'
            || head.last_number || '"' || entry.tail || head.last_hash, 'UTF8')), 'hex');
        hashes[position] := head.last_hash;
    END LOOP;

    INSERT INTO journal_entry (
        tenant_id, journal_number, entry_no, intent_id, period, booking_date, debit_account,
        credit_account, amount, debit_tax_code, debit_tax_part, credit_tax_code, credit_tax_part,
        debit_partner_id, credit_partner_id, fx_amount, reverses_entry_no, audit_hash, prev_hash)
    SELECT p_tenant, numbers[x.at], entry_nos[x.at], x.intent_id, x.period, x.booking_date,
        x.debit_account, x.credit_account, x.amount, x.debit_tax_code, x.debit_tax_part,
        x.credit_tax_code, x.credit_tax_part, x.debit_partner_id, x.credit_partner_id,
        x.fx_amount, x.reverses_entry_no, hashes[x.at], prevs[x.at]
    FROM (
        SELECT y.*, row_number() OVER (ORDER BY y.ordinality) AS at
        FROM ROWS FROM (jsonb_to_recordset(p_entries) AS (
            intent_id uuid, period text, booking_date date, debit_account text,
            credit_account text, amount numeric, debit_tax_code text, debit_tax_part text,
            credit_tax_code text, credit_tax_part text, debit_partner_id uuid,
            credit_partner_id uuid, fx_amount numeric, reverses_entry_no text)
        ) WITH ORDINALITY AS y (
            intent_id, period, booking_date, debit_account, credit_account, amount,
            debit_tax_code, debit_tax_part, credit_tax_code, credit_tax_part, debit_partner_id,
            credit_partner_id, fx_amount, reverses_entry_no, ordinality)
        WHERE y.intent_id <> ALL (known)
    ) x;

    IF jsonb_array_length(p_open_items) > 0 THEN
        INSERT INTO open_item (
            tenant_id, open_item_id, intent_id, account, side, amount, partner_id, document_number,
            booking_date, due_date, currency, document_amount)
        SELECT p_tenant, x.open_item_id, x.intent_id, x.account, x.side, x.amount, x.partner_id,
            x.document_number, x.booking_date, x.due_date, x.currency, x.document_amount
        FROM jsonb_to_recordset(p_open_items) AS x (
            open_item_id uuid, intent_id uuid, account text, side text, amount numeric,
            partner_id uuid, document_number text, booking_date date, due_date date, currency text,
            document_amount numeric)
        WHERE x.intent_id <> ALL (known);
    END IF;

    IF cardinality(items) > 0 THEN
        INSERT INTO settlement (
            tenant_id, settlement_id, open_item_id, intent_id, amount, settled_on, created_at)
        SELECT p_tenant, x.settlement_id, x.open_item_id, x.intent_id, x.amount, x.settled_on,
            x.created_at
        FROM jsonb_to_recordset(p_settlements) AS x (
            settlement_id uuid, open_item_id uuid, intent_id uuid, amount numeric, settled_on date,
            created_at timestamptz)
        WHERE x.intent_id <> ALL (known);

        FOR blocked IN
            SELECT o.open_item_id
            FROM open_item o
            WHERE o.tenant_id = p_tenant AND o.open_item_id = ANY (items)
              AND (SELECT sum(s.amount) FROM settlement s
                   WHERE s.tenant_id = p_tenant AND s.open_item_id = o.open_item_id)
                  NOT BETWEEN 0 AND o.amount
        LOOP
            RAISE EXCEPTION 'settled beyond the open amount'
                USING ERRCODE = 'BF002', DETAIL = blocked.open_item_id::text;
        END LOOP;
    END IF;

    INSERT INTO account_balance AS b (
        tenant_id, period, account, opening_debit, opening_credit, debit, credit)
    SELECT p_tenant, m.period, m.account,
        coalesce(sum(m.debit) FILTER (WHERE m.opening), 0),
        coalesce(sum(m.credit) FILTER (WHERE m.opening), 0),
        coalesce(sum(m.debit) FILTER (WHERE NOT m.opening), 0),
        coalesce(sum(m.credit) FILTER (WHERE NOT m.opening), 0)
    FROM jsonb_to_recordset(p_entries)
        AS x (intent_id uuid, period text, debit_account text, credit_account text,
              amount numeric, opening boolean)
    CROSS JOIN LATERAL (VALUES
        (x.period, x.debit_account, x.amount, 0::numeric, x.opening),
        (x.period, x.credit_account, 0::numeric, x.amount, x.opening)
    ) AS m (period, account, debit, credit, opening)
    WHERE x.intent_id <> ALL (known)
    GROUP BY m.period, m.account
    ORDER BY m.period, m.account
    ON CONFLICT ON CONSTRAINT pk_account_balance DO UPDATE SET
        opening_debit = b.opening_debit + excluded.opening_debit,
        opening_credit = b.opening_credit + excluded.opening_credit,
        debit = b.debit + excluded.debit,
        credit = b.credit + excluded.credit;

    UPDATE tenant_head h
    SET last_number = head.last_number, last_hash = head.last_hash, by_year = head.by_year
    WHERE h.tenant_id = p_tenant AND position > 0;

    RETURN QUERY
        SELECT e.intent_id, min(e.journal_number), count(*)::integer, e.intent_id = ANY (known)
        FROM journal_entry e
        WHERE e.tenant_id = p_tenant AND e.intent_id = ANY (wanted)
        GROUP BY e.intent_id;
END;
$$;
