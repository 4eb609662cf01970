-- Whose inbound mail address it is, before the tenant is known.
CREATE OR REPLACE FUNCTION find_inbox(local_part text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.id FROM tenant t WHERE t.inbox_address = lower(local_part)
$$;
REVOKE ALL ON FUNCTION find_inbox(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_inbox(text) TO belegfluss_app;
