-- Stores works of several tenants in one transaction, so that concurrent calls of one process
-- share a round trip and a commit. Each work is stored as its own tenant, by post_intents, in the
-- order given (by tenant: whoever takes two heads takes them in this order); whatever is refused
-- undoes all of it, and the caller asks again, one by one.
--   BF008 a credential behind a call no longer holds
CREATE FUNCTION post_together(p_works jsonb) RETURNS SETOF jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    x record;
BEGIN
    FOR x IN
        SELECT w.tenant, w.credentials, w.work FROM jsonb_to_recordset(p_works)
            AS w (tenant uuid, credentials text[], work jsonb)
    LOOP
        PERFORM set_config('app.tenant_id', x.tenant::text, true);
        IF EXISTS (
            SELECT 1 FROM unnest(x.credentials) AS c (hash)
            WHERE NOT EXISTS (
                SELECT 1 FROM find_api_key(c.hash) k WHERE k.tenant_id = x.tenant)
            AND NOT EXISTS (
                SELECT 1 FROM find_session(c.hash) s WHERE s.tenant_id = x.tenant))
        THEN
            RAISE EXCEPTION 'a credential no longer holds' USING ERRCODE = 'BF008';
        END IF;
        RETURN NEXT coalesce(post_intents(x.tenant, x.work), 'null');
    END LOOP;
END;
$$;
