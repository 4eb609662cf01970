-- Transactions only grow. What the ledger says of them is kept beside each, in the transaction that
-- changed it, so that a list can be filtered by it; nothing else of a row ever changes. What the
-- database computes of a row is no change of it.
CREATE OR REPLACE FUNCTION keep_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - 'reconciled' - 'cents' = to_jsonb(OLD) - 'reconciled' - 'cents' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE OR REPLACE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON transaction
    FOR EACH ROW EXECUTE FUNCTION keep_transaction();
CREATE OR REPLACE TRIGGER append_only_table BEFORE TRUNCATE ON transaction
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
