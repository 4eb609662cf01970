-- The open item that an invoice is tied to: the only one that its intent opened for this vendor
-- over the total of the document in its currency, rounded as it is to be paid (BT-114); of a credit
-- note on the other side. A payable
-- that was booked without a partner is taken by the vendor whose invoice it is. NULL where the
-- intent owes something else, nothing, the same twice, or was reversed.
CREATE OR REPLACE FUNCTION payable_of(
    p_tenant uuid, p_intent uuid, p_vendor uuid, p_gross numeric, p_currency text
) RETURNS uuid
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT (array_agg(o.open_item_id))[1]
    FROM open_item o
    JOIN account a ON a.tenant_id = p_tenant AND a.number = o.account AND a.type = 'liability'
    WHERE o.tenant_id = p_tenant AND o.intent_id = p_intent
      AND o.side = CASE WHEN p_gross < 0 THEN 'D' ELSE 'C' END
      AND o.document_amount = abs(p_gross) AND o.currency = p_currency
      AND coalesce(o.partner_id, p_vendor) = p_vendor
      AND NOT is_cancelled(p_tenant, p_intent)
    HAVING count(*) = 1;
END;
REVOKE ALL ON FUNCTION payable_of(uuid, uuid, uuid, numeric, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION payable_of(uuid, uuid, uuid, numeric, text) TO belegfluss_app;
