"""Which processes the stack has, in the order they start, and what each of them is told."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from urllib.error import URLError
from urllib.request import urlopen

from deploy.stack.process import Service, free_port, listens
from deploy.stack.settings import StackSettings

_WORKER_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Ports:
    """Loopback ports of our own processes."""

    api: int
    smtp: int
    mail: int
    ledger_health: int
    documents_health: int

    @classmethod
    def of(cls, settings: StackSettings) -> "Ports":
        """Take the ports that are asked for, and free ones for the rest."""
        return cls(
            settings.api_port or free_port(),
            settings.smtp_port or free_port(),
            free_port(),
            free_port(),
            free_port(),
        )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The servers that our processes lean on, embedded or not."""

    database_url: str
    temporal_address: str
    temporal_ui_url: str | None


def services(settings: StackSettings, around: Surroundings, ports: Ports) -> tuple[Service, ...]:
    """Our own processes, in the order they start."""
    told = environment(settings, around, ports)
    letters = settings.home.resolve() / "mail"
    return (
        Service(
            "mail",
            _python("deploy.stack.mail_folder", str(ports.mail), str(letters)),
            partial(listens, ports.mail),
        ),
        _worker("ledger", ports.ledger_health, told),
        _worker("documents", ports.documents_health, told),
        _api(ports.api, told),
        Service("mailroom", _python("api.mailroom"), partial(listens, ports.smtp), told),
    )


def environment(settings: StackSettings, around: Surroundings, ports: Ports) -> Mapping[str, str]:
    """What every process is told beyond what the stack itself was told."""
    home = settings.home.resolve()
    told = {
        "HOME": str(home),
        "DATABASE_URL": around.database_url,
        "TEMPORAL_ADDRESS": around.temporal_address,
        "TEMPORAL_UI_URL": around.temporal_ui_url or "",
        "BLOB_URL": settings.blob_url or (home / "blobs").as_uri(),
        "API_PORT": str(ports.api),
        "PUBLIC_URL": api_url(ports),
        "SMTP_PORT": str(ports.smtp),
        "MAIL_HOST": "127.0.0.1",
        "MAIL_PORT": str(ports.mail),
        "MAIL_FROM": f"belegfluss@{settings.inbox_domain}",
        "INBOX_DOMAIN": settings.inbox_domain,
    }
    return {f"BELEGFLUSS_{key}": value for key, value in told.items()}


def api_url(ports: Ports) -> str:
    """Where the API answers."""
    return f"http://127.0.0.1:{ports.api}"


def answers(url: str) -> bool:
    """Whether a GET is answered with 200."""
    try:
        with urlopen(url, timeout=2) as response:  # noqa: S310 - our own http address
            return bool(response.status == HTTPStatus.OK)
    except (URLError, OSError):
        return False


def _api(port: int, told: Mapping[str, str]) -> Service:
    command = _python(
        *("uvicorn", "api.main:create_app", "--factory"),
        *("--host", "127.0.0.1", "--port", str(port)),
        *("--http", "api.front:Front", "--timeout-graceful-shutdown", "10", "--no-access-log"),
    )
    ready = partial(answers, f"http://127.0.0.1:{port}/readyz")
    return Service("api", command, ready, told)


def _worker(queue: str, health_port: int, told: Mapping[str, str]) -> Service:
    return Service(
        f"worker-{queue}",
        _python("worker", queue),
        partial(answers, f"http://127.0.0.1:{health_port}/readyz"),
        {**told, "BELEGFLUSS_WORKER_HEALTH_PORT": str(health_port)},
        stop_seconds=_WORKER_SECONDS,
    )


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)
