-- Invoices of which something may be owed: those with an open item that is left, and those that
-- settling their items would not pay. Of an invoice that is not among them nothing is owed.
CREATE FUNCTION invoices_maybe_open() RETURNS SETOF uuid
-- A plan made while the tables were small would read them whole for the rest of the session.
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    tenant CONSTANT uuid := current_tenant();
BEGIN
    RETURN QUERY
        SELECT i.id FROM invoice i
        WHERE i.tenant_id = tenant AND NOT i.covered AND i.intent_id IS NOT NULL
        UNION
        SELECT i.id
        FROM items_maybe_open(NULL, NULL) AS maybe (open_item_id)
        JOIN open_item o ON o.tenant_id = tenant AND o.open_item_id = maybe.open_item_id
        JOIN invoice i ON i.tenant_id = tenant AND i.intent_id = o.intent_id;
END;
$$;
