-- Whose API key it is, before the tenant is known.
CREATE OR REPLACE FUNCTION find_api_key(hash text)
RETURNS TABLE (
    tenant_id uuid, country text, user_id uuid, role text, scopes text[], display_prefix text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT k.tenant_id, t.country, k.user_id, u.role, k.scopes, k.display_prefix
    FROM api_key k
    JOIN app_user u ON u.tenant_id = k.tenant_id AND u.id = k.user_id
    JOIN tenant t ON t.id = k.tenant_id
    WHERE k.key_hash = hash AND k.revoked_at IS NULL AND is_admitted(u.active, u.access_until)
$$;
REVOKE ALL ON FUNCTION find_api_key(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_api_key(text) TO belegfluss_app;
