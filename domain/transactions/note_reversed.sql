-- What the ledger says of transactions when one of them is reversed, or a reversal of one.
CREATE OR REPLACE FUNCTION note_reversed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    WITH RECURSIVE behind AS (
        SELECT NEW.reverses_intent_id AS intent_id
        UNION ALL
        SELECT i.reverses_intent_id FROM intent i
        JOIN behind b ON i.tenant_id = NEW.tenant_id AND i.intent_id = b.intent_id
        WHERE i.reverses_intent_id IS NOT NULL)
    UPDATE transaction t SET reconciled = NOT t.reconciled
    WHERE t.tenant_id = NEW.tenant_id AND t.id = ANY (ARRAY(SELECT intent_id FROM behind))
      AND t.reconciled <> is_reconciled(t.tenant_id, t.id, t.type);
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER note_reversed AFTER INSERT ON intent
    FOR EACH ROW WHEN (NEW.reverses_intent_id IS NOT NULL) EXECUTE FUNCTION note_reversed();
