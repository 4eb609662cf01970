-- Whether somebody of the transaction's tenant may approve what somebody asked for (FOUR_EYES): they
-- are in, do more than read, and are another person or the only one. Nobody is the only one who was
-- not for a week: ALONE_AFTER in domain/access/views.py, and a test holds one to the other.
CREATE OR REPLACE FUNCTION is_second_person(asked_by uuid, approver uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH people AS (
        SELECT u.id, is_admitted(u.active, u.access_until) AS is_in,
            u.shut_out_at > now() - interval '7 days'
                OR u.access_until BETWEEN current_date - 7 AND current_date AS left_lately
        FROM app_user u
        WHERE u.tenant_id = current_tenant() AND u.role <> 'auditor')
    SELECT coalesce(approver IN (SELECT id FROM people WHERE is_in), false)
        AND (approver IS DISTINCT FROM asked_by
            OR (SELECT count(*) = 1 FROM people WHERE is_in OR left_lately))
$$;
REVOKE ALL ON FUNCTION is_second_person(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_second_person(uuid, uuid) TO belegfluss_app;
