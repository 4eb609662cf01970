"""Which processes the stack has, in the order they start, and what each of them is told."""

import sys
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.client import HTTPException
from socket import socket
from urllib.error import URLError
from urllib.request import urlopen

from deploy.stack.home import kept_secret
from deploy.stack.process import Service, free_port, greets, listens
from deploy.stack.settings import StackSettings

_WORKER_SECONDS = 30


@dataclass(frozen=True, slots=True)
class WorkerPorts:
    """Where a worker tells of its health, and Temporal's SDK inside it its numbers."""

    health: int
    sdk: int


@dataclass(frozen=True, slots=True)
class Ports:
    """Loopback ports of our own processes."""

    api: int
    smtp: int
    mail: int
    api_metrics: int
    second_api_metrics: int
    mailroom_metrics: int
    second_mailroom_metrics: int
    ledger: "WorkerPorts"
    second_ledger: "WorkerPorts"
    documents: "WorkerPorts"

    @classmethod
    def of(cls, settings: StackSettings) -> "Ports":
        """Take the ports that are asked for, and free ones for the rest."""
        return cls(
            settings.api_port or free_port(),
            settings.smtp_port or free_port(),
            free_port(),
            free_port(),
            free_port(),
            free_port(),
            free_port(),
            WorkerPorts(free_port(), free_port()),
            WorkerPorts(free_port(), free_port()),
            WorkerPorts(free_port(), free_port()),
        )

    @property
    def numbers(self) -> Mapping[str, str]:
        """Where each process serves its numbers, and each worker those of Temporal's SDK."""
        workers = {
            "worker-ledger": self.ledger,
            "worker-ledger-2": self.second_ledger,
            "worker-documents": self.documents,
        }
        served = {
            "api": self.api_metrics,
            "api-2": self.second_api_metrics,
            "mailroom": self.mailroom_metrics,
            "mailroom-2": self.second_mailroom_metrics,
        }
        for name, ports in workers.items():
            served |= {name: ports.health, f"{name}-sdk": ports.sdk}
        return {name: f"http://127.0.0.1:{port}/metrics" for name, port in served.items()}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The servers that our processes lean on, embedded or not."""

    database_url: str
    temporal_address: str
    temporal_ui_url: str | None
    operators: str = ""


@dataclass(frozen=True, slots=True)
class Doors:
    """Sockets that listen on behalf of processes that come and go: of the API, and for mail."""

    api: socket
    smtp: socket


def services(
    settings: StackSettings, around: Surroundings, ports: Ports, doors: Doors
) -> tuple[Service, ...]:
    """Our own processes, in the order they start."""
    told = environment(settings, around, ports)
    # 32 letters are as many bytes; what seals secrets is told to nobody but the API.
    seal = b64encode(kept_secret(settings.home.resolve(), "seal").encode()).decode()
    sealing = {**told, "BELEGFLUSS_SEAL_KEYS": seal}
    letters = settings.home.resolve() / "mail"
    return (
        Service(
            "mail",
            _python("deploy.stack.mail_folder", str(ports.mail), str(letters)),
            partial(listens, ports.mail),
        ),
        # Two of what people wait for: one goes on while the other starts again.
        _worker("ledger", ports.ledger, told),
        _worker("ledger", ports.second_ledger, told, "-2"),
        _worker("documents", ports.documents, told),
        _api(ports.api, ports.api_metrics, doors.api, sealing),
        _api(ports.api, ports.second_api_metrics, doors.api, sealing, "-2"),
        _mailroom(ports.smtp, ports.mailroom_metrics, doors.smtp, told),
        _mailroom(ports.smtp, ports.second_mailroom_metrics, doors.smtp, told, "-2"),
    )


def environment(settings: StackSettings, around: Surroundings, ports: Ports) -> Mapping[str, str]:
    """What every process is told beyond what the stack itself was told."""
    home = settings.home.resolve()
    told = {
        "HOME": str(home),
        "DATABASE_URL": around.database_url,
        "TEMPORAL_ADDRESS": around.temporal_address,
        "TEMPORAL_UI_URL": around.temporal_ui_url or "",
        "OPERATORS": around.operators,
        "BLOB_URL": settings.blob_url or (home / "blobs").as_uri(),
        "API_PORT": str(ports.api),
        "PUBLIC_URL": api_url(ports),
        "SMTP_PORT": str(ports.smtp),
        "SMTP_CONNECTIONS_OF_EACH": "50",  # everybody comes from this machine
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
    """Whether a GET is answered with 200; by what speaks no HTTP it is not."""
    try:
        with urlopen(url, timeout=2) as response:  # noqa: S310 - our own http address
            return bool(response.status == HTTPStatus.OK)
    except (URLError, OSError, HTTPException):
        return False


def _api(
    port: int, metrics: int, door: socket, told: Mapping[str, str], which: str = ""
) -> Service:
    ready = _both(partial(answers, f"http://127.0.0.1:{port}/readyz"), metrics)
    command = _python("api", "--fd", str(door.fileno()))
    own = {**told, "BELEGFLUSS_METRICS_PORT": str(metrics)}
    return Service(f"api{which}", command, ready, own, inherits=(door,))


def _mailroom(
    port: int, metrics: int, door: socket, told: Mapping[str, str], which: str = ""
) -> Service:
    command = _python("api.mailroom", "--fd", str(door.fileno()))
    own = {**told, "BELEGFLUSS_SMTP_METRICS_PORT": str(metrics)}
    ready = _both(partial(greets, port), metrics)
    return Service(f"mailroom{which}", command, ready, own, inherits=(door,))


def _both(door: Callable[[], bool], metrics: int) -> Callable[[], bool]:
    """Whether a process answers itself: at a shared door another one may answer for it."""
    return lambda: answers(f"http://127.0.0.1:{metrics}/metrics") and door()


def _worker(queue: str, ports: WorkerPorts, told: Mapping[str, str], which: str = "") -> Service:
    ours = {"HEALTH_PORT": str(ports.health), "SDK_METRICS_PORT": str(ports.sdk)}
    return Service(
        f"worker-{queue}{which}",
        _python("worker", queue),
        partial(answers, f"http://127.0.0.1:{ports.health}/readyz"),
        {**told, **{f"BELEGFLUSS_WORKER_{key}": value for key, value in ours.items()}},
        stop_seconds=_WORKER_SECONDS,
    )


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)
