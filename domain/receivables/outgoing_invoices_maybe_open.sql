-- Outgoing invoices of which something may be owed: those with an open item of which something may
-- be left. Of an invoice that is not among them nothing is owed.
CREATE OR REPLACE FUNCTION outgoing_invoices_maybe_open() RETURNS SETOF uuid
-- Planned anew: a plan made while the tables were small would read them whole ever after.
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    tenant CONSTANT uuid := current_tenant();
BEGIN
    RETURN QUERY
        SELECT i.id
        FROM items_maybe_open(NULL, NULL) AS maybe (open_item_id)
        -- OFFSET 0: each is looked up, whatever the planner knows of tables that grew just now.
        CROSS JOIN LATERAL (
            SELECT i.id FROM outgoing_invoice i
            WHERE i.tenant_id = tenant AND i.open_item_id = maybe.open_item_id OFFSET 0) i;
END;
$$;
REVOKE ALL ON FUNCTION outgoing_invoices_maybe_open() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outgoing_invoices_maybe_open() TO belegfluss_app;
