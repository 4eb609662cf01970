-- Transactions only grow, and each is stored under the lock of its posting: what is summed here is
-- never late and never waited for.
CREATE OR REPLACE FUNCTION total_transaction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO transaction_total AS c
    VALUES (NEW.tenant_id, NEW.booking_date, NEW.type, coalesce(NEW.category, ''),
            coalesce(NEW.bank_account_id, '00000000-0000-0000-0000-000000000000'),
            coalesce(NEW.to_bank_account_id, '00000000-0000-0000-0000-000000000000'),
            1, NEW.amount,
            CASE WHEN NEW.vat_deductible IS FALSE THEN 0 ELSE coalesce(NEW.vat_amount, 0) END)
    ON CONFLICT ON CONSTRAINT pk_transaction_total DO UPDATE SET
        count = c.count + 1, amount = c.amount + excluded.amount, vat = c.vat + excluded.vat;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER total_transaction AFTER INSERT ON transaction
    FOR EACH ROW EXECUTE FUNCTION total_transaction();
