-- Incoming and outgoing invoices with the open item that each is tied to: an item has at most one.
CREATE OR REPLACE VIEW tied_invoice WITH (security_invoker = true) AS
SELECT tenant_id, open_item_id, id AS invoice_id, vendor_id AS partner_id, invoice_number, due_date
FROM invoice
UNION ALL
SELECT tenant_id, open_item_id, id, customer_id, invoice_number, due_date
FROM outgoing_invoice;
GRANT SELECT ON tied_invoice TO belegfluss_app;
