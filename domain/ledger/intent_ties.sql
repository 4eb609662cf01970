-- What an intent is tied to, a row for each tie: by whom it was booked and reversed, its document
-- and bank transactions, settlements both ways, names of its accounts, and the hashes before its
-- rows. A function, because its plan is kept; to plan all of this costs three times its answer.
-- Rows that are not the tenant's are not seen: row security applies as to any other query.
CREATE OR REPLACE FUNCTION intent_ties(p_intent uuid)
RETURNS TABLE (tie text, id uuid, name text, other text, amount numeric, day date, number bigint)
-- A plan made while the tables were small would read them whole for the rest of the session.
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
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
REVOKE ALL ON FUNCTION intent_ties(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION intent_ties(uuid) TO belegfluss_app;
