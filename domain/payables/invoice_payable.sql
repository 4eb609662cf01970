-- What a payment run may pay of an invoice: what is due (BT-115) less what was settled of that,
-- never more than is open. What was prepaid belongs to the rest of the gross: settlements up to the
-- day of the invoice, those that set it off against prepayments, and those that moved neither money
-- nor another item of a partner, such as an advance that was set off. What was undone counts not.
CREATE OR REPLACE VIEW invoice_payable WITH (security_invoker = true) AS
SELECT i.tenant_id, i.id, s.intent_id, s.remaining_amount,
    CASE
        WHEN s.intent_id IS NULL OR i.currency <> 'EUR' THEN 0
        -- Of a credit note what is left of it, below zero: it lowers what its vendor is paid.
        WHEN i.total_gross <= 0 THEN s.remaining_base
        WHEN whole.due = whole.owed THEN s.remaining_base
        ELSE greatest(least(
            s.remaining_base,
            whole.due - (whole.owed - s.remaining_base) + least(
                greatest(whole.owed - whole.due, 0),
                (SELECT coalesce(sum(t.amount), 0) FROM settlement t
                 JOIN intent n ON n.tenant_id = t.tenant_id AND n.intent_id = t.intent_id
                 WHERE t.tenant_id = i.tenant_id AND t.open_item_id = i.open_item_id
                   AND n.reverses_intent_id IS NULL AND NOT is_cancelled(n.tenant_id, n.intent_id)
                   AND (t.settled_on <= i.invoice_date OR n.source = 'prepayment' OR NOT EXISTS (
                       SELECT 1 FROM journal_entry e
                       JOIN account a ON a.tenant_id = e.tenant_id AND a.number = e.credit_account
                       WHERE e.tenant_id = t.tenant_id AND e.intent_id = t.intent_id
                         AND (a.report_group = 'cash' OR a.is_open_item)
                       -- OFFSET 0: asked for each; the planner would read the journal whole.
                       OFFSET 0)))
            )), 0)
    END AS payable_amount
FROM invoice i
CROSS JOIN LATERAL (SELECT
    i.total_gross + coalesce(i.rounding_amount, 0),
    -- BR-CO-16, of an invoice that was typed without what is due.
    coalesce(i.amount_due,
        i.total_gross + coalesce(i.rounding_amount, 0) - coalesce(i.prepaid_amount, 0))
) AS whole (owed, due)
JOIN invoice_state s ON s.tenant_id = i.tenant_id AND s.id = i.id;
GRANT SELECT ON invoice_payable TO belegfluss_app;
