"""What the environment may say to the stack; without any of it, everything is embedded."""

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_OF_OPERATORS = ("BELEGFLUSS_DATABASE_OWNER_URL", "BELEGFLUSS_DATABASE_BACKUP_URL")


class StackSettings(BaseSettings):
    """Settings of `make up` and `make demo`; every variable starts with BELEGFLUSS_."""

    model_config = SettingsConfigDict(env_prefix="BELEGFLUSS_", env_ignore_empty=True)

    home: Path = Field(default=Path(".belegfluss"), description="Folder of all the stack's data")
    api_port: int = Field(default=0, description="Port of the API; 0: a free one")
    smtp_port: int = Field(default=0, description="Port of SMTP; the stack takes a free one for 0")
    temporal_port: int = Field(default=0, description="Of the embedded Temporal; 0: a free one")
    temporal_ui_port: int = Field(default=0, description="Of its UI; 0: a free one")
    inbox_domain: str = Field(
        default="inbox.belegfluss.localhost", description="The domain of all inbound addresses"
    )

    database_url: SecretStr | None = Field(
        default=None, description="PostgreSQL, with sslmode; unset: an embedded one"
    )
    database_owner_url: SecretStr | None = Field(
        default=None, description="Role that owns the tables; for migrations only"
    )
    database_backup_url: SecretStr | None = Field(
        default=None, description="Role of backups, which reads every tenant; for backups only"
    )
    temporal_address: str | None = Field(
        default=None, description="host:port of Temporal; unset: an embedded one"
    )
    temporal_ui_url: str | None = Field(default=None, description="UI of an external Temporal")
    blob_url: str | None = Field(
        default=None, description="Object store; unset: the folder blobs of the home"
    )

    @classmethod
    def from_environment(cls) -> "StackSettings":
        """Read the environment, and hide the urls of operators from the processes to come."""
        settings = cls()
        for name in _OF_OPERATORS:
            os.environ.pop(name, None)
        return settings
