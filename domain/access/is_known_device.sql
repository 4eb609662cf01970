-- Whether the person of a mail address logged in with this device before.
CREATE OR REPLACE FUNCTION is_known_device(account text, device text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM known_device d
        JOIN app_user u ON u.tenant_id = d.tenant_id AND u.id = d.user_id
        WHERE d.token_hash = device AND d.expires_at > now() AND u.email = lower(account)
          AND is_admitted(u.active, u.access_until))
$$;
REVOKE ALL ON FUNCTION is_known_device(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_known_device(text, text) TO belegfluss_app;
