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
# Codes of UNTDID 1001 that EN 16931 takes for BT-3 and that are bills, and older ones. No bills are
# 71, 218 and 219 (requests for payment), 102 (notification of tax), 130, 202 to 204 and 211 (data
# and valuations), 325 (pro forma), 456, 457, 553, 817, 870, 935 (of banks, claims, customs), 751
# (data for the books), and all that are no invoices anyway: offers, orders, delivery notes.
_INVOICE_CODES = frozenset(
    {
        *("80", "82", "84", "295", "326", "331", "380", "382", "383", "384", "385", "386"),
        *("387", "388", "389", "390", "393", "394", "395", "527", "575", "623", "633", "780"),
        *("875", "876", "877"),
    }
)
_OF_THE_BOOKS = "751"


def type_of_code(code: str | None) -> DocumentType:
    """Document type of a code of UNTDID 1001 (BT-3); what is no code of a bill is none.

    Input tax wants an invoice (DE \u00a7 15 Abs. 1 Satz 1 Nr. 1, AT \u00a7 12 Abs. 1 Z 1 UStG).

    >>> type_of_code("381").value, type_of_code("380").value, type_of_code("751").value
    ('credit_note', 'invoice', 'other')
    """
    if code in _CREDIT_NOTE_CODES:
        return DocumentType.CREDIT_NOTE
    if code is None or code in _INVOICE_CODES:
        return DocumentType.INVOICE
    return DocumentType.OTHER


def leaves_it_to_the_page(code: str | None) -> bool:
    """Whether data are only for the books: the page that they are in is the invoice, or none."""
    return code == _OF_THE_BOOKS
