"""The worker is killed right before and right after steps of a bank's answer and of dunning.

Each company has one death in its plan; every death hits the others wherever they
are. What a step does is done once, whoever repeats it.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from temporalio.client import Client

from deploy.stack.process import free_port
from deploy.stack.temporal import DevServer
from domain.banking.file_ids import end_to_end_id, message_id
from domain.database.session import read_session, write_session
from domain.dates import local_day
from domain.formats import pain002
from domain.payments import answer_store
from domain.payments import store as payment_runs
from domain.payments.business_day import next_business_day
from domain.payments.run import RunStatus
from domain.receivables import dunning_store, dunning_views
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.pain002 import Told, report
from tests.payables import a_bank_account, a_posted_invoice, a_vendor, acting, an_invoice
from tests.receivables import a_customer, a_posted_outgoing_invoice, an_outgoing_invoice
from tests.servers import Database
from tests.workflows.running import command
from workflows.dunning.client import Dunnings
from workflows.payment_run.client import PaymentRuns
from workflows.shared.client import ProcessUnavailable

pytestmark = pytest.mark.timeout(400)
ROOT = Path(__file__).parents[2]
NOW = datetime.now(UTC)
PATIENCE = timedelta(minutes=3)
T = TypeVar("T")


@asynccontextmanager
async def mortal_worker(database: Database, server: DevServer, home: Path) -> AsyncIterator[Path]:
    """Run a worker that dies on plan and lives again; the folder of plans."""
    plan = home / "plan"
    told = {
        "MORTAL_PLAN": str(plan),
        "BELEGFLUSS_DATABASE_URL": database.url,
        "BELEGFLUSS_TEMPORAL_ADDRESS": server.address,
        "BELEGFLUSS_BLOB_URL": (home / "blobs").as_uri(),
        "BELEGFLUSS_WORKER_HEALTH_PORT": str(free_port()),
        "BELEGFLUSS_LOG_LEVEL": "ERROR",
    }

    command_line = (sys.executable, "-m", "tests.e2e.mortal_worker", "ledger")
    living = await asyncio.create_subprocess_exec(*command_line, cwd=ROOT, env=os.environ | told)
    try:
        yield plan
    finally:
        living.kill()
        await living.wait()


async def answered(give: Callable[[], Awaitable[T]]) -> T:
    """Give an order again, as callers do with the same key, until a worker has answered it."""
    async with asyncio.timeout(PATIENCE.total_seconds()):
        while True:
            try:
                return await give()
            except ProcessUnavailable:
                await asyncio.sleep(0.2)


@dataclass
class Company:
    """A tenant whose worker dies around a step."""

    database: Database
    client: Client
    tenant: Tenant

    def asks(self, question: str) -> list[tuple[Any, ...]]:
        """Rows of this company."""
        with read_session(self.database.engine, self.tenant.id) as session:
            return [tuple(row) for row in session.execute(text(question))]

    async def until(self, question: str) -> list[tuple[Any, ...]]:
        """Wait until there is an answer."""
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while not (found := await asyncio.to_thread(self.asks, question)):  # noqa: ASYNC110
                await asyncio.sleep(0.2)  # until the worker has done it
        return found

    def an_exported_run(self) -> UUID:
        """A run over two invoices whose file has left."""
        bind, day = self.database.engine, next_business_day(local_day(NOW, "AT"))
        with write_session(bind, self.tenant.id, acting(self.tenant, "bookkeeper")) as session:
            vendor, account = a_vendor(session), a_bank_account(session)
            invoices = tuple(a_posted_invoice(session, an_invoice(vendor)) for _ in range(2))
            new = payment_runs.NewRun(uuid4(), account, day, invoices)
            payment_runs.create(session, new, NOW)
        for step, who in ((payment_runs.approve, "approver"), (payment_runs.export, "bookkeeper")):
            with write_session(bind, self.tenant.id, acting(self.tenant, who)) as session:
                step(session, new.run_id, NOW)
        return new.run_id

    async def is_withdrawn(self) -> None:
        """Two people withdraw a file: the run is cancelled once, its invoices are free."""
        run_id = self.an_exported_run()
        runs = PaymentRuns(self.client)
        for who in ("bookkeeper", "approver"):
            with write_session(
                self.database.engine, self.tenant.id, acting(self.tenant, who)
            ) as session:
                payment_runs.ask_withdrawal(session, run_id, "von der Bank abgelehnt", NOW)
            order = command(self.tenant.id, self.tenant.people[who].user_id, "withdraw")
            state = await answered(partial(runs.withdraw, run_id, order))
        assert state.status is RunStatus.CANCELLED
        assert self.asks("SELECT is_active, released_at IS NOT NULL FROM payment_run_item") == [
            (False, True),
            (False, True),
        ]
        assert self.told("payment_run.withdrawn") == 1

    async def is_answered(self) -> None:
        """The bank refuses one transfer and settles the other: both are told once."""
        run_id = self.an_exported_run()
        said = (
            Told(end_to_end_id(run_id, 1), "RJCT", "AC04"),
            Told(end_to_end_id(run_id, 2), "ACSC"),
        )
        with write_session(self.database.engine, self.tenant.id, self.tenant.actor) as session:
            answer_store.keep(session, pain002.read(report(message_id(run_id), said)))
        order = command(self.tenant.id, self.tenant.people["bookkeeper"].user_id, "answer")
        state = await answered(partial(PaymentRuns(self.client).answer, run_id, order))
        assert state.status is RunStatus.COMPLETED
        assert self.asks(
            "SELECT standing, released_at IS NOT NULL FROM payment_run_item ORDER BY position"
        ) == [("refused", True), ("executed", False)]
        assert self.told("payment_run.answered") == 1

    async def is_dunned(self, *, by_policy: bool = False) -> None:
        """One letter is proposed, drawn once and released once."""
        with write_session(self.database.engine, self.tenant.id, self.tenant.actor) as session:
            if by_policy:
                policy = replace(dunning_views.policy(session), needs_release=False)
                dunning_store.change_policy(session, policy, 0, NOW)
            customer = a_customer(session)
            due = NOW.date() - timedelta(days=10)
            a_posted_outgoing_invoice(session, an_outgoing_invoice(customer, due=due))
        dunnings = Dunnings(self.client)
        await dunnings.look(self.tenant.id, customer)
        if not by_policy:
            ((notice,),) = await self.until(
                "SELECT id FROM dunning_notice WHERE document_id IS NOT NULL"
            )
            person = self.tenant.people["bookkeeper"].user_id
            order = command(self.tenant.id, person, "release")
            await answered(partial(dunnings.release, customer, notice, order))
        await self.until("SELECT id FROM dunning_notice WHERE state = 'released'")
        assert len(self.asks("SELECT id FROM dunning_notice")) == 1
        assert len(self.asks("SELECT id FROM document WHERE source = 'dunning'")) == 1
        assert self.told("dunning_notice.released") == 1

    def told(self, action: str) -> int:
        """How often the audit log tells something."""
        return sum(action == each for (each,) in self.asks("SELECT action FROM audit_event"))


LIVES: dict[str, Callable[[Company], Awaitable[None]]] = {
    "after payments.withdraw": Company.is_withdrawn,
    "before payments.answer": Company.is_answered,
    "after payments.answer": Company.is_answered,
    "after dunning.look": Company.is_dunned,
    "after dunning.draw": Company.is_dunned,
    "after dunning.release": Company.is_dunned,
    "after dunning.release_by_policy": partial(Company.is_dunned, by_policy=True),
}


async def test_what_a_killed_step_did_is_done_once(
    database: Database, dev_server: DevServer, temporal: Client, tmp_path: Path
) -> None:
    """Withdrawing, answering, and each step of dunning."""
    companies = [Company(database, temporal, another_tenant(database)) for _ in LIVES]
    async with mortal_worker(database, dev_server, tmp_path) as plan:
        for company, death in zip(companies, LIVES, strict=True):
            folder = plan / str(company.tenant.id)
            folder.mkdir(parents=True)
            (folder / death).touch()
        await asyncio.gather(
            *(live(company) for company, live in zip(companies, LIVES.values(), strict=True))
        )

    died = sorted(path.name for path in plan.glob("*/*"))
    assert died == sorted(f"{death} done" for death in LIVES)
    for company in companies:
        check_books(database.engine, company.tenant.id)
