"""What the environment says to every process about the servers that all of them share."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from temporalio.envconfig import ClientConfigTLS

from workflows.shared.connection import TemporalServer
from workflows.shared.variables import (
    PREFIX,
    Address,
    DatabaseUrl,
    Level,
    PemFile,
    StoreUrl,
    WebUrl,
)


class TemporalSettings(BaseSettings):
    """Where Temporal is; every variable starts BELEGFLUSS_. An empty one is as good as none."""

    # A refused value is not quoted: the input that pydantic would show holds the passwords.
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    temporal_address: Address = Field(default="127.0.0.1:7233", description="host:port")
    temporal_namespace: str = Field(default="default", description="Temporal namespace")
    temporal_tls: bool = Field(default=False, description="TLS with the system's roots")
    temporal_tls_ca: PemFile | None = Field(default=None, description="PEM of another root")
    temporal_tls_cert: PemFile | None = Field(default=None, description="PEM for mutual TLS")
    temporal_tls_key: PemFile | None = Field(default=None, description="PEM for mutual TLS")
    temporal_api_key: SecretStr | None = Field(default=None, description="For Temporal Cloud")

    @property
    def temporal(self) -> TemporalServer:
        """Where Temporal is and how to get in; the PEM files are read anew each time."""
        key = self.temporal_api_key
        # Not a ClientConfigProfile: that one shows its key to whoever prints it.
        return TemporalServer(
            self.temporal_address,
            self.temporal_namespace,
            tls=self._temporal_tls().to_connect_tls_config(),
            api_key=key.get_secret_value() if key else None,
        )

    def _temporal_tls(self) -> ClientConfigTLS:
        files = (self.temporal_tls_ca, self.temporal_tls_cert, self.temporal_tls_key)
        root, cert, key = files
        return ClientConfigTLS(
            disabled=not (self.temporal_tls or any(files)),
            server_root_ca_cert=root,
            client_cert=cert,
            client_private_key=key,
        )


class ServerSettings(TemporalSettings):
    """Where PostgreSQL, Temporal and the object store are, and how a process logs."""

    database_url: DatabaseUrl = Field(description="Application role, postgresql:// form")
    blob_url: StoreUrl = Field(description="Object store: file:///folder or s3://bucket/prefix")

    otlp_endpoint: WebUrl = Field(
        default="", description="Collector of OpenTelemetry, OTLP over HTTP; empty: no traces"
    )
    log_level: Level = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_json: bool = Field(default=True, description="Logs as JSON; else for human eyes")
