-- The open item that an outgoing invoice is tied to: the only one that its intent opened for this
-- customer over the total of the document in its currency; of a credit note on the other side. A
-- receivable that was booked without a partner is taken by the customer whose invoice it is. NULL
-- where the intent opened something else, nothing, the same twice, or was reversed.
CREATE OR REPLACE FUNCTION receivable_of(
    p_tenant uuid, p_intent uuid, p_customer uuid, p_type text, p_gross numeric, p_currency text
) RETURNS uuid
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT (array_agg(o.open_item_id))[1]
    FROM open_item o
    JOIN account a ON a.tenant_id = p_tenant AND a.number = o.account AND a.type = 'asset'
    WHERE o.tenant_id = p_tenant AND o.intent_id = p_intent
      AND o.side = CASE p_type WHEN 'credit_note' THEN 'C' ELSE 'D' END
      AND o.document_amount = p_gross AND o.currency = p_currency
      AND coalesce(o.partner_id, p_customer) = p_customer
      AND NOT is_cancelled(p_tenant, p_intent)
    HAVING count(*) = 1;
END;
REVOKE ALL ON FUNCTION receivable_of(uuid, uuid, uuid, text, numeric, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION receivable_of(uuid, uuid, uuid, text, numeric, text) TO belegfluss_app;
