-- An invoice that is linked is tied to the item that its intent opened, or is not stored. The
-- database finds the item itself: whoever writes cannot tie it to another one. Of an invoice that asks
-- for nothing, such as a final invoice that was prepaid in full, the intent opens no item.
CREATE OR REPLACE FUNCTION tie_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.open_item_id := payable_of(
        NEW.tenant_id, NEW.intent_id, NEW.vendor_id,
        NEW.total_gross + coalesce(NEW.rounding_amount, 0), NEW.currency);
    IF NEW.intent_id IS NOT NULL AND NEW.open_item_id IS NULL AND (
        NEW.total_gross + coalesce(NEW.rounding_amount, 0) <> 0
        OR is_cancelled(NEW.tenant_id, NEW.intent_id)
        OR EXISTS (
            SELECT 1 FROM open_item o
            JOIN account a ON a.tenant_id = o.tenant_id AND a.number = o.account
            WHERE o.tenant_id = NEW.tenant_id AND o.intent_id = NEW.intent_id
              AND a.type = 'liability')
    ) THEN
        RAISE EXCEPTION 'the intent does not owe what the invoice says'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_invoice_tied';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER tie_invoice
    BEFORE INSERT OR UPDATE OF vendor_id, total_gross, currency, intent_id, open_item_id
    ON invoice FOR EACH ROW EXECUTE FUNCTION tie_invoice();
