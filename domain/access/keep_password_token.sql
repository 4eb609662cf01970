-- A token for a password lasts seven days at most, and one that was used stays so.
CREATE OR REPLACE FUNCTION keep_password_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    IF NEW.expires_at > clock_timestamp() + interval '7 days 5 minutes' THEN
        RAISE EXCEPTION 'a token lasts seven days' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'a token works once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER keep_password_token BEFORE INSERT OR UPDATE ON password_token
    FOR EACH ROW EXECUTE FUNCTION keep_password_token();
