-- What the ledger says of transactions when bank movements are tied to them, or untied.
CREATE OR REPLACE FUNCTION note_tied() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tenant uuid;
    tied uuid[];
BEGIN
    -- A statement has rows of one tenant: row security sees to it.
    IF TG_OP = 'INSERT' THEN
        SELECT n.tenant_id, array_agg(DISTINCT n.intent_id) INTO tenant, tied
        FROM added n WHERE n.intent_id IS NOT NULL GROUP BY 1;
    ELSE
        SELECT n.tenant_id, array_agg(DISTINCT x.intent_id) INTO tenant, tied
        FROM added n JOIN gone o USING (tenant_id, id)
        CROSS JOIN LATERAL (VALUES (n.intent_id), (o.intent_id)) AS x (intent_id)
        WHERE x.intent_id IS NOT NULL
          AND (o.intent_id IS DISTINCT FROM n.intent_id OR o.status IS DISTINCT FROM n.status)
        GROUP BY 1;
    END IF;
    -- Most of what is tied is no transaction of the simple form.
    SELECT array_agg(t.id) INTO tied
    FROM transaction t WHERE t.tenant_id = tenant AND t.id = ANY (tied);
    IF tied IS NULL THEN
        RETURN NULL;
    END IF;
    -- Whoever settles the same item at this moment holds it: each must see what the other did.
    PERFORM 1 FROM open_item o
    WHERE o.tenant_id = tenant AND o.open_item_id = ANY (ARRAY(
        SELECT s.open_item_id FROM settlement s
        WHERE s.tenant_id = tenant AND s.intent_id = ANY (tied)
        UNION
        SELECT i.open_item_id FROM open_item i
        WHERE i.tenant_id = tenant AND i.intent_id = ANY (tied)))
    ORDER BY o.open_item_id
    FOR UPDATE;
    UPDATE transaction t SET reconciled = NOT t.reconciled
    WHERE t.tenant_id = tenant AND t.id = ANY (tied)
      AND t.reconciled <> is_reconciled(t.tenant_id, t.id, t.type);
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER note_tied AFTER INSERT ON bank_transaction
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_tied();
CREATE OR REPLACE TRIGGER note_tied_again AFTER UPDATE ON bank_transaction
    REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION note_tied();
