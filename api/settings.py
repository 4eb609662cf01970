"""What the environment must say to the API."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of the API; every variable starts with BELEGFLUSS_."""

    model_config = SettingsConfigDict(env_prefix="BELEGFLUSS_", extra="ignore")

    database_url: SecretStr = Field(description="Application role, postgresql:// form")
    database_pool: int = Field(default=10, ge=1, le=200, description="Connections kept open")
    threads: int = Field(default=20, ge=1, le=400, description="Requests in the database at once")

    temporal_address: str = Field(default="127.0.0.1:7233", description="host:port")
    temporal_namespace: str = Field(default="default", description="Temporal namespace")
    temporal_tls: bool = Field(default=False, description="TLS with the system's roots")
    temporal_tls_ca: Path | None = Field(default=None, description="PEM of another root")
    temporal_tls_cert: Path | None = Field(default=None, description="PEM for mutual TLS")
    temporal_tls_key: Path | None = Field(default=None, description="PEM for mutual TLS")
    temporal_api_key: SecretStr | None = Field(default=None, description="For Temporal Cloud")

    blob_url: str = Field(default="", description="Object store: file:///… or s3://bucket/…")
    public_url: str = Field(default="http://127.0.0.1:8000", description="As people reach it")
    inbox_domain: str = Field(default="inbox.localhost", description="Domain of inbox addresses")

    mail_host: str = Field(default="", description="SMTP relay for letters; empty: none is sent")
    mail_port: int = Field(default=25, description="Port of the relay")
    mail_from: str = Field(default="belegfluss@localhost", description="Sender of our letters")

    max_body_bytes: int = Field(default=2 * 1024**2, ge=1024, description="Of a JSON body")
    max_upload_bytes: int = Field(default=26 * 1024**2, ge=1024, description="Of a form with files")

    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_json: bool = Field(default=True, description="Logs as JSON; else for human eyes")
