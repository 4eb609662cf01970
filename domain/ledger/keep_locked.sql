-- A hard lock is for ever, whoever asks, and the application sets it only for whoever approved the
-- request for it; a period is never removed.
CREATE OR REPLACE FUNCTION keep_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.status = 'locked' THEN
        RAISE EXCEPTION 'period % is kept as it is', OLD.name
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status = 'locked' AND current_user = 'belegfluss_app' AND NOT EXISTS (
        SELECT 1 FROM lock_request r
        WHERE r.tenant_id = NEW.tenant_id AND r.period = NEW.name AND r.status = 'approved'
          AND r.decided_by = NEW.locked_by)
    THEN
        RAISE EXCEPTION 'nobody approved the lock of %', NEW.name
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER keep_locked BEFORE INSERT OR UPDATE OR DELETE ON period
    FOR EACH ROW EXECUTE FUNCTION keep_locked();
