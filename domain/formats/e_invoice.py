"""Which structured invoice some XML is, and its record."""

from dataclasses import replace

from lxml import etree

from domain.errors import Unprocessable
from domain.formats import cii, ebinterface, ubl, xml
from domain.formats.envelope import letters_of
from domain.formats.invoice_record import InvoiceRecord
from domain.formats.tree import cut_texts

LIMIT = 16 * 1024 * 1024

# Names under which ZUGFeRD, Factur-X and XRechnung are embedded, best first.
EMBEDDED_NAMES = (
    "factur-x.xml",
    "xrechnung.xml",
    "zugferd-invoice.xml",
    "cii.xml",
    "ebinterface.xml",
)


class UnknownInvoiceFormat(Unprocessable):
    """The XML is no invoice in a format that is read here."""


def read(data: bytes) -> InvoiceRecord:
    """Record of an XRechnung, Factur-X, ZUGFeRD, UBL or ebInterface file.

    Raises UnsafeXml for what may not be parsed, UnknownInvoiceFormat for other XML.
    """
    return record_of(parsed(data))


def parsed(data: bytes) -> etree._Element:
    """The tree of an invoice, out of the envelope in which it may travel.

    Raises UnsafeXml, and UnknownInvoiceFormat for an envelope without a document or with several.
    """
    root = xml.parse(data, limit=LIMIT)
    letters = letters_of(root)
    if len(letters) != 1:
        raise UnknownInvoiceFormat(
            f"The envelope holds {len(letters)} documents; one with a single invoice is opened.",
            root=xml.local_name(root),
        )
    return letters[0]


def record_of(root: etree._Element) -> InvoiceRecord:
    """Record of a parsed tree. Raises UnknownInvoiceFormat for one that states nothing."""
    record = _record_of(root)
    if _is_empty(record):
        raise UnknownInvoiceFormat(
            "The XML states no invoice: neither a number nor lines nor any sum.",
            syntax=record.syntax,
        )
    return replace(record, cut=cut_texts(root))


def _is_empty(record: InvoiceRecord) -> bool:
    """Whether there is nothing that could be owed, and nothing to call it by."""
    totals = record.totals
    sums = (totals.net, totals.tax, totals.gross, totals.payable)
    return record.number is None and not record.lines and all(each is None for each in sums)


def _record_of(root: etree._Element) -> InvoiceRecord:
    space = xml.namespace(root) or ""
    if xml.local_name(root) in cii.ROOTS:
        return cii.read(root)
    if space in ubl.NAMESPACES:
        return ubl.read(root)
    if space.startswith(ebinterface.NAMESPACE):
        return ebinterface.read(root)
    raise UnknownInvoiceFormat(
        "The XML is no invoice in UBL, CII or ebInterface.", root=xml.local_name(root)
    )
