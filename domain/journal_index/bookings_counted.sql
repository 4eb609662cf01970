-- Intents of each period: what the index of the journal covers is counted (period_count), what
-- came later is walked. An intent counts where its last entry is.
CREATE OR REPLACE FUNCTION bookings_counted() RETURNS TABLE (period text, bookings bigint)
-- Planned anew: a plan made while the tables were small would read them whole ever after.
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    tenant CONSTANT uuid := current_tenant();
    indexed bigint;
BEGIN
    SELECT coalesce(max(i.items_to), 0) INTO indexed FROM journal_index i WHERE i.tenant_id = tenant;

    RETURN QUERY
        SELECT x.period::text, sum(x.bookings)::bigint
        FROM (
            SELECT c.period, c.bookings FROM period_count c WHERE c.tenant_id = tenant
            UNION ALL
            SELECT e.period, count(*)
            FROM (SELECT j.period, j.intent_id,
                      lead(j.intent_id) OVER (ORDER BY j.journal_number) AS behind
                  FROM journal_entry j
                  WHERE j.tenant_id = tenant AND j.journal_number > indexed) e
            WHERE e.behind IS DISTINCT FROM e.intent_id
            GROUP BY e.period
        ) x
        GROUP BY x.period;
END;
$$;
REVOKE ALL ON FUNCTION bookings_counted() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bookings_counted() TO belegfluss_app;
