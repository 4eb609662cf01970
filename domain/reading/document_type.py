"""Kinds of documents that arrive where invoices are expected."""

from enum import StrEnum


class DocumentType(StrEnum):
    """What a document is."""

    INVOICE = "invoice"
    SMALL_AMOUNT_INVOICE = "small_amount_invoice"
    CREDIT_NOTE = "credit_note"
    REMINDER = "reminder"
    DELIVERY_NOTE = "delivery_note"
    ORDER_CONFIRMATION = "order_confirmation"
    RECEIPT = "receipt"
    OTHER = "other"

    @property
    def is_invoice(self) -> bool:
        """Whether it can be posted as an invoice.

        >>> DocumentType.RECEIPT.is_invoice, DocumentType.REMINDER.is_invoice
        (True, False)
        """
        return self in _INVOICES


_INVOICES = frozenset(
    {
        DocumentType.INVOICE,
        DocumentType.SMALL_AMOUNT_INVOICE,
        DocumentType.CREDIT_NOTE,
        DocumentType.RECEIPT,
    }
)
_CREDIT_NOTE_CODES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "532"})
_NO_INVOICE_CODES = frozenset({"325"})


def type_of_code(code: str | None) -> DocumentType:
    """Document type of a code of UNTDID 1001 (BT-3); invoices are what most codes mean.

    >>> type_of_code("381").value, type_of_code("380").value
    ('credit_note', 'invoice')
    """
    if code in _CREDIT_NOTE_CODES:
        return DocumentType.CREDIT_NOTE
    if code in _NO_INVOICE_CODES:
        return DocumentType.OTHER
    return DocumentType.INVOICE
