-- What is owed of an invoice is what is left of the open item that it is tied to; of a draft its
-- total, rounded as it is to be paid (BT-114). An invoice whose
-- intent was reversed is a draft again. What is settled counts in the document's currency: of a
-- foreign invoice what was said, else the same share, whatever it was booked at. What is left of a
-- credit note stands below zero: it takes that from what its vendor is owed. An invoice
-- that asks for nothing has its intent, and no item.
CREATE OR REPLACE VIEW invoice_state WITH (security_invoker = true) AS
SELECT i.tenant_id, i.id,
    owed.intent_id,
    CASE
        WHEN owed.intent_id IS NULL THEN i.total_gross + coalesce(i.rounding_amount, 0)
        WHEN i.currency = 'EUR' THEN sign(i.total_gross) * (owed.booked - owed.settled)
        WHEN owed.settled = owed.booked THEN 0
        ELSE i.total_gross + coalesce(i.rounding_amount, 0)
            - sign(i.total_gross) * owed.said - round(
            (i.total_gross + coalesce(i.rounding_amount, 0)) * owed.shared / owed.booked, 2)
    END AS remaining_amount,
    CASE
        WHEN owed.intent_id IS NULL THEN 0
        ELSE sign(i.total_gross) * (owed.booked - owed.settled)
    END AS remaining_base
FROM invoice i
LEFT JOIN LATERAL (
    SELECT o.intent_id, o.amount AS booked, s.settled, s.said, s.shared
    FROM open_item o
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(s.amount), 0) AS settled,
            coalesce(sum(s.document_amount), 0) AS said,
            coalesce(sum(s.amount) FILTER (WHERE s.document_amount IS NULL), 0) AS shared
        FROM settlement s
        WHERE s.tenant_id = o.tenant_id AND s.open_item_id = o.open_item_id
    ) s
    WHERE o.tenant_id = i.tenant_id AND o.open_item_id = i.open_item_id
      -- A reversal that was not reversed itself, as nearly all are, needs no walk down a chain.
      AND CASE (
              SELECT EXISTS (
                  SELECT 1 FROM intent n
                  WHERE n.tenant_id = r.tenant_id AND n.reverses_intent_id = r.intent_id)
              FROM intent r
              WHERE r.tenant_id = o.tenant_id AND r.reverses_intent_id = o.intent_id)
          WHEN false THEN false
          WHEN true THEN NOT is_cancelled(o.tenant_id, o.intent_id)
          ELSE true
      END
    -- A branch of the same join: of an expression the planner does not know that it is never NULL.
    UNION ALL
    SELECT i.intent_id, 0, 0, 0, 0
    WHERE i.open_item_id IS NULL AND i.intent_id IS NOT NULL
      AND i.total_gross + coalesce(i.rounding_amount, 0) = 0
      AND NOT is_cancelled(i.tenant_id, i.intent_id)
) AS owed ON true;
GRANT SELECT ON invoice_state TO belegfluss_app;
