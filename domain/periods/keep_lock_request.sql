-- A lock request begins pending and is decided once; who approves is a second person (FOUR_EYES).
CREATE OR REPLACE FUNCTION keep_lock_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'pending' OR num_nonnulls(NEW.decided_by, NEW.decided_at) > 0 THEN
            RAISE EXCEPTION 'a lock request begins pending' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status <> 'pending' OR NEW.status = 'pending' THEN
        RAISE EXCEPTION 'a lock request is decided once' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status = 'approved' AND NOT is_second_person(NEW.requested_by, NEW.decided_by) THEN
        RAISE EXCEPTION 'a second person approves' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER keep_lock_request BEFORE INSERT OR UPDATE ON lock_request
    FOR EACH ROW EXECUTE FUNCTION keep_lock_request();
