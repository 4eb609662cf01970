-- Numbers of the journal entries that a filter finds, newest first: at most p_limit below p_before.
-- What the index of the journal covers is found by its bits (journal_token), what came later by
-- walking it. Every hit is checked against the row itself, so that the index can only save work.
-- Rows that are not the tenant's are not seen: row security applies as to any other query.
CREATE OR REPLACE FUNCTION journal_numbers(
    p_account text,
    p_first date,
    p_last date,
    p_search text,
    p_reference text,
    p_before bigint,
    p_limit integer
) RETURNS bigint[]
-- A plan made while the tables were small would read them whole for the rest of the session.
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
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
REVOKE ALL ON FUNCTION journal_numbers(text, date, date, text, text, bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION journal_numbers(text, date, date, text, text, bigint, integer)
    TO belegfluss_app;
