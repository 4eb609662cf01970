-- Whose mail address it is, before the tenant is known.
CREATE OR REPLACE FUNCTION find_login(address text)
RETURNS TABLE (tenant_id uuid, user_id uuid, password_hash text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.tenant_id, u.id, u.password_hash FROM app_user u
    WHERE u.email = lower(address) AND is_admitted(u.active, u.access_until)
$$;
REVOKE ALL ON FUNCTION find_login(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_login(text) TO belegfluss_app;
