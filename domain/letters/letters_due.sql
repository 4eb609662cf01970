-- Letters of all tenants that are to be sent now, the oldest first: for the worker alone.
CREATE OR REPLACE FUNCTION letters_due(most integer)
RETURNS TABLE (tenant_id uuid, id uuid, kind text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.tenant_id, l.id, l.kind FROM letter l
    WHERE l.state = 'pending' AND l.due_at <= clock_timestamp()
    ORDER BY l.due_at LIMIT most
$$;
REVOKE ALL ON FUNCTION letters_due(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION letters_due(integer) TO belegfluss_app;
