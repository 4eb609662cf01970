-- Tenants whose index is behind their journal by so many entries or more: with entries, or with
-- items, for an older worker left items behind where it indexed all entries.
CREATE OR REPLACE FUNCTION journals_behind(entries bigint) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT h.tenant_id FROM tenant_head h
    LEFT JOIN journal_index i ON i.tenant_id = h.tenant_id
    WHERE h.last_number - coalesce(least(i.last_number, i.items_to), 0) >= entries
    ORDER BY h.last_number - coalesce(least(i.last_number, i.items_to), 0)
$$;
REVOKE ALL ON FUNCTION journals_behind(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION journals_behind(bigint) TO belegfluss_app;
