-- Tenants of which so many changes of lists or more are not added up.
CREATE OR REPLACE FUNCTION lists_behind(changes bigint) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.tenant_id FROM list_change c GROUP BY c.tenant_id HAVING count(*) >= changes
$$;
REVOKE ALL ON FUNCTION lists_behind(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lists_behind(bigint) TO belegfluss_app;
