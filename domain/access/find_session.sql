-- Whose login it is, before the tenant is known.
CREATE OR REPLACE FUNCTION find_session(hash text)
RETURNS TABLE (tenant_id uuid, country text, user_id uuid, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.tenant_id, t.country, s.user_id, u.role
    FROM session_token s
    JOIN app_user u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
    JOIN tenant t ON t.id = s.tenant_id
    WHERE s.token_hash = hash AND s.ended_at IS NULL AND s.expires_at > now() AND is_admitted(u.active, u.access_until)
$$;
REVOKE ALL ON FUNCTION find_session(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_session(text) TO belegfluss_app;
