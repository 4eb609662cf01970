-- A standing income or expense is reconciled when a bank movement is tied to it, or when nothing is
-- left of an open item that it settled, or opened as a payment on account.
CREATE OR REPLACE FUNCTION is_reconciled(p_tenant uuid, p_id uuid, p_type text) RETURNS boolean
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT p_type IN ('income', 'expense')
        AND (EXISTS (SELECT 1 FROM bank_transaction b
                     WHERE b.tenant_id = p_tenant AND b.intent_id = p_id
                       AND b.status = 'reconciled')
             OR EXISTS (
                 SELECT 1 FROM (
                     SELECT s.open_item_id FROM settlement s
                     WHERE s.tenant_id = p_tenant AND s.intent_id = p_id
                     UNION ALL
                     SELECT o.open_item_id FROM open_item o
                     WHERE o.tenant_id = p_tenant AND o.intent_id = p_id) touched
                 JOIN open_item o
                   ON o.tenant_id = p_tenant AND o.open_item_id = touched.open_item_id
                 WHERE o.amount = (SELECT sum(s.amount) FROM settlement s
                                   WHERE s.tenant_id = p_tenant
                                     AND s.open_item_id = o.open_item_id)))
        AND NOT is_cancelled(p_tenant, p_id);
END;
REVOKE ALL ON FUNCTION is_reconciled(uuid, uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_reconciled(uuid, uuid, text) TO belegfluss_app;
