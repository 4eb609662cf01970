-- The limit that posting is held against: the same rows into tables of the same shape, with the
-- same indexes, by one function with nothing to decide: no numbering but a counter where it is
-- asked for, no hash, no rule, no check, no isolation of tenants.
CREATE TABLE bare_intent (LIKE intent INCLUDING DEFAULTS INCLUDING INDEXES);
CREATE TABLE bare_entry (LIKE journal_entry INCLUDING DEFAULTS INCLUDING INDEXES);
CREATE TABLE bare_balance (LIKE account_balance INCLUDING DEFAULTS INCLUDING INDEXES);
CREATE TABLE bare_event (LIKE audit_event INCLUDING DEFAULTS INCLUDING INDEXES);
CREATE TABLE bare_key (LIKE idempotency INCLUDING DEFAULTS INCLUDING INDEXES);
CREATE TABLE bare_head (tenant_id uuid PRIMARY KEY, last_number bigint NOT NULL)
    WITH (fillfactor = 50);
CREATE SEQUENCE bare_number CACHE 100;

CREATE FUNCTION bare_post(
    p_tenant uuid, p_intent uuid, p_day date, p_period text, p_text text, p_hash text,
    p_amount numeric, p_lines jsonb, p_counted boolean
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    number bigint;
BEGIN
    IF p_counted THEN
        UPDATE bare_head SET last_number = last_number + 1 WHERE tenant_id = p_tenant
        RETURNING last_number INTO number;
    ELSE
        number := nextval('bare_number');
    END IF;
    INSERT INTO bare_intent (
        tenant_id, intent_id, booking_date, period, fiscal_year, kind, source, description,
        text_salt, text_commitment, fingerprint, total, event_count, lines, created_at, actor)
    VALUES (
        p_tenant, p_intent, p_day, p_period, 2026, 'regular', 'api', p_text, left(p_hash, 32),
        p_hash, p_hash, p_amount, 1, p_lines, now(), p_lines -> 0);
    INSERT INTO bare_entry (
        tenant_id, journal_number, entry_no, intent_id, period, booking_date, debit_account,
        credit_account, amount, audit_hash, prev_hash)
    VALUES (
        p_tenant, number, '2026-' || number, p_intent, p_period, p_day, '6815', '2800', p_amount,
        p_hash, p_hash);
    INSERT INTO bare_balance AS b (
        tenant_id, period, account, opening_debit, opening_credit, debit, credit)
    VALUES (p_tenant, p_period, '2800', 0, 0, 0, p_amount),
        (p_tenant, p_period, '6815', 0, 0, p_amount, 0)
    ON CONFLICT (tenant_id, period, account) DO UPDATE SET
        debit = b.debit + excluded.debit, credit = b.credit + excluded.credit;
    INSERT INTO bare_event (
        tenant_id, number, occurred_at, kind, surface, action, subject, subject_id, after,
        prev_hash, audit_hash)
    VALUES (
        p_tenant, number, now(), 'person', 'api', 'journal.posted', 'intent', p_intent::text,
        p_lines -> 0, p_hash, p_hash);
    INSERT INTO bare_key (tenant_id, operation, key, request_hash, body)
    VALUES (p_tenant, 'POST /v1/bookings', p_intent::text, p_hash, p_lines -> 0);
    RETURN number;
END;
$$;

CREATE FUNCTION bare_post_all(
    p_tenant uuid, p_intents uuid[], p_days date[], p_periods text[], p_text text, p_hash text,
    p_amount numeric, p_lines jsonb
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    base bigint;
BEGIN
    UPDATE bare_head SET last_number = last_number + cardinality(p_intents)
    WHERE tenant_id = p_tenant RETURNING last_number - cardinality(p_intents) INTO base;
    INSERT INTO bare_intent (
        tenant_id, intent_id, booking_date, period, fiscal_year, kind, source, description,
        text_salt, text_commitment, fingerprint, total, event_count, lines, created_at, actor)
    SELECT p_tenant, x.id, x.day, x.period, 2026, 'regular', 'api', p_text, left(p_hash, 32),
        p_hash, p_hash, p_amount, 1, p_lines, now(), p_lines -> 0
    FROM unnest(p_intents, p_days, p_periods) AS x (id, day, period);
    INSERT INTO bare_entry (
        tenant_id, journal_number, entry_no, intent_id, period, booking_date, debit_account,
        credit_account, amount, audit_hash, prev_hash)
    SELECT p_tenant, base + x.at, '2026-' || base + x.at, x.id, x.period, x.day, '6815', '2800',
        p_amount, p_hash, p_hash
    FROM unnest(p_intents, p_days, p_periods) WITH ORDINALITY AS x (id, day, period, at);
    INSERT INTO bare_balance AS b (
        tenant_id, period, account, opening_debit, opening_credit, debit, credit)
    SELECT p_tenant, x.period, a.number, 0, 0, sum(a.debit), sum(a.credit)
    FROM unnest(p_periods) AS x (period)
    CROSS JOIN (VALUES ('2800', 0, p_amount), ('6815', p_amount, 0)) AS a (number, debit, credit)
    GROUP BY x.period, a.number
    ON CONFLICT (tenant_id, period, account) DO UPDATE SET
        debit = b.debit + excluded.debit, credit = b.credit + excluded.credit;
    INSERT INTO bare_event (
        tenant_id, number, occurred_at, kind, surface, action, subject, subject_id, after,
        prev_hash, audit_hash)
    SELECT p_tenant, base + x.at, now(), 'person', 'api', 'journal.posted', 'intent', x.id::text,
        p_lines -> 0, p_hash, p_hash
    FROM unnest(p_intents) WITH ORDINALITY AS x (id, at);
END;
$$;
