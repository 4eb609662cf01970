"""XML from outside, read without entities, DTD, network or surprise in size (BOUNDED)."""

from lxml import etree

from domain.errors import Invalid

MEBIBYTE = 1024 * 1024
LIMIT = 32 * MEBIBYTE
DEPTH = 64
# libxml2 reads no more than that (XML_MAX_TEXT_LENGTH, XML_MAX_NAME_LENGTH, depth of elements).
TEXT, NAME, NESTED = 10_000_000, 50_000, 256
_LEAD = b"\xef\xbb\xbf \t\r\n"
_LEADS = tuple(bytes([each]) for each in _LEAD)
_BEYOND = (
    ("Text node too long", f"a text of more than {TEXT} characters (an attachment?)"),
    ("Buffer size limit", f"a value of more than {TEXT} characters"),
    ("too big found", f"a comment or a part of more than {TEXT} characters"),
    ("Name too long", f"a name of more than {NAME} characters"),
    ("Excessive depth", f"elements nested deeper than {NESTED}"),
)


class UnsafeXml(Invalid):
    """The bytes are no XML that may be read: broken, with a DTD, too large or too deep."""

    code = "UNSUPPORTED_FORMAT"


def parse(data: bytes, *, limit: int = LIMIT) -> etree._Element:
    r"""Read bytes into a tree; `limit` in bytes. Raises UnsafeXml.

    Blanks and byte order marks before the declaration, which no parser takes, mean nothing.

    >>> parse(b"<a><b/></a>").tag, parse(b"\n \xef\xbb\xbf<?xml version='1.0'?><a/>").tag
    ('a', 'a')
    """
    if len(data) > limit:
        raise UnsafeXml(f"The XML has {len(data)} bytes; {limit} are allowed.")
    try:
        root = etree.fromstring(without_lead(data), safe_parser())
    except etree.XMLSyntaxError as error:
        raise UnsafeXml(_why(error.msg), reason=error.msg) from error
    _check_plain(root)
    return root


def without_lead(data: bytes) -> bytes:
    """The bytes without blanks and marks of UTF-8 before them; UTF-16 needs its own mark."""
    return data.lstrip(_LEAD) if data[:1] in _LEADS else data


def _why(message: str) -> str:
    """What the parser found; a bound is named, for what is beyond it may be good XML."""
    beyond = next((told for sign, told in _BEYOND if sign in message), None)
    return f"The XML has {beyond}." if beyond else "The bytes are not well-formed XML."


def local_name(element: etree._Element) -> str:
    """Name of an element without its namespace; empty for comments and instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def namespace(element: etree._Element) -> str | None:
    """Namespace of an element."""
    return etree.QName(element).namespace


def safe_parser() -> etree.XMLParser:
    """A parser without entities, DTD and network."""
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _check_plain(root: etree._Element) -> None:
    """Refuse a document type, whatever is in it, and nesting without end."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnsafeXml("XML with a document type definition is not read.")
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEPTH:
            raise UnsafeXml(f"The XML is nested deeper than {DEPTH} elements.")
