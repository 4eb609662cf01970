"""Customers, outgoing invoices, and what of them is overdue."""
