-- Counts an attempt to log in, or says how long to wait. Attempts are counted by where they come
-- from: for each account and for all of them together, so that nobody can close the door of
-- somebody elsewhere. A device on which the person of the account logged in before is a place of
-- its own. A failed attempt counts from its beginning, so that many at once cannot slip through.
CREATE OR REPLACE FUNCTION begin_login(
    account text, network text, device text, free_of_account integer, free_of_place integer,
    longest integer
) RETURNS TABLE (attempt bigint, retry_after integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    account_hash text := encode(sha256(convert_to(lower(account), 'UTF8')), 'hex');
    found_place text := CASE
        WHEN is_known_device(account, device) THEN 'device ' || device
        ELSE 'network ' || encode(sha256(convert_to(network, 'UTF8')), 'hex')
    END;
    of_account bigint;
    of_place bigint;
    last_of_account timestamptz;
    last_of_place timestamptz;
    allowed_at timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('login ' || found_place, 0));
    DELETE FROM login_attempt
        WHERE place = found_place AND attempted_at < clock_timestamp() - interval '1 day';
    SELECT count(*), max(attempted_at),
        count(*) FILTER (WHERE address_hash = account_hash),
        max(attempted_at) FILTER (WHERE address_hash = account_hash)
    INTO of_place, last_of_place, of_account, last_of_account FROM login_attempt
    WHERE place = found_place AND failed AND attempted_at > clock_timestamp() - interval '1 hour';

    allowed_at := greatest(
        last_of_account + login_delay(of_account, free_of_account, longest),
        last_of_place + login_delay(of_place, free_of_place, longest));
    IF allowed_at > clock_timestamp() THEN
        retry_after := greatest(1, ceil(extract(epoch FROM allowed_at - clock_timestamp())));
    ELSE
        INSERT INTO login_attempt (address_hash, place) VALUES (account_hash, found_place)
        RETURNING id INTO attempt;
        retry_after := 0;
    END IF;
    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION begin_login(text, text, text, integer, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION begin_login(text, text, text, integer, integer, integer)
    TO belegfluss_app;
