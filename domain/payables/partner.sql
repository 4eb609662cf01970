-- Vendors and customers as one list, for whoever stands behind an open item.
CREATE OR REPLACE VIEW partner WITH (security_invoker = true) AS
SELECT tenant_id, id, name, iban FROM vendor
UNION ALL
SELECT tenant_id, id, name, iban FROM customer;
GRANT SELECT ON partner TO belegfluss_app;
