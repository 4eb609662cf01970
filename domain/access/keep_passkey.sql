-- A passkey stays whose it is and what it is; its counter never goes back, and one that was removed
-- stays so.
CREATE OR REPLACE FUNCTION keep_passkey() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'belegfluss_app' THEN
        RETURN NEW;
    END IF;
    IF OLD.removed_at IS NOT NULL OR NEW.user_id <> OLD.user_id
        OR NEW.credential_id <> OLD.credential_id OR NEW.public_key <> OLD.public_key
        OR NEW.sign_count < OLD.sign_count
    THEN
        RAISE EXCEPTION 'a passkey stays what it is' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER keep_passkey BEFORE UPDATE ON passkey
    FOR EACH ROW EXECUTE FUNCTION keep_passkey();
