"""Documents for DATEV: a folder of files with document.xml, to which booking rows link.

A link names the document by its GUID; `document.xml` (archive version 6.0) says which file
that is. One package takes 4,999 documents and 465 MB.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lxml import etree

from domain.formats import media
from domain.formats.zip_stream import Member

DOCUMENTS_IN_A_PACKAGE = 4_999
BYTES_IN_A_PACKAGE = 465 * 1024 * 1024
_NAMESPACE = "http://xml.datev.de/bedi/tps/document/v06.0"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PREFIXES: Any = {None: _NAMESPACE, "xsi": _XSI}


@dataclass(frozen=True, slots=True)
class Linked:
    """A document that a booking links to."""

    id: UUID
    sha256: str
    mime_type: str
    size_bytes: int

    @property
    def guid(self) -> str:
        """The id as links and index write it."""
        return str(self.id).upper()

    @property
    def file_name(self) -> str:
        """A name that no other document has."""
        return f"{self.guid}{media.EXTENSIONS.get(self.mime_type, '.bin')}"


def package(
    folder: str,
    documents: Iterable[Linked],
    fetch: Callable[[str], bytes | None],
    created_at: datetime,
) -> Iterator[Member]:
    """Files of one package, then their index; bytes that are lost are named, not passed over."""
    found: list[Linked] = []
    for document in documents:
        content = fetch(document.sha256)
        if content is None:
            yield Member(
                f"{folder}/{document.guid}.missing.txt", [_LOST % document.sha256.encode()]
            )
        else:
            found.append(document)
            yield Member(f"{folder}/{document.file_name}", [content], is_packed=True)
    if found:
        yield Member(f"{folder}/document.xml", [index(found, created_at)])


_LOST = b"The stored bytes of this document are missing. SHA-256: %s\r\n"


def index(documents: Iterable[Linked], created_at: datetime) -> bytes:
    """The document.xml of a package."""
    root = etree.Element(
        f"{{{_NAMESPACE}}}archive",
        {"version": "6.0", "generatingSystem": "Belegfluss"},
        nsmap=_PREFIXES,
    )
    root.set(f"{{{_XSI}}}schemaLocation", f"{_NAMESPACE} Document_v060.xsd")
    header = etree.SubElement(root, f"{{{_NAMESPACE}}}header")
    etree.SubElement(header, f"{{{_NAMESPACE}}}date").text = f"{created_at:%Y-%m-%dT%H:%M:%S}"
    content = etree.SubElement(root, f"{{{_NAMESPACE}}}content")
    for document in documents:
        attributes = {"guid": document.guid, "processID": "1", "type": "2"}
        element = etree.SubElement(content, f"{{{_NAMESPACE}}}document", attributes)
        file = etree.SubElement(element, f"{{{_NAMESPACE}}}extension", {"name": document.file_name})
        file.set(f"{{{_XSI}}}type", "File")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
