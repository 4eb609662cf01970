"""Partners, invoices, open items and what an invoice must contain."""
