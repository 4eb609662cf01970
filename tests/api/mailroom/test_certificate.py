"""A certificate that is renewed on the disk is offered without a restart."""

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
from temporalio.client import Client

from api.mailroom.certificate import Certificate
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
