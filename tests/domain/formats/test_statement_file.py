"""Files of every format, recognised by what is in them."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from domain.formats import statement_file
from domain.formats.statement import Entry, FileNote, UnsupportedFormat, collected

DATA = Path(__file__).parents[2] / "data" / "statements"
CAMT = (DATA / "ntryref-1.xml").read_bytes()
MT940 = (
    b":20:X\r\n:25:12345678/1\r\n:60F:C260101EUR1,00\r\n"
    b":61:260102C1,00NTRFNONREF\r\n:62F:C260102EUR2,00\r\n"
)
JSON = b'[{"tx_date": "2026-01-02", "amount": 1}]'
CSV = (
    b"Booking Date,Value Date,Partner Name,Partner Iban,Type,Payment Reference,Amount (EUR)\n"
    b"2026-01-02,2026-01-02,A,,x,y,1.00\n"
)


def archive(**files: bytes) -> bytes:
    """A ZIP of files."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name.replace("_", "."), content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (CAMT, 2),
        (b"\xef\xbb\xbf" + CAMT, 2),
        (MT940, 1),
        (b"\x01\r\n" + MT940, 1),
        (JSON, 1),
        (CSV, 1),
        (CSV.decode().encode("utf-16"), 1),
    ],
)
def test_the_content_decides(data: bytes, rows: int) -> None:
    """Not the name, and not what the sender calls it."""
    found = list(collected(statement_file.parts(BytesIO(data))))
    assert sum(len(each.lines) for each in found) == rows


def test_an_archive_is_all_its_statements() -> None:
    """Rows are numbered on; what is no statement is told."""
    data = archive(a_xml=CAMT, b_sta=MT940, c_pdf=b"%PDF-1.7\nx;y\n1;2\n")
    found = list(statement_file.parts(BytesIO(data)))
    assert [part.position for part in found if isinstance(part, Entry)] == [1, 2, 3]
    assert [part.message for part in found if isinstance(part, FileNote)] == [
        "c.pdf: The file is none of the known statement formats."
    ]


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\nx;y\n", b"PK\x03\x04", archive(a_txt=b"hello"), b"hello", b"<a/>"]
)
def test_what_is_none_is_refused(data: bytes) -> None:
    """With its reason, and nothing is read of it."""
    with pytest.raises(UnsupportedFormat):
        list(statement_file.parts(BytesIO(data)))
