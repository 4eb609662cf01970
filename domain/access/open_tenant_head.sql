-- The counters of a new tenant.
CREATE OR REPLACE FUNCTION open_tenant_head() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO tenant_head (tenant_id) VALUES (NEW.id);
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER open_tenant_head AFTER INSERT ON tenant
    FOR EACH ROW EXECUTE FUNCTION open_tenant_head();
