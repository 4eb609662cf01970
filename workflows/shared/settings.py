"""What the environment says to every process about the servers that all of them share."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo
from pydantic_settings import BaseSettings, SettingsConfigDict
from temporalio.envconfig import ClientConfigTLS

from workflows.shared.connection import TemporalServer

_PREFIX = "BELEGFLUSS_"


def _readable(path: Path, info: ValidationInfo) -> Path:
    """Refuse a file that cannot be read, and name the variable that asks for it."""
    if not os.access(path, os.R_OK) or path.is_dir():
        variable = f"{_PREFIX}{info.field_name}".upper()
        raise ValueError(f"{variable} names no file that can be read: {path}")
    return path


PemFile = Annotated[Path, AfterValidator(_readable)]


class TemporalSettings(BaseSettings):
    """Where Temporal is; every variable starts BELEGFLUSS_. An empty one is as good as none."""

    # A refused value is not quoted: the input that pydantic would show holds the passwords.
    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    temporal_address: str = Field(default="127.0.0.1:7233", description="host:port")
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

    database_url: SecretStr = Field(description="Application role, postgresql:// form")
    blob_url: str = Field(description="Object store: file:///folder or s3://bucket/prefix")

    otlp_endpoint: str = Field(
        default="", description="Collector of OpenTelemetry, OTLP over HTTP; empty: no traces"
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_json: bool = Field(default=True, description="Logs as JSON; else for human eyes")
