"""What the environment must say to the API."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from api.seal_keys import keys_of
from workflows.shared.settings import ServerSettings
from workflows.shared.variables import Domain, MailAddresses, Port, StoreUrl, WebUrl


def _usable(keys: SecretStr) -> SecretStr:
    keys_of(keys.get_secret_value())
    return keys


class Settings(ServerSettings):
    """Settings of the API."""

    blob_url: StoreUrl = ""  # Without one the API serves all but files.

    database_pool: int = Field(default=10, ge=1, le=200, description="Connections kept open")
    threads: int = Field(default=20, ge=1, le=400, description="Requests in the database at once")

    logins: int = Field(
        default=4,
        ge=1,
        le=100,
        description="Logins at once, apart from THREADS; four times as many wait, more hear 503",
    )

    metrics_port: Port = Field(default=0, description="/metrics there alone; 0: at the API itself")
    metrics_host: str = Field(default="127.0.0.1", description="Where METRICS_PORT is served")
    docs: bool = Field(default=True, description="Whether /docs and /openapi.json are served")

    public_url: WebUrl = Field(default="http://127.0.0.1:8000", description="As people reach it")
    temporal_ui_url: WebUrl = Field(default="", description="UI of an external Temporal")
    operators: MailAddresses = Field(
        default="", description="Mail addresses of who runs the service, with commas between them"
    )
    inbox_domain: Domain = Field(default="inbox.localhost", description="Domain of inbox addresses")

    seal_keys: Annotated[SecretStr, AfterValidator(_usable)] = Field(
        default=SecretStr(""),
        description="What secrets of second factors are sealed with: 32 bytes in base64 each;"
        " the first seals, all open; empty: nobody sets a second factor up",
    )

    max_body_bytes: int = Field(default=2 * 1024**2, ge=1024, description="Of a JSON body")
    max_upload_bytes: int = Field(default=26 * 1024**2, ge=1024, description="Of a form with files")

    @property
    def operator_addresses(self) -> frozenset[str]:
        """Who sees the page of the whole service, whatever their role in a company."""
        return frozenset(each.strip().casefold() for each in self.operators.split(",")) - {""}
