-- Open items of which something may be left: at the end of p_day, or on any day when it is NULL,
-- by the entries up to p_cut, or by all when it is NULL. Of an item that is not among them nothing
-- is left; of those that are, the caller sums up. What the index of the journal covers is found by
-- the days and numbers between which an item was open (item_span), what came later by its entries.
-- Rows that are not the tenant's are not seen: row security applies as to any other query.
CREATE OR REPLACE FUNCTION items_maybe_open(p_day date, p_cut bigint) RETURNS SETOF uuid
-- Planned anew: a plan made while the tables were small would read them whole ever after.
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    tenant CONSTANT uuid := current_tenant();
    ever CONSTANT date := coalesce(p_day, '9999-12-31');
    indexed bigint;
BEGIN
    SELECT coalesce(max(i.items_to), 0) INTO indexed FROM journal_index i WHERE i.tenant_id = tenant;

    RETURN QUERY
        SELECT s.open_item_id FROM item_span s
        WHERE s.tenant_id = tenant AND s.last_day > ever AND s.first_day <= ever
        UNION
        SELECT s.open_item_id FROM item_span s
        WHERE s.tenant_id = tenant AND s.last_number > p_cut AND s.first_number <= p_cut
        UNION
        -- OFFSET 0: each is looked up, whatever the planner knows of tables that grew just now.
        SELECT moved.open_item_id FROM journal_entry e
        CROSS JOIN LATERAL (
            (SELECT o.open_item_id FROM open_item o
             WHERE o.tenant_id = tenant AND o.intent_id = e.intent_id OFFSET 0)
            UNION ALL
            (SELECT s.open_item_id FROM settlement s
             WHERE s.tenant_id = tenant AND s.intent_id = e.intent_id OFFSET 0)) moved
        WHERE e.tenant_id = tenant AND e.journal_number > indexed;
END;
$$;
REVOKE ALL ON FUNCTION items_maybe_open(date, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION items_maybe_open(date, bigint) TO belegfluss_app;
