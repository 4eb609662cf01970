"""What the environment must say to a worker."""

from typing import Self

from pydantic import Field, SecretStr, model_validator

from activities.relay import Relay, RelaySecurity
from domain.intake.two_readings import SecondEngine
from workflows.shared.settings import ServerSettings
from workflows.shared.variables import MailAddress, Port, WebUrl


class WorkerSettings(ServerSettings):
    """Settings of a worker."""

    worker_threads: int = Field(default=16, ge=2, le=200, description="Activities at once")
    worker_readers: int = Field(
        default=0, ge=0, le=200, description="Documents read at once; 0: one for each core"
    )
    second_engine: SecondEngine = Field(
        default=SecondEngine.UNSURE,
        description="When RapidOCR reads scans, too: never, unsure (after the first), always",
    )
    worker_grace_seconds: int = Field(
        default=20, ge=0, description="What running steps get at shutdown"
    )
    worker_host: str = Field(default="127.0.0.1", description="Where health is served")
    worker_health_port: Port = Field(default=0, description="/healthz /readyz /metrics; 0: none")
    worker_sdk_metrics_port: Port = Field(default=0, description="Temporal's own metrics; 0: none")
    public_url: WebUrl = Field(default="http://127.0.0.1:8000", description="As people reach it")
    mail_host: str = Field(default="", description="SMTP relay for letters; empty: none is sent")
    mail_port: Port = Field(default=25, description="Port of the relay")
    mail_security: RelaySecurity = Field(
        default=RelaySecurity.NONE,
        description="How the relay is reached: none, starttls (often port 587), tls (often 465)",
    )
    mail_user: str = Field(default="", description="Who logs in at the relay; empty: nobody does")
    mail_password: SecretStr = Field(default=SecretStr(""), description="Password of MAIL_USER")
    mail_from: MailAddress = Field(
        default="belegfluss@localhost", description="Sender of our letters"
    )
    mail_operator: MailAddress = Field(
        default="", description="Where messages of the contact form go; empty: they are only kept"
    )

    worker_deployment: str | None = Field(
        default=None, description="Name for Worker Versioning; unset: unversioned"
    )
    worker_build_id: str = Field(default="unversioned", description="Build, for Worker Versioning")

    @property
    def relay(self) -> Relay:
        """Where letters are handed over."""
        return Relay(
            self.mail_host,
            self.mail_port,
            self.mail_from,
            self.public_url,
            self.mail_operator,
            self.mail_security,
            self.mail_user,
            self.mail_password.get_secret_value(),
        )

    @model_validator(mode="after")
    def _keeps_its_password(self) -> Self:
        """Refuse to send a password over a connection that anybody can read."""
        if self.mail_user and self.mail_security is RelaySecurity.NONE:
            raise ValueError(
                "BELEGFLUSS_MAIL_USER needs BELEGFLUSS_MAIL_SECURITY to be starttls or tls"
            )
        return self
