-- Invoices of which something may be owed: those with an open item that is left, and those that
-- settling their items would not pay. Of an invoice that is not among them nothing is owed.
CREATE FUNCTION invoices_maybe_open() RETURNS SETOF uuid
-- Planned anew: a plan made while the tables were small would read them whole ever after.
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    tenant CONSTANT uuid := current_tenant();
BEGIN
    RETURN QUERY
        SELECT i.id FROM invoice i
        WHERE i.tenant_id = tenant AND NOT i.covered AND i.intent_id IS NOT NULL
        UNION
        -- OFFSET 0: each is looked up, whatever the planner knows of tables that grew just now.
        SELECT i.id
        FROM items_maybe_open(NULL, NULL) AS maybe (open_item_id)
        CROSS JOIN LATERAL (
            SELECT o.intent_id FROM open_item o
            WHERE o.tenant_id = tenant AND o.open_item_id = maybe.open_item_id OFFSET 0) o
        CROSS JOIN LATERAL (
            SELECT i.id FROM invoice i
            WHERE i.tenant_id = tenant AND i.intent_id = o.intent_id OFFSET 0) i;
END;
$$;
