"""The whole stack as `make up` runs it: one start for most of what is asked here."""

import contextlib
import json
import os
import re
import shutil
import signal
import smtplib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest

from deploy.migrations.objects import APP
from deploy.stack.postgres import OWNER, Postgres, prepare_database
from deploy.stack.temporal import DevServer
from tests.servers import APP_PASSWORD, OWNER_PASSWORD
from workflows.shared.connection import TemporalServer, connect

pytestmark = pytest.mark.timeout(600)

_SECONDS = 300
_COMMAND = (sys.executable, "-m", "deploy.cli", "up")
_LEDGER, _API = ["worker-ledger", "worker-ledger-2"], ["api", "api-2"]
_MAIL = ["mailroom", "mailroom-2"]
_ORDER = ["postgres", "temporal", "mail", *_LEDGER, "worker-documents", *_API, *_MAIL]


class Stack:
    """A running stack in a process of its own."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        settings = {"BELEGFLUSS_HOME": str(home), "COLUMNS": "200", **settings}
        self._log = home.with_suffix(".log").open("ab")
        self.process = subprocess.Popen(  # noqa: S603 - our own command line
            _COMMAND,
            env={**os.environ, **settings},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    @property
    def listing(self) -> dict[str, Any]:
        """What stack.json says."""
        return dict(json.loads((self.home / "stack.json").read_text()))

    def said(self) -> str:
        """Everything the stack has printed."""
        return self.home.with_suffix(".log").read_text()

    def pid(self, name: str) -> int:
        """Process id of a part."""
        state = json.loads((self.home / "processes.json").read_text())
        return int(state["processes"][name]["pid"])

    def wait_ready(self) -> None:
        """Wait for stack.json."""
        self.wait((self.home / "stack.json").exists)

    def wait(self, is_done: Callable[[], bool]) -> None:
        """Wait for something, but not for a stack that has ended."""
        deadline = time.monotonic() + _SECONDS
        while not is_done():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def stop(self) -> int:
        """Ask politely; kill only what does not listen."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        finally:
            self.process.kill()
            self._log.close()


@contextlib.contextmanager
def running(home: Path, **settings: str) -> Iterator[Stack]:
    """Run a stack until the block ends."""
    stack = Stack(home, **settings)
    try:
        stack.wait_ready()
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the stack of this file."""
    return tmp_path_factory.mktemp("up") / "home"


@pytest.fixture(scope="module")
def stack(home: Path) -> Iterator[Stack]:
    """Run one stack for the tests of this file."""
    with running(home) as stack:
        yield stack


def get(stack: Stack, path: str, key: str = "") -> Any:
    """Ask the API."""
    request = urllib.request.Request(  # noqa: S310 - our own http address
        stack.listing["api_url"] + path, headers={"Authorization": f"Bearer {key}"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - as above
        return json.loads(response.read())


def is_answering(stack: Stack) -> bool:
    """Whether the API says that it is ready."""
    try:
        with urllib.request.urlopen(stack.listing["api_url"] + "/readyz", timeout=60) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def test_stack_json_says_all_that_a_client_needs(stack: Stack) -> None:
    """Addresses, ids and four people for each of two companies; for the owner's eyes only."""
    listing = stack.listing
    assert set(listing) == {
        *("ready", "api_url", "temporal_address", "temporal_ui_url", "smtp_host", "smtp_port"),
        *("database_url", "tenant_id", "inbox_address", "principals", "other_tenant", "metrics"),
    }
    assert listing["ready"] is True
    assert (stack.home / "stack.json").stat().st_mode & 0o777 == 0o600
    for company in (listing, listing["other_tenant"]):
        names = [each["name"] for each in company["principals"]]
        assert names == ["bookkeeper", "approver", "auditor", "admin"]
        assert len({each["email"] for each in company["principals"]}) == 4
        for each in company["principals"]:
            assert set(each) == {"name", "email", "password", "api_key", "scopes"}
    bookkeeper = set(listing["principals"][0]["scopes"])
    assert {"journal:read", "journal:write", "kreditoren:write", "perioden:write"} <= bookkeeper
    assert not {"config:write", "admin"} & bookkeeper


def test_everything_answers(stack: Stack) -> None:
    """API, SMTP, the UI of Temporal, and the database, which shows nothing without a tenant."""
    assert is_answering(stack)
    with urllib.request.urlopen(stack.listing["temporal_ui_url"], timeout=60) as page:  # noqa: S310
        assert page.status == 200
    with smtplib.SMTP(stack.listing["smtp_host"], stack.listing["smtp_port"], timeout=60) as smtp:
        assert smtp.noop()[0] == 250
    with psycopg.connect(stack.listing["database_url"]) as session:
        assert session.execute("SELECT current_user").fetchone() == ("belegfluss_app",)
        assert session.execute("SELECT count(*) FROM tenant").fetchone() == (0,)


def test_each_process_serves_its_numbers(stack: Stack) -> None:
    """And each worker those of Temporal's SDK, without anybody asking for them."""
    served = {name: _served(url) for name, url in stack.listing["metrics"].items()}
    workers = [*_LEDGER, "worker-documents"]
    assert list(served) == [
        *_API,
        "mailroom",
        "mailroom-2",
        *(f"{each}{sdk}" for each in workers for sdk in ("", "-sdk")),
    ]
    for name in (*_API, "mailroom", "mailroom-2", *workers):
        assert "process_resident_memory_bytes" in served[name]
    for name in workers:  # a worker counts its start a moment after it is ready
        url = stack.listing["metrics"][f"{name}-sdk"]
        stack.wait(lambda url=url: "temporal_worker_start" in _served(url))  # type: ignore[misc]


async def test_what_has_ended_stays_for_thirty_days(stack: Stack) -> None:
    """As the guide says; a dev server by itself keeps it for one."""
    client = await connect(TemporalServer(stack.listing["temporal_address"]))
    told = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=client.namespace)
    )
    assert told.config.workflow_execution_retention_ttl.ToTimedelta() == timedelta(days=30)


def _served(url: str) -> set[str]:
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own http address
        lines = answer.read().decode().splitlines()
    return {re.split(r"[{ ]", line)[0] for line in lines if not line.startswith("#")}


def test_the_keys_open_the_doors_of_their_company(stack: Stack) -> None:
    """The Austrian company has Austrian accounts, the German one German ones."""
    first, other = (
        {
            row["number"]
            for row in get(stack, "/v1/accounts", each["principals"][0]["api_key"])["accounts"]
        }
        for each in (stack.listing, stack.listing["other_tenant"])
    )
    assert "1800" in other
    assert first != other


def test_letters_of_the_service_arrive_in_a_folder(stack: Stack) -> None:
    """Who forgets a password in a development stack finds the letter on the disk."""
    address = stack.listing["principals"][0]["email"]
    request = urllib.request.Request(  # noqa: S310 - our own http address
        stack.listing["api_url"] + "/v1/auth/forgot-password",
        data=json.dumps({"email": address}).encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=60).close()  # noqa: S310 - as above
    stack.wait(lambda: any((stack.home / "mail").glob("*.eml")))
    letter = next((stack.home / "mail").glob("*.eml")).read_text()
    assert address in letter


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README uses curl")
def test_the_first_steps_of_the_readme_work(stack: Stack, tmp_path: Path) -> None:
    """The newcomer pastes them after `make up`."""
    readme = Path(__file__).parents[2] / "README.md"
    steps = readme.read_text().split("```sh\n")[2].split("```")[0]
    (tmp_path / ".belegfluss").symlink_to(stack.home)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    shell = shutil.which("sh") or "sh"
    told = subprocess.run(  # noqa: S603 - our own README
        (shell, "-euc", steps),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert json.loads(told.stdout)["accounts"]


@pytest.mark.parametrize("name", ["api", "worker-ledger", "mailroom", "temporal", "postgres"])
def test_what_is_killed_comes_back(stack: Stack, name: str) -> None:
    """No part takes another one down for good."""
    before = stack.pid(name)
    os.kill(before, signal.SIGKILL)
    stack.wait(lambda: stack.pid(name) != before)
    stack.wait(lambda: is_answering(stack))


def test_the_api_answers_while_one_of_its_processes_is_away(stack: Stack) -> None:
    """Whoever asks next is answered by the other one; both share one door."""
    stack.wait(lambda: is_answering(stack))
    before = stack.pid("api-2")
    os.kill(before, signal.SIGKILL)
    assert any(is_answering(stack) for _ in range(3))  # a busy machine is late for a probe
    stack.wait(lambda: stack.pid("api-2") != before)


def test_a_second_stack_on_the_same_home_is_refused(stack: Stack) -> None:
    """And the first one goes on."""
    refused = subprocess.run(  # noqa: S603 - our own command line
        _COMMAND,
        env={**os.environ, "BELEGFLUSS_HOME": str(stack.home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert refused.returncode == 1
    assert "already runs" in refused.stderr
    assert is_answering(stack)


def test_another_stack_on_external_servers_runs_beside_it(
    stack: Stack, cluster: Postgres, dev_server: DevServer, tmp_path: Path
) -> None:
    """What the environment names is used, and not started; different homes share nothing."""
    prepare_database(cluster, "external", OWNER_PASSWORD)
    settings = {
        "BELEGFLUSS_DATABASE_URL": cluster.url("external", APP, APP_PASSWORD),
        "BELEGFLUSS_DATABASE_OWNER_URL": cluster.url("external", OWNER, OWNER_PASSWORD),
        "BELEGFLUSS_TEMPORAL_ADDRESS": dev_server.address,
    }
    with running(tmp_path / "home", **settings) as other:
        started = json.loads((other.home / "processes.json").read_text())["processes"]
        assert list(started) == _ORDER[2:]
        assert other.listing["temporal_address"] == dev_server.address
        assert other.listing["temporal_ui_url"] is None
        assert f":{cluster.port}/external" in other.listing["database_url"]
        assert is_answering(other)
        assert other.listing["tenant_id"] != stack.listing["tenant_id"]
        key = stack.listing["principals"][0]["api_key"]
        with pytest.raises(urllib.error.HTTPError, match="401"):
            get(other, "/v1/accounts", key)
    assert is_answering(stack)


def test_sigterm_stops_in_reverse_and_the_next_start_finds_all(stack: Stack, home: Path) -> None:
    """The last test of this file: it stops the stack, and starts another on the same home."""
    before = stack.listing
    parts = [stack.pid(name) for name in _ORDER]
    assert stack.stop() == 0
    stopped = [line.split()[-1] for line in stack.said().splitlines() if "stopping" in line]
    assert stopped == _ORDER[::-1]
    assert not any(Path(f"/proc/{pid}").exists() for pid in parts)
    assert not (home / "stack.json").exists()

    with running(home) as again:
        for same in ("tenant_id", "inbox_address", "principals", "other_tenant"):
            assert again.listing[same] == before[same]
        key = before["principals"][0]["api_key"]
        assert get(again, "/v1/accounts", key)["accounts"]
