-- What the ledger says of transactions when an item is settled that they settled or opened.
CREATE OR REPLACE FUNCTION note_settled() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- As an array, so that nothing but these rows is ever looked at. OFFSET 0: each item is looked
    -- up, whatever the planner knows of tables that grew just now.
    UPDATE transaction t SET reconciled = NOT t.reconciled
    WHERE t.tenant_id = current_tenant()
      AND t.id = ANY (ARRAY(
          SELECT DISTINCT touched.intent_id
          FROM (SELECT DISTINCT open_item_id FROM added) a
          CROSS JOIN LATERAL (
              (SELECT s.intent_id FROM settlement s
               WHERE s.tenant_id = current_tenant() AND s.open_item_id = a.open_item_id OFFSET 0)
              UNION ALL
              (SELECT o.intent_id FROM open_item o
               WHERE o.tenant_id = current_tenant() AND o.open_item_id = a.open_item_id OFFSET 0)
          ) touched))
      AND t.reconciled <> is_reconciled(t.tenant_id, t.id, t.type);
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER note_settled AFTER INSERT ON settlement REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION note_settled();
