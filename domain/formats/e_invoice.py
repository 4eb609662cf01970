"""Which structured invoice some XML is, and its record."""

from lxml import etree

from domain.errors import Unprocessable
from domain.formats import cii, ebinterface, ubl, xml
from domain.formats.invoice_record import InvoiceRecord

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
    return record_of(xml.parse(data, limit=LIMIT))


def record_of(root: etree._Element) -> InvoiceRecord:
    """Record of a parsed tree."""
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
