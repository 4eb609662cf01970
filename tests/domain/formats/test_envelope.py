"""Envelopes of the network, and what else may stand around an e-invoice."""

import gzip
import tracemalloc
from pathlib import Path

import pytest

from domain.formats import archive, e_invoice, media
from domain.formats.e_invoice import UnknownInvoiceFormat
from domain.formats.envelope import is_envelope, letters_of
from domain.formats.mail import Outcome, read_file
from domain.formats.xml import UnsafeXml, parse
from domain.formats.xml_attachments import attachments

DOCUMENTS = Path(__file__).parents[2] / "data" / "documents"
UBL = (DOCUMENTS / "xrechnung_01.01a_ubl.xml").read_bytes()
BODY = UBL[UBL.index(b"<", UBL.index(b"?>")) :]
SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
XHE = "http://docs.oasis-open.org/bdxr/ns/XHE/1/ExchangeHeaderEnvelope"


def sbdh(*bodies: bytes) -> bytes:
    """Documents in the envelope of Peppol."""
    head = (
        f'<?xml version="1.0"?><StandardBusinessDocument xmlns="{SBDH}">'
        "<StandardBusinessDocumentHeader><HeaderVersion>1.0</HeaderVersion>"
        "</StandardBusinessDocumentHeader>"
    )
    return head.encode() + b"".join(bodies) + b"</StandardBusinessDocument>"


def xhe(body: bytes) -> bytes:
    """A document in the newer one."""
    head = (
        f'<xhe:XHE xmlns:xhe="{XHE}"><xhe:Header/><xhe:Payloads><xhe:Payload><xhe:PayloadContent>'
    )
    tail = "</xhe:PayloadContent></xhe:Payload></xhe:Payloads></xhe:XHE>"
    return head.encode() + body + tail.encode()


@pytest.mark.parametrize(
    "sent",
    [
        sbdh(BODY),
        xhe(BODY),
        b"\n  " + UBL,
        b"\xef\xbb\xbf" + UBL,
        b"\xef\xbb\xbf\r\n\xef\xbb\xbf" + UBL,
        b" \n" + sbdh(BODY),
        UBL.decode().replace('"UTF-8"', '"UTF-16"').encode("utf-16"),
    ],
    ids=["sbdh", "xhe", "blanks", "bom", "boms", "blank sbdh", "utf-16"],
)
def test_the_invoice_is_read_whatever_stands_around_it(sent: bytes) -> None:
    """It is taken for an invoice and read as it is without; so are its attachments."""
    assert media.sniff(sent) == media.XML
    assert e_invoice.read(sent) == e_invoice.read(UBL)
    assert attachments(sent) == attachments(UBL)


@pytest.mark.parametrize(
    ("sent", "count"), [(sbdh(), 0), (sbdh(BODY, BODY), 2)], ids=["empty", "two"]
)
def test_an_envelope_with_none_or_several_is_told(sent: bytes, count: int) -> None:
    """One of several is not the invoice."""
    assert is_envelope(parse(sent))
    assert len(letters_of(parse(sent))) == count
    with pytest.raises(UnknownInvoiceFormat, match=f"holds {count} documents"):
        e_invoice.read(sent)


def test_an_envelope_opens_no_entity() -> None:
    """A document type is refused wherever it stands."""
    evil = sbdh(BODY).replace(b'<?xml version="1.0"?>', b'<!DOCTYPE x [<!ENTITY a "b">]>')

    with pytest.raises(UnsafeXml):
        e_invoice.read(evil)


@pytest.mark.parametrize("times", [1, 2])
def test_a_gzip_file_is_opened(times: int) -> None:
    """By its bytes; the name loses its ending."""
    packed = UBL
    for _ in range(times):
        packed = gzip.compress(packed)

    (found,) = read_file("rechnung.xml.gz", packed).attachments

    assert (found.name, found.outcome) == ("rechnung.xml", Outcome.ACCEPTED)
    assert found.content == UBL


def test_parts_of_one_gzip_file_are_one() -> None:
    """As `cat a.gz b.gz` makes them (RFC 1952)."""
    halves = gzip.compress(UBL[:3000]) + gzip.compress(UBL[3000:])

    assert archive.gunzipped(halves, "r.xml.GZ") == archive.Member("r.xml", UBL)


@pytest.mark.parametrize(
    ("packed", "why"),
    [
        (gzip.compress(b"\0" * (archive.MEMBER_BYTES + 1)), "larger than 10485760 bytes"),
        (gzip.compress(b"\0" * (2 * archive.RATIO_FROM)), "compressed beyond reason"),
        (gzip.compress(UBL)[:-9], "damaged"),
        (b"\x1f\x8b\x08" + b"\xff" * 40, "damaged"),
    ],
    ids=["too large", "a bomb", "cut", "damaged"],
)
def test_a_gzip_file_that_stays_closed_is_seen(packed: bytes, why: str) -> None:
    """It waits in the inbox and says why; nothing is unpacked beyond the bounds."""
    (found,) = read_file("rechnung.xml.gz", packed).attachments

    assert found.is_shown
    assert why in (found.detail or "")
    assert found.outcome in {Outcome.TOO_LARGE, Outcome.UNSUPPORTED_TYPE}


def test_no_more_is_unpacked_than_is_allowed() -> None:
    """A file of 200 MB in 200 kB is never there as a whole."""
    packed = gzip.compress(b"\0" * (20 * archive.MEMBER_BYTES))
    tracemalloc.start()
    found = archive.gunzipped(packed, None)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (found.name, found.too_large) == ("file", True)
    assert most < 4 * archive.MEMBER_BYTES


def test_members_of_a_gzip_cost_what_they_hold() -> None:
    """Thousands of empty ones: what is left of the file is not copied for each of them."""
    data = gzip.compress(b"") * 50_000 + gzip.compress(UBL)
    assert archive.gunzipped(data, "r.xml.gz") == archive.Member("r.xml", UBL)
