-- An outgoing invoice that is linked is tied to the item that its intent opened, or is not stored.
-- The database finds the item itself: whoever writes cannot tie it to another one.
CREATE OR REPLACE FUNCTION tie_outgoing_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.open_item_id := receivable_of(
        NEW.tenant_id, NEW.intent_id, NEW.customer_id, NEW.type, NEW.total_gross, NEW.currency);
    IF NEW.intent_id IS NOT NULL AND NEW.open_item_id IS NULL THEN
        RAISE EXCEPTION 'the intent does not owe what the invoice says'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_outgoing_invoice_tied';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER tie_outgoing_invoice
    BEFORE INSERT OR UPDATE OF customer_id, type, total_gross, currency, intent_id, open_item_id
    ON outgoing_invoice FOR EACH ROW EXECUTE FUNCTION tie_outgoing_invoice();
