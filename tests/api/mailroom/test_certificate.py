"""A certificate that is renewed on the disk is offered without a restart."""

import asyncio
import smtplib
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from prometheus_client import REGISTRY
from pydantic import ValidationError
from temporalio.client import Client

from api.mailroom.certificate import Certificate, looked_after
from api.mailroom.delivery import Postbox
from api.mailroom.server import Mailroom
from api.mailroom.settings import MailroomSettings
from domain.database.blobs import Blobs
from tests.api.mailroom.test_mailroom import DOMAIN, in_thread
from tests.servers import Database
from workflows.mail_ingestion.client import Mails

TODAY = datetime.now(UTC).replace(microsecond=0)


def written(folder: Path, serial: int, days: int) -> tuple[bytes, bytes]:
    """Write a certificate that ends in so many days, and its key, as whoever renews it does."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), serial)
        .not_valid_before(TODAY - timedelta(days=90))
        .not_valid_after(TODAY + timedelta(days=days))
        .sign(key, SHA256())
    )
    chain = made.public_bytes(Encoding.PEM)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "chain.pem").write_bytes(chain)
    (folder / "key.pem").write_bytes(secret)
    return chain, secret


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> MailroomSettings:
    """Of a mailroom whose certificate ended yesterday."""
    written(tmp_path, 1, days=-1)
    return MailroomSettings.model_validate(
        {
            "database_url": database.url,
            "blob_url": tmp_path.as_uri(),
            "inbox_domain": DOMAIN,
            "smtp_port": 0,
            "smtp_tls_cert": tmp_path / "chain.pem",
            "smtp_tls_key": tmp_path / "key.pem",
        }
    )


def offered(port: int) -> int:
    """Serial number of the certificate that a sender is offered."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as sender:
        sender.starttls(context=context)
        assert isinstance(sender.sock, ssl.SSLSocket)
        shown = sender.sock.getpeercert(binary_form=True)
        assert shown is not None
        return x509.load_der_x509_certificate(shown).serial_number


async def test_a_renewed_certificate_is_offered(
    settings: MailroomSettings, database: Database, temporal: Client, tmp_path: Path
) -> None:
    """A chain without its key, as in the middle of a renewal, leaves the former one in place."""
    blobs = Blobs((tmp_path / "blobs").as_uri())
    postbox = Postbox(database.engine, blobs, Mails(temporal), DOMAIN)
    async with Mailroom(postbox, settings) as mailroom:
        (port,) = mailroom.ports
        assert await in_thread(lambda: offered(port)) == 1

        former = (tmp_path / "key.pem").read_bytes()
        _, key = written(tmp_path, 2, days=90)
        (tmp_path / "key.pem").write_bytes(former)
        mailroom.certificate.look()
        assert await in_thread(lambda: offered(port)) == 1

        (tmp_path / "key.pem").write_bytes(key)
        mailroom.certificate.look()
        assert await in_thread(lambda: offered(port)) == 2


def test_when_it_ends_is_told(settings: MailroomSettings, tmp_path: Path) -> None:
    """To whoever watches; after a renewal the new end."""

    def told() -> float | None:
        return REGISTRY.get_sample_value("belegfluss_mailroom_certificate_ends_seconds")

    certificate = Certificate(settings)
    assert told() == (TODAY - timedelta(days=1)).timestamp()

    written(tmp_path, 2, days=90)
    certificate.look()
    assert told() == (TODAY + timedelta(days=90)).timestamp()


def trusted(chain: bytes) -> bytes:
    """As `openssl x509 -trustout` writes it: OpenSSL loads it, and nothing tells when it ends."""
    return chain.replace(b"BEGIN CERT", b"BEGIN TRUSTED CERT").replace(
        b"END CERT", b"END TRUSTED CERT"
    )


async def test_what_cannot_be_told_is_not_offered_and_the_next_one_is(
    settings: MailroomSettings, tmp_path: Path
) -> None:
    """Looking goes on after a file that one library loads and another refuses."""
    certificate = Certificate(settings)
    former = certificate.context
    async with looked_after(certificate, timedelta(milliseconds=10)):
        chain, _ = written(tmp_path, 2, days=90)
        (tmp_path / "chain.pem").write_bytes(trusted(chain))
        await asyncio.sleep(0.2)
        assert certificate.context is former

        written(tmp_path, 3, days=90)
        async with asyncio.timeout(10):
            while certificate.context is former:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.01)


def test_what_cannot_be_told_is_refused_at_the_start(
    settings: MailroomSettings, tmp_path: Path
) -> None:
    """By the names of the variables."""
    chain = (tmp_path / "chain.pem").read_bytes()
    (tmp_path / "chain.pem").write_bytes(trusted(chain))
    with pytest.raises(ValidationError, match="BELEGFLUSS_SMTP_TLS_CERT"):
        MailroomSettings.model_validate(settings.model_dump())


def test_a_renewal_while_it_is_loaded_is_seen_by_the_next_look(
    settings: MailroomSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was loaded is never remembered as what was written after it."""
    load = ssl.SSLContext.load_cert_chain

    def renewed_after(context: ssl.SSLContext, chain: Path, key: Path, password: str) -> None:
        load(context, chain, key, password=password)
        monkeypatch.undo()
        written(tmp_path, 2, days=90)

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", renewed_after)
    certificate = Certificate(settings)
    former = certificate.context

    certificate.look()
    assert certificate.context is not former
