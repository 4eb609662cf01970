"""The whole house, as `make up` runs it, for the stories."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.stack.people import GERMAN, found
from deploy.stack.services import answers
from domain.database.session import engine

_START_SECONDS = 300
_STOP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class House:
    """A running stack."""

    home: Path

    @property
    def stack(self) -> dict[str, Any]:
        """What stack.json says."""
        listed: dict[str, Any] = json.loads((self.home / "stack.json").read_text())
        return listed

    @property
    def database_url(self) -> str:
        """Url of the application's role."""
        url: str = self.stack["database_url"]
        return url.replace("postgresql://", "postgresql+psycopg://")

    def pid(self, name: str) -> int:
        """Process id of a part, once it runs."""
        recorded = json.loads((self.home / "processes.json").read_text())
        pid: int = recorded["processes"][name]["pid"]
        return pid

    def kill(self, name: str) -> int:
        """SIGKILL a part; its supervisor starts it again."""
        pid = self.pid(name)
        psutil.Process(pid).kill()
        return pid

    def is_whole(self) -> bool:
        """Whether every process of it serves its numbers, workers are ready, Temporal answers."""
        metrics: dict[str, str] = self.stack["metrics"]
        ready = (
            url.replace("/metrics", "/readyz")
            for name, url in metrics.items()
            if name.startswith("worker-") and not name.endswith("-sdk")
        )
        return all(map(answers, (*metrics.values(), *ready, self.stack["temporal_ui_url"])))

    def company(self) -> dict[str, Any]:
        """A new company in this house, listed as stack.json lists one."""
        bind = engine(self.database_url, pool_size=1)
        try:
            company = found(bind, GERMAN)
        finally:
            bind.dispose()
        domain = self.stack["inbox_address"].partition("@")[2]
        return {
            **self.stack,
            "tenant_id": str(company.id),
            "inbox_address": f"{company.inbox_address}@{domain}",
            "principals": [
                {"name": p.name, "email": p.email, "api_key": p.api_key}
                for p in company.people.values()
            ],
        }


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Run the stack as `make up` does."""
    with started(tmp_path_factory.mktemp("house"), "deploy.cli", "up") as running:
        yield running


@contextmanager
def started(home: Path, *command: str) -> Iterator[House]:
    """Start a stack as a process of its own, and stop it as Ctrl-C would."""
    told = {**os.environ, "BELEGFLUSS_HOME": str(home)}
    with (home / "up.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command line
            (sys.executable, "-m", *command), env=told, stdout=log, stderr=log
        )
    try:
        _wait_ready(home, process)
        yield House(home)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(_STOP_SECONDS)


def _wait_ready(home: Path, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while not (home / "stack.json").exists():
        assert process.poll() is None, (home / "up.log").read_text()
        assert time.monotonic() < end, (home / "up.log").read_text()
        time.sleep(0.1)
