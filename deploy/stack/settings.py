"""What the environment may say to the stack; without any of it, everything is embedded."""

import os
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_OWNER_URL = "BELEGFLUSS_DATABASE_OWNER_URL"


class StackSettings(BaseSettings):
    """Settings of `make up` and `make demo`; every variable starts with BELEGFLUSS_."""

    model_config = SettingsConfigDict(env_prefix="BELEGFLUSS_", env_ignore_empty=True)

    home: Path = Path(".belegfluss")
    api_port: int = 0
    smtp_port: int = 0
    temporal_port: int = 0
    temporal_ui_port: int = 0
    inbox_domain: str = "inbox.belegfluss.localhost"

    database_url: SecretStr | None = None
    database_owner_url: SecretStr | None = None
    temporal_address: str | None = None
    temporal_ui_url: str | None = None
    blob_url: str | None = None

    @classmethod
    def from_environment(cls) -> "StackSettings":
        """Read the environment, and hide the owner's url from the processes to come."""
        settings = cls()
        os.environ.pop(_OWNER_URL, None)
        return settings
