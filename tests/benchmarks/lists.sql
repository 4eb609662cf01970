-- Rows of lists by sets, as ten years of a company leave them: 100,000 rows a year, the newest last.
-- Settings come from lists.py: the row of list_wanted (tenant, first and last number, vendor's
-- invoice as JSON, bank accounts).
CREATE TEMPORARY TABLE list_row ON COMMIT DROP AS
SELECT w.whose AS tenant, n, w.last_n AS last, md5(w.whose || '/list/' || n)::uuid AS id,
    md5(w.whose || '/other/' || n)::uuid AS other_id,
    timestamptz '2016-01-01' + n * interval '315 seconds' AS at,
    ((timestamptz '2016-01-01' + n * interval '315 seconds') AT TIME ZONE 'UTC')::date AS day
FROM list_wanted w CROSS JOIN generate_series(w.first_n, w.last_n) AS n;

INSERT INTO inbox_item (tenant_id, id, document_id, status, source_email, source_subject,
    original_name, decided_at, created_at)
SELECT tenant, id, other_id, s.status, 'rechnung@lieferant.example', 'Rechnung ' || n,
    'RE-' || n || '.pdf',
    CASE WHEN s.status IN ('confirmed', 'rejected') THEN at END, at
FROM list_row CROSS JOIN LATERAL (SELECT CASE WHEN n % 20 = 0 THEN 'rejected'
    WHEN n % 10 = 1 THEN 'pending' WHEN n % 100 = 2 THEN 'processing' ELSE 'confirmed' END) s (status);

INSERT INTO review_case (tenant_id, id, inbox_id, document_id, queue_state, vendor_id,
    normalized_invoice, invoice_id, intent_id, posting_error, decided_at, created_at, updated_at)
SELECT tenant, id, id, other_id, s.state, md5(tenant || '/vendor/' || n % 200)::uuid,
    w.invoice, -- without a number, of which a key would be made a million times
    CASE WHEN s.state = 'approved' THEN id END, CASE WHEN s.state = 'approved' THEN id END,
    CASE WHEN s.state = 'posting_failed' THEN '{"code": "PERIOD_LOCKED", "message": "x", "at": "2026-01-01T00:00:00Z"}'::jsonb END,
    CASE WHEN s.state IN ('approved', 'rejected') THEN at END, at, at
FROM list_wanted w, list_row CROSS JOIN LATERAL (SELECT CASE WHEN n % 20 = 0 THEN 'rejected'
    WHEN n % 50 = 1 THEN 'approval' WHEN n % 500 = 2 THEN 'correction'
    WHEN n % 5000 = 3 THEN 'posting_failed' ELSE 'approved' END) s (state);

INSERT INTO ingestion_log (tenant_id, id, received_at, position, source_email, source_subject,
    message_id, original_name, mime_type, size_bytes, sha256, outcome, document_id, inbox_id)
SELECT tenant, id, at, n % 3, 'rechnung@lieferant.example', 'Rechnung ' || n,
    '<' || n || '@lieferant.example>', 'RE-' || n || '.pdf', 'application/pdf', 40000 + n % 9000,
    md5(n::text) || md5('x' || n),
    CASE WHEN n % 25 = 0 THEN 'duplicate' WHEN n % 40 = 1 THEN 'unsupported_type'
        ELSE 'accepted' END, other_id, id
FROM list_row;

INSERT INTO bank_transaction (tenant_id, id, bank_account_id, position, tx_date, value_date, amount,
    currency, counterparty_name, counterparty_iban, reference, bank_reference, content_hash, status,
    mode, intent_id, created_at, servicer_reference)
SELECT tenant, id, w.accounts[1 + n % cardinality(w.accounts)], n % 300, day, day,
    CASE WHEN n % 3 = 0 THEN -1 ELSE 1 END * (10 + n % 4000) / 1.0, 'EUR', 'Kundin ' || n % 5000,
    pg_temp.list_iban(n % 200), 'Rechnung RE-' || n || ' Kundennummer ' || n % 5000,
    'B' || n, md5(n::text) || md5('y' || n), s.status,
    CASE WHEN s.status = 'reconciled' THEN 'linked' END,
    CASE WHEN s.status = 'reconciled' THEN id END, day + time '06:00', 'S' || n
FROM list_wanted w, list_row
CROSS JOIN LATERAL (SELECT CASE WHEN n % 1000 = 0 THEN 'excluded' WHEN n > last - 2000 AND n % 2 = 0
    THEN 'unreconciled' ELSE 'reconciled' END) s (status);

INSERT INTO intent (tenant_id, intent_id, booking_date, period, fiscal_year, kind, source,
    description, text_commitment, fingerprint, total, event_count, lines, created_at, actor,
    reverses_intent_id)
SELECT tenant, id, day, to_char(day, 'YYYY-MM'), extract(year FROM day), 'regular', 'invoice',
    'Rechnung', md5('c' || n) || md5(n::text), md5('f' || n) || md5(n::text), 120, 1, '[]', at, '{}',
    CASE WHEN n % 1000 = 7 THEN md5(tenant || '/list/' || n - 1)::uuid END
FROM list_row;

INSERT INTO open_item (tenant_id, open_item_id, intent_id, account, side, amount, partner_id,
    document_number, booking_date, due_date, currency, document_amount)
SELECT tenant, id, id, '3300', 'C', 120, md5(tenant || '/vendor/' || n % 200)::uuid, 'RE-' || n,
    day, day + 30, 'EUR', 120
FROM list_row WHERE n % 500 <> 3;

-- Of the newest 2,000 some are open, some paid in part; all others are paid.
CREATE TEMPORARY TABLE list_paid ON COMMIT DROP AS
SELECT tenant, id, other_id, day, at, n,
    CASE WHEN n <= last - 2000 OR n % 4 = 0 THEN 120 WHEN n % 4 = 1 THEN 20 ELSE 0 END AS paid
FROM list_row WHERE n % 500 <> 3;

INSERT INTO settlement (tenant_id, settlement_id, open_item_id, intent_id, amount, settled_on,
    created_at)
SELECT tenant, other_id, id, other_id, paid, day + 20, at FROM list_paid WHERE paid > 0;

INSERT INTO item_span (tenant_id, open_item_id, first_day, last_day, first_number, last_number)
SELECT tenant, id, day, CASE WHEN paid = 120 THEN day + 20 ELSE 'infinity' END, n, n FROM list_paid;

INSERT INTO invoice (tenant_id, id, vendor_id, invoice_number, invoice_date, due_date, total_net,
    total_tax, total_gross, currency, intent_id, open_item_id, created_at, updated_at)
SELECT tenant, id, md5(tenant || '/vendor/' || n % 200)::uuid, 'RE-' || n, day, day + 30, 100, 20,
    120, 'EUR', CASE WHEN n % 500 <> 3 THEN id END, CASE WHEN n % 500 <> 3 THEN id END, at, at
FROM list_row;
