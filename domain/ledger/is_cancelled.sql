-- Whether an intent is reversed. A reversal may itself be reversed: then what it had cancelled
-- holds again, and so on.
CREATE OR REPLACE FUNCTION is_cancelled(p_tenant uuid, p_intent uuid) RETURNS boolean
LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH RECURSIVE reversals AS (
        SELECT i.intent_id FROM intent i
        WHERE i.tenant_id = p_tenant AND i.reverses_intent_id = p_intent
        UNION ALL
        SELECT i.intent_id FROM intent i
        JOIN reversals r ON i.tenant_id = p_tenant AND i.reverses_intent_id = r.intent_id
    )
    SELECT count(*) % 2 = 1 FROM reversals;
END;
REVOKE ALL ON FUNCTION is_cancelled(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_cancelled(uuid, uuid) TO belegfluss_app;
