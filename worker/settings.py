"""What the environment must say to a worker."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class WorkerSettings(BaseSettings):
    """Settings of a worker; every variable starts with BELEGFLUSS_."""

    model_config = SettingsConfigDict(env_prefix="BELEGFLUSS_", extra="ignore")

    database_url: SecretStr = Field(description="Application role, postgresql:// form")
    blob_url: str = Field(description="Object store: file:///folder or s3://bucket/prefix")
    temporal_address: str = Field(default="127.0.0.1:7233", description="host:port")
    temporal_namespace: str = "default"
    temporal_tls: bool = Field(default=False, description="TLS with the system's roots")
    temporal_tls_ca: Path | None = Field(default=None, description="PEM of another root")
    temporal_tls_cert: Path | None = Field(default=None, description="PEM for mutual TLS")
    temporal_tls_key: Path | None = Field(default=None, description="PEM for mutual TLS")
    temporal_api_key: SecretStr | None = None

    worker_threads: int = Field(default=16, ge=2, le=200, description="Activities at once")
    worker_readers: int = Field(
        default=0, ge=0, le=200, description="Documents read at once; 0: one for each core"
    )
    worker_grace_seconds: int = Field(
        default=20, ge=0, description="What running steps get at shutdown"
    )
    worker_host: str = Field(default="127.0.0.1", description="Where health is served")
    worker_health_port: int = Field(default=0, description="/healthz /readyz /metrics; 0: none")
    worker_sdk_metrics_port: int = Field(default=0, description="Temporal's own metrics; 0: none")
    worker_deployment: str | None = Field(
        default=None, description="Name for Worker Versioning; unset: unversioned"
    )
    worker_build_id: str = Field(default="unversioned", description="Build, for Worker Versioning")
    log_level: str = "INFO"
    log_json: bool = True
