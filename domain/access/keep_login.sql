-- A login lasts twelve hours at most, and one that has ended stays so.
CREATE OR REPLACE FUNCTION keep_login() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    -- Clocks of the application and of the database differ by less than five minutes.
    IF NEW.expires_at > NEW.created_at + interval '12 hours'
        OR NEW.expires_at > clock_timestamp() + interval '12 hours 5 minutes'
    THEN
        RAISE EXCEPTION 'a login lasts twelve hours' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'a login that ended stays ended' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER keep_login BEFORE INSERT OR UPDATE ON session_token
    FOR EACH ROW EXECUTE FUNCTION keep_login();
