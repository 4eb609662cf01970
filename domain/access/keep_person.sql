-- The application shuts people out and lets nobody in again, makes nobody with a password, and
-- leaves the instant at which somebody was shut out to the database: nobody becomes alone in secret.
CREATE OR REPLACE FUNCTION keep_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.password_hash IS NOT NULL OR NOT NEW.active THEN
            RAISE EXCEPTION 'a person begins with an invitation' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.active AND NOT OLD.active THEN
        RAISE EXCEPTION 'who was shut out stays out' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.active AND NOT NEW.active
        OR NEW.access_until < coalesce(OLD.access_until, 'infinity'::date)
    THEN
        NEW.shut_out_at := clock_timestamp();
    ELSE
        NEW.shut_out_at := OLD.shut_out_at;
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER keep_person BEFORE INSERT OR UPDATE ON app_user
    FOR EACH ROW EXECUTE FUNCTION keep_person();
