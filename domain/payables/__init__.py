"""What is owed and to whom: partners, invoices, what an invoice must contain, open items."""
