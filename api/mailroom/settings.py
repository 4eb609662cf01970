"""What the environment must say to the mailroom."""

import ssl
from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from temporalio.service import TLSConfig

from workflows.clients.connection import TemporalServer


class MailroomSettings(BaseSettings):
    """Settings of the mailroom; every variable starts with BELEGFLUSS_."""

    model_config = SettingsConfigDict(
        env_prefix="BELEGFLUSS_", env_ignore_empty=True, extra="ignore"
    )

    database_url: SecretStr = Field(description="Application role, postgresql:// form")
    blob_url: str = Field(description="Object store: file:///folder or s3://bucket/prefix")
    inbox_domain: str = Field(description="The domain of all inbound addresses")

    temporal_address: str = Field(default="127.0.0.1:7233", description="host:port")
    temporal_namespace: str = "default"
    temporal_tls: bool = Field(default=False, description="TLS with the system's roots")
    temporal_tls_ca: Path | None = Field(default=None, description="PEM of another root")
    temporal_tls_cert: Path | None = Field(default=None, description="PEM for mutual TLS")
    temporal_tls_key: Path | None = Field(default=None, description="PEM for mutual TLS")
    temporal_api_key: SecretStr | None = None

    smtp_host: str = Field(default="127.0.0.1", description="Where SMTP is served")
    smtp_port: int = Field(default=2525, ge=0, le=65535)
    lmtp_port: int | None = Field(default=None, description="Serve LMTP as well, on this port")
    smtp_connections: int = Field(default=50, ge=1, description="At once; more are told 421")
    smtp_grace: timedelta = Field(
        default=timedelta(seconds=15), description="What running deliveries get at shutdown"
    )
    smtp_tls_cert: Path | None = Field(default=None, description="PEM chain: offers STARTTLS")
    smtp_tls_key: Path | None = Field(default=None, description="PEM of its key")
    smtp_metrics_port: int = Field(default=0, description="/metrics; 0: none")

    log_level: str = "INFO"

    @property
    def temporal(self) -> TemporalServer:
        """Where Temporal is and how to get in."""
        key = self.temporal_api_key
        return TemporalServer(
            self.temporal_address,
            self.temporal_namespace,
            tls=self._temporal_tls(),
            api_key=key.get_secret_value() if key else None,
        )

    @property
    def starttls(self) -> ssl.SSLContext | None:
        """Certificate to offer; None when there is none."""
        if self.smtp_tls_cert is None:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.smtp_tls_cert, self.smtp_tls_key)
        return context

    def _temporal_tls(self) -> TLSConfig | bool:
        files = (self.temporal_tls_ca, self.temporal_tls_cert, self.temporal_tls_key)
        if not any(files):
            return self.temporal_tls
        root, cert, key = (file.read_bytes() if file else None for file in files)
        return TLSConfig(server_root_ca_cert=root, client_cert=cert, client_private_key=key)
