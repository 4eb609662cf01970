"""Mail: what comes out of the corpus, and what hostile mail does not do."""

import binascii
import json
import os
import struct
import time
import zipfile
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.formats import mail
from domain.formats.mail import MailKind, Outcome

CORPUS = Path(os.environ.get("BELEGFLUSS_CORPUS", "../shared/corpus")) / "mail"
PDF = b"%PDF-1.7\n%%EOF"


def corpus() -> list[tuple[str, dict[str, object]]]:
    """Mails of the corpus with what must come out of them."""
    truth = CORPUS / "truth.json"
    return list(json.loads(truth.read_text()).items()) if truth.exists() else []


def test_corpus_is_there() -> None:
    """The measured tests below count only when the corpus was found."""
    if not corpus():
        pytest.skip(f"NO CORPUS at {CORPUS}: set BELEGFLUSS_CORPUS")
    assert len(corpus()) == 23


@pytest.mark.parametrize(("name", "truth"), corpus())
def test_corpus_documents_come_out(name: str, truth: dict[str, list[dict[str, str]]]) -> None:
    """Every document of the corpus comes out with its name and its bytes, and nothing else."""
    read = mail.read((CORPUS / name).read_bytes())

    got = [(item.name, item.sha256) for item in read.documents]
    assert got == [(item["name"], item["sha256"]) for item in truth["documents"]]
    assert all(item.detail for item in read.attachments if item.outcome != Outcome.ACCEPTED)


def message(*attachments: tuple[str, bytes], **headers: str) -> EmailMessage:
    """Mail with files, all declared as octet streams."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@lieferant.example", "b@kanzlei.example", "x"
    for key, value in headers.items():
        made[key.replace("_", "-")] = value
    made.set_content("Text")
    for name, content in attachments:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made


def zipped(*members: tuple[str, bytes]) -> bytes:
    """Archive of files."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return data.getvalue()


def outcomes(made: EmailMessage) -> list[tuple[str, Outcome]]:
    """Names and outcomes of what is in a mail."""
    return [(item.name, item.outcome) for item in mail.read(made.as_bytes()).attachments]


def test_real_sender_is_the_inner_one() -> None:
    """A forwarded invoice keeps the address of who wrote it."""
    made = message()
    made.add_attachment(message(("r.pdf", PDF), Reply_To="c@lieferant.example"))
    made.replace_header("From", "chef@firma.example")

    read = mail.read(made.as_bytes())

    assert read.sender == "chef@firma.example"
    assert [item.sender for item in read.documents] == ["a@lieferant.example"]


def test_zip_named_pdf_is_opened() -> None:
    """The bytes decide, not the name."""
    assert outcomes(message(("rechnung.pdf", zipped(("a/r.pdf", PDF), ("x.exe", b"MZ"))))) == [
        ("a/r.pdf", Outcome.ACCEPTED),
        ("x.exe", Outcome.UNSUPPORTED_TYPE),
    ]


def test_zip_bomb_is_not_unpacked() -> None:
    """A file compressed beyond reason is refused by its header alone; the archive is shown."""
    bomb = zipped(("bombe.pdf", b"%PDF-" + bytes(50 * 1024 * 1024)), ("r.pdf", PDF))

    assert outcomes(message(("z.zip", bomb))) == [
        ("bombe.pdf", Outcome.TOO_LARGE),
        ("r.pdf", Outcome.ACCEPTED),
        ("z.zip", Outcome.UNSUPPORTED_TYPE),
    ]
    assert shown(message(("z.zip", bomb)).as_bytes()) == ["z.zip"]


def test_zip_that_lies_about_its_size() -> None:
    """The header may lie; what counts is what comes out."""
    data = zipped(("r.pdf", b"%PDF-" + os.urandom(11 * 1024 * 1024)))
    size = (11 * 1024 * 1024 + 5).to_bytes(4, "little")

    assert size in data
    lying = data.replace(size, (100).to_bytes(4, "little"))
    assert outcomes(message(("z.zip", lying)))[0][1] != Outcome.ACCEPTED
    assert outcomes(message(("z.zip", data)))[0][1] == Outcome.TOO_LARGE


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04" + bytes(40), zipped(("[Content_Types].xml", b"<a/>"), ("word/m.png", b"x"))],
)
def test_broken_or_foreign_archive_has_a_reason(data: bytes) -> None:
    """A damaged archive and an office document are filed, not opened."""
    (item,) = mail.read(message(("a.zip", data)).as_bytes()).attachments

    assert item.outcome is Outcome.UNSUPPORTED_TYPE
    assert item.detail


def test_too_many_and_too_large() -> None:
    """Twenty documents of ten megabytes each; what is beyond says so."""
    many = [(f"{number}.pdf", PDF + bytes([number])) for number in range(22)]
    large = ("l.pdf", PDF + bytes(mail.DOCUMENT_BYTES))

    got = [outcome for _, outcome in outcomes(message(large, *many))]

    assert got[0] == Outcome.TOO_LARGE
    assert got[1:] == [Outcome.ACCEPTED] * 20 + [Outcome.TOO_MANY_ATTACHMENTS] * 2


def shown(raw: bytes) -> list[str]:
    """Names of what waits to be seen although it was not opened."""
    return [item.name for item in mail.read(raw).attachments if item.is_shown]


def gif(width: int, height: int) -> bytes:
    """The head of a GIF."""
    return b"GIF89a" + struct.pack("<HH", width, height) + bytes(400)


WEBP = b"RIFF" + bytes(4) + b"WEBPVP8X" + bytes(8)
KINDS = {
    "rechnung.gif": gif(1200, 1600),
    "rechnung.webp": WEBP + (1199).to_bytes(3, "little") + (1599).to_bytes(3, "little"),
    "rechnung.bmp": b"BM" + bytes(16) + struct.pack("<ii", 1200, -1600),
    "rechnung.html": b"<html><body>Rechnung 7</body></html>",
    "rechnung.txt": b"Rechnung 7",
    "rechnung.avif": bytes(30_000),
    "Rechnung": b"was immer das ist",
}
NOISE = {
    "logo.gif": gif(120, 40),
    "logo.webp": WEBP + (119).to_bytes(3, "little") + (39).to_bytes(3, "little"),
    "icon.svg": b"<svg/>",
    "termin.ics": b"BEGIN:VCALENDAR",
    "karte.vcf": b"BEGIN:VCARD",
    "signature.asc": b"-----BEGIN PGP SIGNATURE-----",
    "ATT00001.htm": b"<br>",
    "setup.exe": b"MZ",
}


@pytest.mark.parametrize("name", KINDS)
def test_an_attachment_of_an_unknown_kind_is_shown(name: str) -> None:
    """Whoever attaches a file means it to be read; inside of an archive, too."""
    assert shown(message((name, KINDS[name])).as_bytes()) == [name]
    assert shown(message(("a.zip", zipped((name, KINDS[name])))).as_bytes()) == [name]


@pytest.mark.parametrize("name", NOISE)
def test_logos_and_what_machines_attach_are_not_shown(name: str) -> None:
    """They have their rows, and nobody has to close them one by one."""
    made = message((name, NOISE[name]), ("r.pdf", PDF))

    assert shown(made.as_bytes()) == []
    assert len(outcomes(made)) == 2


def test_a_picture_in_the_text_is_shown_where_it_may_be_a_page() -> None:
    """By its size: a logo of a letterhead is wide, and not high."""
    for size, is_page in (((1200, 1600), True), ((1600, 300), False), ((300, 300), False)):
        made = message()
        made.add_related(
            gif(*size), "image", "gif", cid="<a>", filename="i.gif", disposition="inline"
        )
        assert shown(made.as_bytes()) == (["i.gif"] if is_page else [])


BILLS = {
    "text": "Ihre Fahrkarte: Rechnung R-77, 49,00 EUR inkl. 10 % USt",
    "link": "Ihre Rechnung liegt bereit: https://portal.example/rechnung/471102",
    "receipt": "Receipt #12 - amount paid $20.00",
    "pgp": "-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----",
}


CODED = binascii.b2a_uu(b"%PDF-1.7 of an old program").decode()
UNOPENED = {
    "uuencode": f"Subject: Scan 7\n\nHallo\n\nbegin 644 scan.pdf\n{CODED}`\nend\n",
    "partial": 'Content-Type: message/partial; id="a@b"; number=1; total=2\n\nSubject: x\n\nabc',
    "external": 'Content-Type: message/external-body; access-type=URL; URL="http://x"\n\nabc',
}


@pytest.mark.parametrize("raw", UNOPENED.values(), ids=UNOPENED)
def test_what_a_mail_brings_otherwise_is_not_lost(raw: str) -> None:
    """Nothing of it is opened, and somebody sees it."""
    (found,) = mail.read(f"From: a@b.example\n{raw}".encode()).attachments

    assert (found.outcome, found.is_shown) == (Outcome.NO_ATTACHMENT, True)


@pytest.mark.parametrize("text", BILLS.values(), ids=BILLS)
@pytest.mark.parametrize("subtype", ["plain", "html"])
def test_a_mail_that_is_the_invoice_is_shown_as_a_whole(text: str, subtype: str) -> None:
    """A forwarded one, too, and one whose only file is a logo; with a document it is not."""
    made = message()
    made.replace_header("Subject", "Fahrt/Wien")
    made.set_content(text, subtype=subtype)
    forwarded = message()
    forwarded.add_attachment(made)

    (item,) = mail.read(made.as_bytes()).attachments
    assert (item.name, item.outcome, item.content) == (
        "Fahrt Wien.eml", Outcome.NO_ATTACHMENT, made.as_bytes(),
    )  # fmt: skip
    assert len(shown(forwarded.as_bytes())) == 1
    made.add_attachment(gif(99, 9), maintype="image", subtype="gif", filename="logo.gif")
    assert shown(made.as_bytes()) == ["Fahrt Wien.eml"]
    made.add_attachment(PDF, maintype="application", subtype="pdf", filename="r.pdf")
    assert shown(made.as_bytes()) == []


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("Danke, passt. Bis Montag!", {}),
        ("Zur Rechnung rufe ich morgen an.", {}),
        ("Angebot: 100 Stueck um 49,00 EUR, https://laden.example", {}),
        (BILLS["text"], {"Auto_Submitted": "auto-replied"}),
    ],
)
def test_other_mails_are_not_shown(text: str, headers: dict[str, str]) -> None:
    """They leave their row, and nobody has to close them."""
    made = message(**headers)
    made.set_content(text)

    assert mail.read(made.as_bytes()).attachments == ()


def test_what_is_not_even_kept_shows_the_mail() -> None:
    """A mail of too many parts, and one that cannot be taken apart: it says why."""
    many = message(*((f"{number}.txt", bytes([number])) for number in range(205)))
    wild = b"From: a@b.example\r\n" + b'Content-Type: x; boundary="a"\r\n' * 2000

    *_, last = mail.read(many.as_bytes()).attachments
    (whole,) = mail.read(wild).attachments

    assert (last.name, last.outcome) == ("x.eml", Outcome.TOO_MANY_ATTACHMENTS)
    assert (last.is_shown, whole.is_shown, whole.content) == (True, True, wild)
    assert last.detail is not None
    assert "beyond 200 parts" in last.detail


def test_a_file_that_a_person_sends_is_always_shown() -> None:
    """Whatever it is; one whose contents are beyond the bounds is shown as it came."""
    (note,) = mail.read_file("logo.gif", gif(9, 9)).attachments
    large = zipped(*((f"{n}.bin", os.urandom(1) + bytes(10 * 1024 * 1024 - 1)) for n in range(2)))

    assert note.is_shown
    assert [item.name for item in mail.read_file("g.zip", large).attachments if item.is_shown] == [
        "g.zip"
    ]


def test_deep_nesting_ends() -> None:
    """Mail in mail in mail ends with a reason."""
    made = message(("r.pdf", PDF))
    for _ in range(10):
        outer = message()
        outer.add_attachment(made)
        made = outer

    (item,) = mail.read(made.as_bytes()).attachments

    assert item.outcome is Outcome.UNSUPPORTED_TYPE


def test_many_boundaries_are_refused_quickly() -> None:
    """A multipart of multiparts of multiparts does not cost minutes."""
    head = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
        for n in range(2000)
    )
    start = time.process_time()

    read = mail.read(b"From: a@b.example\r\n" + head)

    assert read.detail
    assert time.process_time() - start < 5


def test_long_headers_are_cut() -> None:
    """A header of a megabyte is cut, not parsed for minutes."""
    start = time.process_time()

    mail.read(b"To: " + b"<a@b.example>, " * 70_000 + b"\r\n\r\nx")

    assert time.process_time() - start < 5


def test_auto_reply_with_a_document_loses_nothing() -> None:
    """An answering machine is marked; what it attached is taken all the same."""
    read = mail.read(message(("r.pdf", PDF), Auto_Submitted="auto-replied").as_bytes())

    assert read.kind is MailKind.AUTO_REPLY
    assert len(read.documents) == 1


def test_base64_around_an_attached_message() -> None:
    """Some senders wrap a message in base64 against the standard."""
    inner = message(("r.pdf", PDF)).as_bytes()
    made = message(("brief.eml", inner))
    raw = made.as_bytes().replace(b"application/octet-stream", b"message/rfc822", 1)

    assert [item.name for item in mail.read(raw).documents] == ["r.pdf"]


@given(st.binary(max_size=2000))
def test_any_bytes_are_read(raw: bytes) -> None:
    """No bytes make reading fail."""
    assert isinstance(mail.read(raw), mail.Mail)


@given(st.text(max_size=300))
def test_names_are_harmless(name: str) -> None:
    """No name leads out of a folder or into a header."""
    clean = mail.clean_name(name)

    assert "/" not in clean
    assert "\\" not in clean
    assert clean not in {".", ".."}
    assert not set(clean) & set("\r\n\0")


HEADERS = st.sampled_from(
    ["From", "To", "Subject", "Content-Type", "Content-Disposition", "Message-ID", "Date"]
)


@given(
    st.lists(st.tuples(HEADERS, st.text(max_size=60)), max_size=6),
    st.lists(st.tuples(HEADERS, st.text(max_size=60)), max_size=4),
)
def test_bad_headers_lose_no_document(
    outer: list[tuple[str, str]], inner: list[tuple[str, str]]
) -> None:
    """Whatever stands in the headers around it, the document beside it comes out."""
    raw = (
        _lines(outer)
        + b"Content-Type: multipart/mixed; boundary=XX\r\n\r\n--XX\r\n"
        + _lines(inner)
        + b"\r\n?\r\n--XX\r\nContent-Type: application/pdf\r\n\r\n"
        + PDF
        + b"\r\n--XX--\r\n"
    )
    if any(name == "Content-Type" for name, _ in outer):
        assert isinstance(mail.read(raw), mail.Mail)
    else:
        assert len(mail.read(raw).documents) == 1


def _lines(headers: list[tuple[str, str]]) -> bytes:
    clean = (
        (name, "".join(char for char in value if char not in "\r\n")) for name, value in headers
    )
    return b"".join(
        f"{name}: {value}\r\n".encode("utf-8", "surrogatepass") for name, value in clean
    )
