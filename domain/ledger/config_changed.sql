-- Gives the chart of the tenant a new version.
CREATE OR REPLACE FUNCTION config_changed() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    UPDATE tenant_head SET config_version = config_version + 1
    WHERE tenant_id = current_tenant();
END;
REVOKE ALL ON FUNCTION config_changed() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION config_changed() TO belegfluss_app;
