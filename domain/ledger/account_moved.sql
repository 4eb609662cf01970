-- Debit minus credit of an account from p_first to p_last, by day: what the index of the journal
-- covers from its roll-ups, what came later from the rows.
CREATE OR REPLACE FUNCTION account_moved(p_account text, p_first date, p_last date) RETURNS numeric
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    short CONSTANT bigint := 16384;
    tenant CONSTANT uuid := current_tenant();
    indexed bigint;
    late bigint;
    moved numeric;
BEGIN
    SELECT i.last_number INTO indexed FROM journal_index i WHERE i.tenant_id = tenant;
    indexed := coalesce(indexed, 0);
    SELECT h.last_number - indexed INTO late FROM tenant_head h WHERE h.tenant_id = tenant;

    SELECT coalesce(sum(d.debit - d.credit), 0) INTO moved
    FROM account_day d
    WHERE d.tenant_id = tenant AND d.account = p_account AND d.day BETWEEN p_first AND p_last;

    IF late <= short THEN
        RETURN moved + (
            SELECT coalesce(sum(CASE WHEN e.debit_account = e.credit_account THEN 0
                WHEN e.debit_account = p_account THEN e.amount ELSE -e.amount END), 0)
            FROM journal_entry e
            WHERE e.tenant_id = tenant AND e.journal_number > indexed
              AND e.booking_date BETWEEN p_first AND p_last
              AND (e.debit_account = p_account OR e.credit_account = p_account));
    END IF;
    RETURN moved + (
        SELECT coalesce(sum(x.amount), 0)
        FROM (
            SELECT e.amount FROM journal_entry e
            WHERE e.tenant_id = tenant AND e.debit_account = p_account
              AND e.booking_date BETWEEN p_first AND p_last AND e.journal_number > indexed
            UNION ALL
            SELECT -e.amount FROM journal_entry e
            WHERE e.tenant_id = tenant AND e.credit_account = p_account
              AND e.booking_date BETWEEN p_first AND p_last AND e.journal_number > indexed
        ) x);
END;
$$;
REVOKE ALL ON FUNCTION account_moved(text, date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_moved(text, date, date) TO belegfluss_app;
