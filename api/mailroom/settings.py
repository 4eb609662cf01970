"""What the environment must say to the mailroom."""

import ssl
from datetime import datetime, timedelta
from typing import Self

from cryptography import x509
from pydantic import Field, model_validator

from workflows.shared.settings import ServerSettings
from workflows.shared.variables import Domain, PemFile, Port


class MailroomSettings(ServerSettings):
    """Settings of the mailroom."""

    inbox_domain: Domain = Field(description="The domain of all inbound addresses")

    smtp_host: str = Field(default="127.0.0.1", description="Where SMTP is served")
    smtp_port: Port = Field(default=2525, description="Port of SMTP; 0: a free one")
    lmtp_port: Port | None = Field(default=None, description="Serve LMTP as well, on this port")
    smtp_connections: int = Field(default=50, ge=1, description="At once; more are told 421")
    smtp_connections_of_each: int = Field(
        default=10, ge=1, description="Of them, at once from one network; more are told 421"
    )
    smtp_grace: timedelta = Field(
        default=timedelta(seconds=15),
        ge=timedelta(),
        description="What running deliveries get at shutdown",
    )
    smtp_tls_cert: PemFile | None = Field(default=None, description="PEM chain: offers STARTTLS")
    smtp_tls_key: PemFile | None = Field(default=None, description="PEM of its key")
    smtp_metrics_port: Port = Field(default=0, description="/metrics; 0: none")

    @model_validator(mode="after")
    def _has_a_certificate(self) -> Self:
        """Refuse at the start what would be offered to no sender."""
        try:
            self.starttls  # noqa: B018 - read for what it raises
            end_of(b"" if self.smtp_tls_cert is None else self.smtp_tls_cert.read_bytes())
        except (OSError, ValueError) as error:
            raise ValueError(
                "BELEGFLUSS_SMTP_TLS_CERT and BELEGFLUSS_SMTP_TLS_KEY hold no certificate in PEM"
                " with its key, without a password"
            ) from error
        if self.smtp_tls_key is not None and self.smtp_tls_cert is None:
            raise ValueError("BELEGFLUSS_SMTP_TLS_KEY needs BELEGFLUSS_SMTP_TLS_CERT")
        return self

    @property
    def starttls(self) -> ssl.SSLContext | None:
        """Certificate to offer; None when there is none."""
        if self.smtp_tls_cert is None:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.smtp_tls_cert, self.smtp_tls_key, password="")
        return context


def end_of(chain: bytes) -> datetime | None:
    """Instant when the first certificate of a PEM chain ends; None for no chain.

    Raises ValueError for what senders would not know as one: OpenSSL loads `TRUSTED CERTIFICATE`.
    """
    return x509.load_pem_x509_certificate(chain).not_valid_after_utc if chain else None
