-- Whose passkey it is, before the tenant is known.
CREATE OR REPLACE FUNCTION find_passkey(credential bytea)
RETURNS TABLE (tenant_id uuid, user_id uuid, id uuid, email text, public_key bytea, sign_count bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.tenant_id, p.user_id, p.id, u.email, p.public_key, p.sign_count
    FROM passkey p
    JOIN app_user u ON u.tenant_id = p.tenant_id AND u.id = p.user_id
    WHERE p.credential_id = credential AND p.removed_at IS NULL
      AND is_admitted(u.active, u.access_until)
$$;
REVOKE ALL ON FUNCTION find_passkey(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_passkey(bytea) TO belegfluss_app;
