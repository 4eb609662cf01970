"""What groups of operations and their parameters mean, each word once."""

from collections.abc import Mapping

TAGS: Mapping[str, str] = {
    "Accounts": "Chart of accounts, own accounts included, and statements of accounts",
    "Auth": "Logins and passwords; keys are made with `belegfluss api-key create`",
    "Bank accounts": "Bank accounts, each the twin of one asset account",
    "Bank transactions": "Movements of bank accounts: imported, suggested, reconciled, proven",
    "Documents": "Files, stored once for each content",
    "Inbox": "Documents that wait, as they were read",
    "Invoices": "Incoming invoices, with status and rest computed on read",
    "Journal": "Bookings, journal rows and reversals; nothing is ever changed or deleted",
    "Payment runs": "SEPA credit transfers over open invoices, approved by a second person",
    "Periods": "Soft locks, locks for good by two people, and their proof",
    "Reports": "Trial balance, statements, returns and exports; each figure leads to its entries",
    "Review cases": "Proposed invoices that wait for a person: corrected, approved, rejected",
    "Tax codes": "Tax codes that bookings may use",
    "Transactions": "Income, expenses and transfers in a simple form, booked by their category",
    "Vendors": "Vendors and what they are owed; a changed IBAN waits for a second person",
}
"""What a group of operations is about."""

PARAMETERS: Mapping[str, str] = {
    "as_of": "What the books knew then: a day (its end, where the tenant is) or an instant",
    "account": "Number of an account on either side of the row",
    "bank_account_id": "Bank account",
    "bank_transaction_id": "Bank transaction",
    "before": "Journal number before which the page begins",
    "document_id": "Document",
    "endDate": "Last day of booking, included",
    "end_date": "Last day, included",
    "externalReference": "Reference that the sender gave, exactly",
    "inbox_id": "Inbox item",
    "intent_id": "Intent: one accounting fact with all its rows",
    "invoice_id": "Invoice",
    "is_active": "Only those in use, or only those out of use",
    "line": "Account, line of a layout or of the cash flow, month, or box of the VAT return",
    "limit": "Most elements of one answer",
    "number": "Number of an account",
    "offset": "How many elements to leave out",
    "outcome": "What became of the attachment",
    "payment_run_id": "Payment run",
    "queue_state": "Queue of the case, or how it ended",
    "request_id": "Lock request",
    "review_case_id": "Review case",
    "search": "Part of a text, in any case",
    "startDate": "First day of booking, included",
    "start_date": "First day, included",
    "status": "Status",
    "transaction_id": "Transaction",
    "type": "Type of the account",
    "vendor_id": "Vendor",
}
"""What a parameter means that its operation does not describe itself."""
