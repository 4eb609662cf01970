-- Locks the tenant's head, numbers the events, completes the canonical text of each with its
-- number, chains the hashes and stores all in one statement. Knows no rule.
CREATE OR REPLACE FUNCTION record_audit(events jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tenant uuid := current_tenant();
    event jsonb;
    next_number bigint;
    prev text;
    numbers bigint[];
    hashes text[];
    prevs text[];
BEGIN
    SELECT audit_number, audit_hash INTO STRICT next_number, prev
        FROM tenant_head WHERE tenant_id = tenant FOR UPDATE;
    FOR at IN 1 .. jsonb_array_length(events) LOOP
        event := events -> (at - 1);
        IF (event->>'tenant')::uuid IS DISTINCT FROM tenant THEN
            RAISE EXCEPTION 'an audit event belongs to the tenant of its transaction';
        END IF;
        next_number := next_number + 1;
        numbers[at] := next_number;
        prevs[at] := prev;
        prev := encode(sha256(convert_to(
            (event->>'head') || next_number || (event->>'tail') || prev, 'UTF8')), 'hex');
        hashes[at] := prev;
    END LOOP;
    INSERT INTO audit_event (
        tenant_id, number, occurred_at, user_id, kind, surface, key_prefix, request_id,
        action, subject, subject_id, before, after, reason, prev_hash, audit_hash)
    SELECT tenant, e.number, e.occurred_at, e.user_id, e.kind, e.surface, e.key_prefix,
        e.request_id, e.action, e.subject, e.subject_id, nullif(e.before, 'null'),
        nullif(e.after, 'null'), e.reason, e.prev, e.hash
    FROM ROWS FROM (
        jsonb_to_recordset(events) AS (
            occurred_at timestamptz, user_id uuid, kind text, surface text, key_prefix text,
            request_id text, action text, subject text, subject_id text, before jsonb,
            after jsonb, reason text),
        unnest(numbers), unnest(hashes), unnest(prevs)
    ) AS e (
        occurred_at, user_id, kind, surface, key_prefix, request_id, action, subject, subject_id,
        before, after, reason, number, hash, prev);
    UPDATE tenant_head SET audit_number = next_number, audit_hash = prev
        WHERE tenant_id = tenant;
    RETURN next_number;
END
$$;
REVOKE ALL ON FUNCTION record_audit(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_audit(jsonb) TO belegfluss_app;
