-- What every table gets. These procedures live as long as the session that migrates.

-- Rows of the transaction's tenant only are seen and taken, by everyone but a superuser and the role
-- of backups, which reads all. A transaction without `app.tenant_id` sees and stores nothing.
CREATE OR REPLACE PROCEDURE pg_temp.isolate(
    name text, granted text, tenant_column text DEFAULT 'tenant_id'
) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
        'CREATE POLICY isolated ON %I USING (%I = current_tenant()) WITH CHECK (%I = current_tenant())',
        name, tenant_column, tenant_column);
    EXECUTE format(
        'CREATE POLICY backed_up ON %I FOR SELECT TO belegfluss_backup USING (true)', name);
    EXECUTE format('GRANT %s ON %I TO belegfluss_app', granted, name);
END
$$;

-- Rows are never changed or removed, whoever asks.
CREATE OR REPLACE PROCEDURE pg_temp.append_only(name text, granted text)
LANGUAGE plpgsql AS $$
BEGIN
    CALL pg_temp.isolate(name, granted);
    EXECUTE format(
        'CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON %I'
        ' FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format(
        'CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %I'
        ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
END
$$;

-- Rows may be changed and are never removed.
CREATE OR REPLACE PROCEDURE pg_temp.never_removed(name text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER never_removed BEFORE DELETE ON %I'
        ' FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format(
        'CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I'
        ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
END
$$;

-- SECURITY DEFINER functions find rows before the tenant is known.
CREATE OR REPLACE PROCEDURE pg_temp.visible_to_owner(name text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE POLICY lookup_select ON %I FOR SELECT TO CURRENT_USER USING (true)', name);
END
$$;
