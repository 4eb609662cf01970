-- Whether a person may come in: not shut out, and not after their last day where the tenants are
-- (Vienna and Berlin share a clock).
CREATE OR REPLACE FUNCTION is_admitted(active boolean, access_until date) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT active
        AND (access_until IS NULL OR access_until >= (now() AT TIME ZONE 'Europe/Vienna')::date)
$$;
REVOKE ALL ON FUNCTION is_admitted(boolean, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_admitted(boolean, date) TO belegfluss_app;
