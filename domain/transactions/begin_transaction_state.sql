-- What the ledger says of a transaction when it is stored.
CREATE OR REPLACE FUNCTION begin_transaction_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    NEW.reconciled := is_reconciled(NEW.tenant_id, NEW.id, NEW.type);
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER begin_transaction_state BEFORE INSERT ON transaction
    FOR EACH ROW EXECUTE FUNCTION begin_transaction_state();
