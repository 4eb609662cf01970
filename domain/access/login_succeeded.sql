-- Takes an attempt back that was none.
CREATE OR REPLACE FUNCTION login_succeeded(attempt bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE login_attempt SET failed = false WHERE id = attempt
$$;
REVOKE ALL ON FUNCTION login_succeeded(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION login_succeeded(bigint) TO belegfluss_app;
