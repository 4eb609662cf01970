-- A key holds no more than its owner's role, and one that was revoked stays so.
CREATE OR REPLACE FUNCTION keep_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
            RAISE EXCEPTION 'a revoked key stays revoked' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF EXISTS (
        SELECT 1 FROM app_user u, unnest(NEW.scopes) AS s (scope)
        WHERE u.tenant_id = NEW.tenant_id AND u.id = NEW.user_id
          AND NOT role_holds(u.role, s.scope))
    THEN
        RAISE EXCEPTION 'a key holds no more than its owner' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER keep_key BEFORE INSERT OR UPDATE ON api_key
    FOR EACH ROW EXECUTE FUNCTION keep_key();
