-- Where movements come from: their account and their import are there, and stay what they are. Asked
-- once for all rows of a statement, where foreign keys would ask twice for each of thousands that an
-- import brings. That suffices, for accounts and imports are never removed or renamed.
CREATE OR REPLACE FUNCTION movement_origin() RETURNS trigger
-- A plan made while the tables were small would read them whole for the rest of the session.
LANGUAGE plpgsql SET enable_seqscan = off
AS $$
DECLARE
    lost text;
BEGIN
    -- Subqueries instead of joins: each is looked up, whatever the planner knows of the tables.
    SELECT 'bank_account ' || a.bank_account_id INTO lost
    FROM (SELECT DISTINCT n.tenant_id, n.bank_account_id FROM added n) a
    WHERE (SELECT b.id FROM bank_account b
           WHERE b.tenant_id = a.tenant_id AND b.id = a.bank_account_id) IS NULL
    LIMIT 1;
    IF lost IS NULL THEN
        SELECT 'bank_import ' || a.batch_id INTO lost
        FROM (SELECT DISTINCT n.tenant_id, n.batch_id FROM added n WHERE n.batch_id IS NOT NULL) a
        WHERE (SELECT i.id FROM bank_import i
               WHERE i.tenant_id = a.tenant_id AND i.id = a.batch_id) IS NULL
        LIMIT 1;
    END IF;
    IF lost IS NOT NULL THEN
        RAISE EXCEPTION 'a movement comes from what is not there: %', lost
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER movement_origin AFTER INSERT ON bank_transaction
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION movement_origin();
CREATE OR REPLACE TRIGGER origin_kept
    BEFORE UPDATE OF tenant_id, bank_account_id, batch_id ON bank_transaction
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER name_kept BEFORE UPDATE OF tenant_id, id ON bank_account
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER name_kept BEFORE UPDATE OF tenant_id, id ON bank_import
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
