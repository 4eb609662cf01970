-- Counts the rows of a list by scope, part (most often a status) and day, so that its length and a
-- page deep in it are known without walking it. The arguments say what these are of a row `r`. A
-- change is a row of its own: whoever stores waits for nobody. They are added up at a distance
-- (domain/database/listing_store.py).
CREATE OR REPLACE FUNCTION count_listed() RETURNS trigger LANGUAGE plpgsql AS $$
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

DO $$
DECLARE
    nothing CONSTANT text := '''00000000-0000-0000-0000-000000000000''::uuid';
    listed record;
BEGIN
    FOR listed IN
        SELECT * FROM (VALUES
            ('inbox_item', nothing, 'r.status', '(r.created_at AT TIME ZONE ''UTC'')::date'),
            ('review_case', nothing, 'r.queue_state', '(r.created_at AT TIME ZONE ''UTC'')::date'),
            ('ingestion_log', nothing, 'r.outcome', '(r.received_at AT TIME ZONE ''UTC'')::date'),
            -- As InvoiceList has it: what asks for nothing has an intent, and no item.
            ('invoice', nothing,
                'CASE WHEN r.open_item_id IS NULL AND (r.intent_id IS NULL
                    OR r.total_gross + coalesce(r.rounding_amount, 0) <> 0)
                    THEN ''untied'' ELSE ''tied'' END', 'r.invoice_date'),
            ('outgoing_invoice', nothing,
                'r.type || CASE WHEN r.open_item_id IS NULL THEN '' untied'' ELSE '' tied'' END',
                'r.invoice_date'),
            ('bank_transaction', 'r.bank_account_id', 'r.status', 'r.tx_date')
        ) AS l (name, scope, part, day)
    LOOP
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER count_added AFTER INSERT ON %I
             REFERENCING NEW TABLE AS added FOR EACH STATEMENT
             EXECUTE FUNCTION count_listed(%L, %L, %L)',
            listed.name, listed.scope, listed.part, listed.day);
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER count_changed AFTER UPDATE ON %I
             REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT
             EXECUTE FUNCTION count_listed(%L, %L, %L)',
            listed.name, listed.scope, listed.part, listed.day);
    END LOOP;
END
$$;
