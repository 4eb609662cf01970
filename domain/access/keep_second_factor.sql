-- A code is used once: the half minute that was used last never goes back, and what has ended, and
-- what was confirmed, stays so.
CREATE OR REPLACE FUNCTION keep_second_factor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    IF OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'a second factor that ended stays ended' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.last_step < OLD.last_step OR NEW.user_id <> OLD.user_id
        OR OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at
            OR NEW.ended_at IS NULL AND NEW.sealed IS DISTINCT FROM OLD.sealed)
    THEN
        RAISE EXCEPTION 'a code works once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER keep_second_factor BEFORE UPDATE ON second_factor
    FOR EACH ROW EXECUTE FUNCTION keep_second_factor();
