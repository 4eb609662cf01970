-- A code for the loss is used once; only its use changes.
CREATE OR REPLACE FUNCTION keep_recovery_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    IF NEW.code_hash <> OLD.code_hash OR NEW.factor_id <> OLD.factor_id
        OR OLD.used_at IS NOT NULL AND (NEW.used_at IS NULL
            OR NEW.last_use IS DISTINCT FROM OLD.last_use)
    THEN
        RAISE EXCEPTION 'a recovery code works once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER keep_recovery_code BEFORE UPDATE ON recovery_code
    FOR EACH ROW EXECUTE FUNCTION keep_recovery_code();
