"""What the environment must say to the mailroom."""

import ssl
from datetime import timedelta

from pydantic import Field

from workflows.shared.settings import PemFile, ServerSettings


class MailroomSettings(ServerSettings):
    """Settings of the mailroom."""

    inbox_domain: str = Field(description="The domain of all inbound addresses")

    smtp_host: str = Field(default="127.0.0.1", description="Where SMTP is served")
    smtp_port: int = Field(default=2525, ge=0, le=65535, description="Port of SMTP; 0: a free one")
    lmtp_port: int | None = Field(default=None, description="Serve LMTP as well, on this port")
    smtp_connections: int = Field(default=50, ge=1, description="At once; more are told 421")
    smtp_connections_of_each: int = Field(
        default=10, ge=1, description="Of them, at once from one network; more are told 421"
    )
    smtp_grace: timedelta = Field(
        default=timedelta(seconds=15), description="What running deliveries get at shutdown"
    )
    smtp_tls_cert: PemFile | None = Field(default=None, description="PEM chain: offers STARTTLS")
    smtp_tls_key: PemFile | None = Field(default=None, description="PEM of its key")
    smtp_metrics_port: int = Field(default=0, description="/metrics; 0: none")

    @property
    def starttls(self) -> ssl.SSLContext | None:
        """Certificate to offer; None when there is none."""
        if self.smtp_tls_cert is None:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.smtp_tls_cert, self.smtp_tls_key)
        return context
