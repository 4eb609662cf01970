"""The whole house: servers, migrations, people, processes, and the file that says where.

Run as `belegfluss up`, or `make up`.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

from deploy.stack import database, postgres, services, temporal
from deploy.stack.database import Database
from deploy.stack.home import locked, write_json
from deploy.stack.people import people
from deploy.stack.process import listening
from deploy.stack.services import Doors, Ports, Surroundings
from deploy.stack.settings import StackSettings
from deploy.stack.supervisor import Stopped, Supervisor
from deploy.stack.temporal import DevServer

log = logging.getLogger("belegfluss.stack")


@dataclass(frozen=True, slots=True)
class ExternalTemporal:
    """A Temporal server that is not ours to start."""

    address: str
    ui_url: str | None


def run(settings: StackSettings, guest: tuple[str, ...] | None = None) -> int:
    """Run the stack until somebody stops it, or until the guest, a command, has ended.

    Returns:
        The guest's exit code, else 0.

    Raises:
        HomeInUse: another stack runs on the same home.
        ProcessFailed: a part does not come up; the end of its log is in the message.

    """
    with locked(settings.home) as home:
        supervisor = Supervisor(home)
        supervisor.end_leftovers()
        supervisor.listen()
        _listing(home).unlink(missing_ok=True)
        try:
            listing = _started(supervisor, settings, home)
            write_json(_listing(home), listing)
            _tell(home, listing)
            return supervisor.host(guest) if guest else supervisor.keep()
        except Stopped:
            return 0
        finally:
            _listing(home).unlink(missing_ok=True)
            supervisor.stop()


def _started(supervisor: Supervisor, settings: StackSettings, home: Path) -> dict[str, object]:
    books, processes = _servers(supervisor, settings, home)
    residents = people(books.sqlalchemy(), home, settings.inbox_domain)
    ports = Ports.of(settings)
    operators = ",".join(p["email"] for p in residents["principals"] if p["name"] == "admin")
    around = Surroundings(books.sqlalchemy(), processes.address, processes.ui_url, operators)
    doors = Doors(listening(ports.api), listening(ports.smtp))
    for service in services.services(settings, around, ports, doors):
        supervisor.start(service)
    supervisor.wait_ready()
    return {
        "ready": True,
        "api_url": services.api_url(ports),
        "temporal_address": around.temporal_address,
        "temporal_ui_url": around.temporal_ui_url,
        "smtp_host": "127.0.0.1",
        "smtp_port": ports.smtp,
        "metrics": ports.numbers,
        "database_url": books.libpq(),
        **residents,
    }


def _servers(
    supervisor: Supervisor, settings: StackSettings, home: Path
) -> tuple[Database, DevServer | ExternalTemporal]:
    """Start what is embedded, both at once, and bring the schema up to date."""
    cluster = None if settings.database_url else postgres.cluster(home / "postgres")
    if cluster is not None:
        supervisor.start(cluster.service())
    processes = _temporal(supervisor, settings, home)
    supervisor.wait_ready()
    if settings.temporal_address is None:
        temporal.keep_ended(processes.address)
    books = database.embedded(cluster, home) if cluster else database.external(settings, home)
    log.info("migrating")
    return database.migrated(books), processes


def _temporal(
    supervisor: Supervisor, settings: StackSettings, home: Path
) -> DevServer | ExternalTemporal:
    if settings.temporal_address is not None:
        return ExternalTemporal(settings.temporal_address, settings.temporal_ui_url)
    file = home / "temporal.db"
    server = temporal.dev_server(file, settings.temporal_port, settings.temporal_ui_port)
    supervisor.start(server.service())
    return server


def _tell(home: Path, listing: dict[str, object]) -> None:
    log.info("ready; %s says where everything is", _listing(home))
    log.info("pages     %s/ (people and passwords: %s)", listing["api_url"], _listing(home))
    log.info("API       %s/docs", listing["api_url"])
    log.info("Temporal  %s", listing["temporal_ui_url"] or listing["temporal_address"])
    log.info("mail to   %s", listing["inbox_address"])
    log.info("          at %s:%s", listing["smtp_host"], listing["smtp_port"])


def _listing(home: Path) -> Path:
    return home / "stack.json"
