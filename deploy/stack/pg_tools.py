"""PostgreSQL's own programs, and how they are told where the database is."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL

from deploy.stack.postgres import binaries


class ToolFailed(RuntimeError):
    """A program of PostgreSQL is missing or ended with an error, which the message holds."""


def run(program: str, url: URL, *arguments: str) -> str:
    """Run a program on a database; the password is in no command line. Raises ToolFailed."""
    place = (url.username, None, url.host, url.port, url.database, url.query)
    told = URL.create("postgresql", *place).render_as_string()
    environment = {**os.environ, "PGPASSWORD": url.password or ""}
    command = (_path_of(program), "--no-password", "--dbname", told, *arguments)
    done = subprocess.run(  # noqa: S603 - our own command line
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ToolFailed(f"{program}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def _path_of(program: str) -> str:
    """The one of the wheel where that is installed, else the one on the path."""
    try:
        return str(binaries() / program)
    except RuntimeError:
        found = shutil.which(program)
    if found is None:
        raise ToolFailed(f"{program} is not installed; it comes with PostgreSQL's client.")
    return str(Path(found))
