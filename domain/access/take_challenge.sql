-- Uses a question up, for the first time or again by the same form sent twice; null where it was not
-- put to whom answers, is too old, or was used by another form.
CREATE OR REPLACE FUNCTION take_challenge(hash text, answered_by text, form text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    used text;
BEGIN
    SELECT coalesce(c.used_by, '') INTO used FROM passkey_challenge c
    WHERE c.challenge_hash = hash AND c.asked_of = answered_by AND c.expires_at > clock_timestamp()
    FOR UPDATE;
    IF used = '' THEN
        UPDATE passkey_challenge c SET used_by = form WHERE c.challenge_hash = hash;
        RETURN 'first';
    END IF;
    RETURN CASE WHEN used = form THEN 'again' END;
END
$$;
REVOKE ALL ON FUNCTION take_challenge(text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_challenge(text, text, text) TO belegfluss_app;
