-- Every tenant, the oldest first: for housekeeping, never for a caller.
CREATE OR REPLACE FUNCTION tenant_ids() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.id FROM tenant t ORDER BY t.created_at, t.id
$$;
REVOKE ALL ON FUNCTION tenant_ids() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_ids() TO belegfluss_app;
