-- Stores works of several tenants in one transaction, so that concurrent calls of one process
-- share a round trip and a commit. Each work is stored as its own tenant, by post_intents, in the
-- order given (by tenant: whoever takes two heads takes them in this order); whatever is refused
-- undoes all of it, and the caller asks again, one by one.
--   BF008 a credential behind a call no longer holds
CREATE FUNCTION post_together(p_works jsonb) RETURNS SETOF jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    work jsonb;
    tenant uuid;
BEGIN
    -- Connections wait shortly, so that one tenant does not hold up the others of its group.
    IF NOT p_works -> 0 ? 'impatient' THEN
        PERFORM set_config('lock_timeout', '10s', true);
    END IF;
    FOR work IN SELECT value FROM jsonb_array_elements(p_works) LOOP
        tenant := work ->> 'tenant';
        PERFORM set_config('app.tenant_id', tenant::text, true);
        IF work ? 'credentials' AND EXISTS (
            SELECT 1 FROM jsonb_array_elements_text(work -> 'credentials') AS c (hash)
            WHERE NOT EXISTS (SELECT 1 FROM find_api_key(c.hash) k WHERE k.tenant_id = tenant)
              AND NOT EXISTS (SELECT 1 FROM find_session(c.hash) s WHERE s.tenant_id = tenant))
        THEN
            RAISE EXCEPTION 'a credential no longer holds' USING ERRCODE = 'BF008';
        END IF;
        RETURN NEXT coalesce(post_intents(tenant, work), 'null');
    END LOOP;
END;
$$;
