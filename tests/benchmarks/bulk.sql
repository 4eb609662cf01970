-- Fills a tenant's books by sets: the same rows that posting one by one would leave, but for the
-- audit events and the fingerprints, which are random. Settings come from bulk.py: app.tenant_id, and the row of bulk_wanted.
CREATE TEMPORARY TABLE bulk_account ON COMMIT DROP AS
SELECT type, number, row_number() OVER (PARTITION BY type ORDER BY number) - 1 AS at,
    count(*) OVER (PARTITION BY type) AS among
FROM account, bulk_wanted w
WHERE tenant_id = w.tenant AND active AND NOT is_open_item AND type IN ('expense', 'revenue');

ANALYZE bulk_account, bulk_period;

-- Of four intents one buys, one pays a cost without tax, one sells and one is paid; every second
-- purchase and sale has tax, and one sale in twenty stays open.
CREATE TEMPORARY TABLE bulk_intent ON COMMIT DROP AS
SELECT w.tenant, n, n % 4 AS case_, n / 4 AS round_,
    md5(w.tenant || '/bulk/' || n)::uuid AS intent_id, d.day, p.name AS period, p.fiscal_year,
    t.description, t.reference, md5('salt' || n) AS salt,
    encode(sha256(decode(md5('salt' || n), 'hex') || '\x00'
        || convert_to(t.description, 'UTF8')), 'hex') AS commitment,
    a.debit, a.credit, a.gross, a.code, a.vat, (d.day + time '08:00' + (n % 36000) * interval '1s')
        AT TIME ZONE 'UTC' AS posted_at,
    CASE WHEN a.code IS NULL THEN 0 ELSE a.gross - round(a.gross / (1 + a.rate / 100), 2) END AS tax
FROM bulk_wanted w
CROSS JOIN generate_series(w.before, w.before + w.intents - 1) AS n
CROSS JOIN LATERAL (SELECT greatest(w.first_day,
    w.first_day + ((n - w.before) * w.days / w.intents)::integer - (n * 31 % 7)::integer) AS day) d
JOIN bulk_period p ON d.day BETWEEN p.first_day AND p.last_day
-- How many there are stands beside, so that each is looked up and not compared with all.
CROSS JOIN (SELECT max(among) FILTER (WHERE type = 'expense') AS expenses,
    max(among) FILTER (WHERE type = 'revenue') AS revenues FROM bulk_account) c
JOIN bulk_account e ON e.type = 'expense' AND e.at = (n / 4 * (1 + n % 2 * 6)) % c.expenses
JOIN bulk_account r ON r.type = 'revenue' AND r.at = (n / 4) % c.revenues
CROSS JOIN LATERAL (SELECT
    CASE n % 4 WHEN 2 THEN w.receivables WHEN 3 THEN w.bank ELSE e.number END AS debit,
    CASE WHEN n % 4 < 2 THEN w.bank WHEN n % 4 = 2 OR n / 4 % 20 = 0 THEN r.number
        ELSE w.receivables END AS credit,
    10 + (n / 4 * 7919 * (ARRAY[5, 3, 1, 1])[1 + n % 4] % 490000) / 100.0 AS gross,
    CASE WHEN n % 4 = 0 AND n / 4 % 2 = 0 THEN w.input_code
        WHEN n % 4 = 2 AND n / 4 % 2 = 1 THEN w.output_code END AS code,
    CASE WHEN n % 4 = 0 THEN w.input_vat ELSE w.output_vat END AS vat,
    w.rate AS rate) a
CROSS JOIN LATERAL (SELECT
    CASE n % 4
        WHEN 0 THEN (ARRAY['Büromaterial', 'Wareneinkauf', 'Reparatur Kühlanlage', 'Verpackung',
            'Treibstoff', 'Werbung Prospekte', 'Beratung'])[1 + n / 4 % 7] || ' '
            || (ARRAY['Papier Müller GmbH', 'Gebrüder Weiß OG', 'Stahlbau Österreicher KG',
                'Schäfer & Söhne', 'Großhandel Huber', 'Jäger Elektrotechnik e.U.',
                'Alpenkräuter Genossenschaft', 'Druckerei Ganß', 'Tischlerei Öhler',
                'Spedition Rößler', 'IT-Systemhaus Fuchs'])[1 + n / 4 % 11]
        WHEN 1 THEN (ARRAY['Kontoführungsgebühr', 'Miete Geschäftslokal', 'Strom und Gas',
            'Versicherungsprämie', 'Telefon und Internet'])[1 + n / 4 % 5]
            || ' ' || to_char(d.day, 'MM/YYYY')
        WHEN 2 THEN 'Ausgangsrechnung Kunde ' || 10000 + n / 4 * 37 % 5000 || ' '
            || (ARRAY['Lieferung Möbel', 'Montage', 'Wartung', 'Ersatzteile Nähmaschine',
                'Schulung', 'Überprüfung Heizkessel'])[1 + n / 4 % 6]
        ELSE 'Zahlungseingang RE-' || p.fiscal_year || '-' || lpad((n - 1)::text, 7, '0')
    END || CASE WHEN n % 50000 = 777 THEN ' Quittung verloren' ELSE '' END AS description,
    CASE n % 4 WHEN 0 THEN 'ER-' || p.fiscal_year || '-' || lpad(n::text, 7, '0')
        WHEN 2 THEN 'RE-' || p.fiscal_year || '-' || lpad(n::text, 7, '0')
        WHEN 3 THEN 'BK' || lpad((n * 7907 % 100000000)::text, 8, '0') END AS reference) t;

INSERT INTO period (tenant_id, name, period_number, fiscal_year, first_day, last_day, status)
SELECT w.tenant, p.name, 0, p.fiscal_year, p.first_day, p.last_day, 'open'
FROM bulk_period p, bulk_wanted w
ON CONFLICT DO NOTHING;

INSERT INTO intent (
    tenant_id, intent_id, booking_date, document_date, period, fiscal_year, kind, source,
    description, text_salt, text_commitment, external_reference, fingerprint, total, event_count,
    lines, created_at, created_by, actor)
SELECT b.tenant, b.intent_id, b.day, CASE WHEN b.case_ IN (0, 2) THEN b.day END, b.period,
    b.fiscal_year, 'regular', CASE b.case_ WHEN 3 THEN 'bank' WHEN 1 THEN 'manual' ELSE 'api' END,
    b.description, b.salt, b.commitment, b.reference,
    md5(b.intent_id || 'movements') || md5(b.intent_id || b.day::text),
    b.gross, CASE WHEN b.tax = 0 THEN 1 ELSE 2 END,
    jsonb_build_array(
        jsonb_build_object('account', b.debit, 'side', 'D', 'amount', to_char(b.gross, 'FM999990.00'),
            'tax_code', CASE WHEN b.case_ = 0 THEN b.code END),
        jsonb_build_object('account', b.credit, 'side', 'C',
            'amount', to_char(b.gross, 'FM999990.00'),
            'tax_code', CASE WHEN b.case_ = 2 THEN b.code END)),
    b.posted_at, w.created_by, w.actor
FROM bulk_intent b
CROSS JOIN bulk_wanted w;

CREATE TEMPORARY TABLE bulk_entry ON COMMIT DROP AS
SELECT x.*, h.last_number + row_number() OVER (ORDER BY x.n, x.part) AS number,
    x.fiscal_year || '-' || to_char(coalesce((h.by_year ->> x.fiscal_year::text)::bigint, 0)
        + row_number() OVER (PARTITION BY x.fiscal_year ORDER BY x.n, x.part), 'FM999999000000')
        AS entry_no
FROM (
    SELECT b.*, 0 AS part, b.debit AS on_debit, b.credit AS on_credit, b.gross - b.tax AS amount,
        CASE WHEN b.code IS NOT NULL THEN 'base' END AS tax_part
    FROM bulk_intent b
    UNION ALL
    SELECT b.*, 1, CASE WHEN b.case_ = 0 THEN b.vat ELSE b.debit END,
        CASE WHEN b.case_ = 0 THEN b.credit ELSE b.vat END, b.tax, 'tax'
    FROM bulk_intent b WHERE b.tax > 0
) x, tenant_head h
WHERE h.tenant_id = x.tenant;

ANALYZE bulk_intent, bulk_entry;

CREATE FUNCTION pg_temp.bulk_chain(last_hash text)
RETURNS TABLE (number bigint, prev_hash text, audit_hash text) LANGUAGE plpgsql AS $$
DECLARE
    entry record;
BEGIN
    audit_hash := last_hash;
    FOR entry IN
        SELECT e.number, convert_to('{"amount":"' || to_char(e.amount, 'FM999990.00')
            || '","approved_by":null,"created_by":"' || w.created_by
            || '","credit_account":"' || e.on_credit || '","credit_partner":null,"credit_tax_code":'
            || CASE WHEN e.case_ = 2 AND e.code IS NOT NULL
                THEN '"' || e.code || '","credit_tax_part":"' || e.tax_part || '"'
                ELSE 'null,"credit_tax_part":null' END
            || ',"currency":"EUR","debit_account":"' || e.on_debit
            || '","debit_partner":null,"debit_tax_code":'
            || CASE WHEN e.case_ = 0 AND e.code IS NOT NULL
                THEN '"' || e.code || '","debit_tax_part":"' || e.tax_part || '"'
                ELSE 'null,"debit_tax_part":null' END
            || ',"document_date":' || CASE WHEN e.case_ IN (0, 2) THEN '"' || e.day || '"'
                ELSE 'null' END
            || ',"document_no":' || coalesce('"' || e.reference || '"', 'null')
            || ',"document_sha256":[],"entry_no":"' || e.entry_no || '","entry_seq":"' || e.number
            || '","fiscal_year":"' || e.fiscal_year || '","fx":null,"intent_id":"' || e.intent_id
            || '","kind":"regular","period":"' || e.period
            || '","posted_at":"' || to_char(e.posted_at AT TIME ZONE 'UTC',
                'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            || '","posting_date":"' || e.day || '","reverses":null,"tenant":"' || e.tenant
            || '","text_commitment":"' || e.commitment || '","v":"journal-entry-1"}', 'UTF8') AS leaf
        FROM bulk_entry e, bulk_wanted w ORDER BY e.number
    LOOP
        number := entry.number;
        prev_hash := audit_hash;
        audit_hash := encode(sha256(entry.leaf || convert_to(prev_hash, 'UTF8')), 'hex');
        RETURN NEXT;
    END LOOP;
END
$$;

INSERT INTO journal_entry (
    tenant_id, journal_number, entry_no, intent_id, period, booking_date, debit_account,
    credit_account, amount, debit_tax_code, debit_tax_part, credit_tax_code, credit_tax_part,
    audit_hash, prev_hash)
SELECT e.tenant, e.number, e.entry_no, e.intent_id, e.period, e.day, e.on_debit, e.on_credit,
    e.amount, CASE WHEN e.case_ = 0 THEN e.code END, CASE WHEN e.case_ = 0 THEN e.tax_part END,
    CASE WHEN e.case_ = 2 THEN e.code END, CASE WHEN e.case_ = 2 THEN e.tax_part END,
    c.audit_hash, c.prev_hash
FROM bulk_entry e
JOIN tenant_head h ON h.tenant_id = e.tenant
JOIN pg_temp.bulk_chain((SELECT last_hash FROM tenant_head, bulk_wanted w
    WHERE tenant_id = w.tenant)) c ON c.number = e.number
ORDER BY e.number;

INSERT INTO open_item (
    tenant_id, open_item_id, intent_id, account, side, amount, document_number, booking_date,
    due_date, currency, document_amount)
SELECT b.tenant, md5(b.intent_id || '/item')::uuid, b.intent_id, b.debit, 'D', b.gross,
    b.reference, b.day, b.day + 30, 'EUR', b.gross
FROM bulk_intent b WHERE b.case_ = 2;

INSERT INTO settlement (
    tenant_id, settlement_id, open_item_id, intent_id, amount, settled_on, created_at)
SELECT b.tenant, md5(b.intent_id || '/settles')::uuid, md5(sale.intent_id || '/item')::uuid,
    b.intent_id, b.gross, b.day, b.posted_at
FROM bulk_intent b
JOIN bulk_intent sale ON sale.n = b.n - 1
WHERE b.case_ = 3 AND b.round_ % 20 > 0;

INSERT INTO account_balance AS known (
    tenant_id, period, account, opening_debit, opening_credit, debit, credit)
SELECT e.tenant, e.period, m.account, 0, 0, sum(m.debit), sum(m.credit)
FROM bulk_entry e
CROSS JOIN LATERAL (VALUES (e.on_debit, e.amount, 0), (e.on_credit, 0, e.amount))
    AS m (account, debit, credit)
GROUP BY e.tenant, e.period, m.account
ON CONFLICT ON CONSTRAINT pk_account_balance DO UPDATE SET
    debit = known.debit + excluded.debit, credit = known.credit + excluded.credit;

UPDATE tenant_head h SET last_number = l.journal_number, last_hash = l.audit_hash,
    by_year = h.by_year || y.by_year
FROM bulk_wanted w
CROSS JOIN LATERAL (
    SELECT e.journal_number, e.audit_hash FROM journal_entry e
    WHERE e.tenant_id = w.tenant ORDER BY e.journal_number DESC LIMIT 1) l
CROSS JOIN (
    SELECT jsonb_object_agg(fiscal_year, last) AS by_year
    FROM (SELECT fiscal_year, max(split_part(entry_no, '-', 2)::bigint) AS last
          FROM bulk_entry GROUP BY fiscal_year) z) y
WHERE h.tenant_id = w.tenant;
