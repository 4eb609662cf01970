-- Whose invitation or reset it is, before the tenant is known.
CREATE OR REPLACE FUNCTION find_password_token(hash text)
RETURNS TABLE (tenant_id uuid, user_id uuid, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.tenant_id, p.user_id, p.expires_at
    FROM password_token p
    JOIN app_user u ON u.tenant_id = p.tenant_id AND u.id = p.user_id
    WHERE p.token_hash = hash AND p.ended_at IS NULL AND is_admitted(u.active, u.access_until)
$$;
REVOKE ALL ON FUNCTION find_password_token(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_password_token(text) TO belegfluss_app;
