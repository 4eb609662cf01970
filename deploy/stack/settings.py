"""What the environment may say to the stack; without any of it, everything is embedded."""

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from workflows.shared.variables import (
    PREFIX,
    Address,
    DatabaseUrl,
    Domain,
    Port,
    StoreUrl,
    WebUrl,
    from_environment,
)

_OF_OPERATORS = ("BELEGFLUSS_DATABASE_OWNER_URL", "BELEGFLUSS_DATABASE_BACKUP_URL")


class StackSettings(BaseSettings):
    """Settings of `make up` and `make demo`; every variable starts with BELEGFLUSS_."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, hide_input_in_errors=True
    )

    home: Path = Field(default=Path(".belegfluss"), description="Folder of all the stack's data")
    api_port: Port = Field(default=0, description="Port of the API; 0: a free one")
    smtp_port: Port = Field(default=0, description="Port of SMTP; the stack takes a free one for 0")
    temporal_port: Port = Field(default=0, description="Of the embedded Temporal; 0: a free one")
    temporal_ui_port: Port = Field(default=0, description="Of its UI; 0: a free one")
    inbox_domain: Domain = Field(
        default="inbox.belegfluss.localhost", description="The domain of all inbound addresses"
    )

    database_url: DatabaseUrl | None = Field(
        default=None, description="PostgreSQL, with sslmode; unset: an embedded one"
    )
    database_owner_url: DatabaseUrl | None = Field(
        default=None, description="Role that owns the tables; for migrations only"
    )
    database_backup_url: DatabaseUrl | None = Field(
        default=None, description="Role of backups, which reads every tenant; for backups only"
    )
    temporal_address: Address | None = Field(
        default=None, description="host:port of Temporal; unset: an embedded one"
    )
    temporal_ui_url: WebUrl | None = Field(default=None, description="UI of an external Temporal")
    blob_url: StoreUrl | None = Field(
        default=None, description="Object store; unset: the folder blobs of the home"
    )

    @classmethod
    def from_environment(cls) -> "StackSettings":
        """Read the environment, and hide the urls of operators from the processes to come."""
        settings = from_environment(cls)
        for name in _OF_OPERATORS:
            os.environ.pop(name, None)
        return settings
