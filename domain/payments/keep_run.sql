-- A payment run begins as a draft, goes forward only, and is approved by a second person (FOUR_EYES).
CREATE OR REPLACE FUNCTION keep_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' THEN
            RAISE EXCEPTION 'a run begins as a draft' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('draft', 'approved'), ('draft', 'cancelled'), ('approved', 'exported'),
        ('approved', 'cancelled'), ('exported', 'completed'), ('exported', 'cancelled'))
    THEN
        RAISE EXCEPTION 'a run goes forward' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.approved_by IS DISTINCT FROM OLD.approved_by
        AND (OLD.approved_by IS NOT NULL OR NOT is_second_person(OLD.created_by, NEW.approved_by))
    THEN
        RAISE EXCEPTION 'a second person approves' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER keep_run BEFORE INSERT OR UPDATE ON payment_run
    FOR EACH ROW EXECUTE FUNCTION keep_run();
