"""S/MIME messages: what was signed comes out, what was encrypted is told."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from hypothesis import given
from hypothesis import strategies as st

from domain.formats import mail, smime
from domain.formats.mail import Outcome
from domain.formats.smime import SealedMessage

PDF = b"%PDF-1.7\n%%EOF"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "lieferant.example")])
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CERTIFICATE = (
    x509.CertificateBuilder()
    .subject_name(NAME)
    .issuer_name(NAME)
    .public_key(KEY.public_key())
    .serial_number(1)
    .not_valid_before(NOW)
    .not_valid_after(NOW + timedelta(days=1))
    .sign(KEY, hashes.SHA256())
)


def entity() -> bytes:
    """What a sender signs or encrypts: text and an invoice."""
    made = EmailMessage()
    made.set_content("Anbei")
    made.add_attachment(PDF, maintype="application", subtype="pdf", filename="r.pdf")
    return made.as_bytes()


def signed(*options: pkcs7.PKCS7Options) -> bytes:
    """An entity with its signature around it."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(entity())
    builder = builder.add_signer(CERTIFICATE, KEY, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary, *options])


def encrypted() -> bytes:
    """An entity that only its recipient can read."""
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(entity()).add_recipient(CERTIFICATE)
    return builder.encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])


def letter(data: bytes, kind: str) -> bytes:
    """A mail that is nothing but an S/MIME message."""
    made = EmailMessage()
    made["From"] = "re@lieferant.example"
    made.set_content(data, maintype="application", subtype="pkcs7-mime", filename="smime.p7m")
    made.set_param("smime-type", kind)
    return made.as_bytes()


def test_what_was_signed_comes_out() -> None:
    """The invoice is taken, and it is said that nobody looked at the signature."""
    (item,) = mail.read(letter(signed(), "signed-data")).attachments

    assert (item.name, item.outcome) == ("r.pdf", Outcome.ACCEPTED)
    assert item.detail == smime.UNCHECKED


def test_what_was_encrypted_is_told_and_seen() -> None:
    """It waits in the inbox, so that somebody asks the sender."""
    (item,) = mail.read(letter(encrypted(), "enveloped-data")).attachments

    assert (item.outcome, item.is_shown) == (Outcome.UNSUPPORTED_TYPE, True)
    assert item.detail == "an encrypted S/MIME message"


def test_a_signature_alone_holds_no_message() -> None:
    """A detached signature says so."""
    with pytest.raises(SealedMessage, match="without the message"):
        smime.content_of(signed(pkcs7.PKCS7Options.DetachedSignature))


def test_pieces_of_unknown_length_are_put_together() -> None:
    """Programs that stream write BER of indefinite length, in pieces."""
    info = cms.ContentInfo.load(signed())
    whole = info["content"]["encap_content_info"]["content"].native
    pieces = b"".join(b"\x04" + bytes([0x64]) + whole[at : at + 100] for at in (0, 100))
    inner = b"\x24\x80" + pieces + b"\0\0"
    encapsulated = bytes.fromhex("06092a864886f70d010701") + b"\xa0\x80" + inner + b"\0\0"
    made = (
        b"\x30\x80" + bytes.fromhex("06092a864886f70d010702") + b"\xa0\x80\x30\x80"
        b"\x02\x01\x01\x31\x00\x30\x80" + encapsulated + b"\0\0\x31\x00" + b"\0\0" * 3
    )

    assert smime.content_of(made) == whole[:200]


@given(st.binary(max_size=400))
def test_any_bytes_leave_a_row(noise: bytes) -> None:
    """Whatever is in the bytes: something of it has a row."""
    assert mail.read_file("smime.p7m", b"\x30" + noise).attachments
