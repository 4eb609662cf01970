-- Keeps the hash of a question that an authenticator shall answer, for five minutes; what nobody
-- answered goes. `asked_of` says whom it was put to: a login, or the gate.
CREATE OR REPLACE FUNCTION begin_challenge(hash text, asked_of text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM passkey_challenge WHERE expires_at < clock_timestamp();
    INSERT INTO passkey_challenge (challenge_hash, asked_of, expires_at)
    VALUES (hash, asked_of, clock_timestamp() + interval '5 minutes')
$$;
REVOKE ALL ON FUNCTION begin_challenge(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION begin_challenge(text, text) TO belegfluss_app;
