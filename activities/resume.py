"""What the database says is open, held against what runs in Temporal."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID, uuid4

import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy import Engine
from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError

from domain.actor import Actor
from domain.banking.open_views import OpenImport, open_imports
from domain.database.outages import is_away
from domain.database.session import now_of, read_session, write_session
from domain.errors import DomainError, Unavailable
from domain.intake import arrival_store, review_store
from domain.intake.arrival import Arrival
from domain.intake.open_views import late_items, open_items
from domain.ledger import tenant_store
from domain.letters import views as letter_views
from domain.letters.views import DueLetter
from domain.payments.answer_views import runs_with_news
from domain.payments.open_views import open_runs
from domain.periods.open_views import open_requests
from domain.receivables.dunning_views import overdue_debtors
from workflows.document_intake.client import Intakes
from workflows.document_intake.workflow import SHAPE, IntakeSubject
from workflows.dunning.client import Dunnings
from workflows.letter.client import Letters
from workflows.mail_ingestion.client import Mails
from workflows.payment_run.client import PaymentRuns
from workflows.period_lock.client import PeriodLocks
from workflows.resume.overview import STUCK
from workflows.resume.steps import COMPANY, ResumeActivities, Resumed
from workflows.shared.command import Command
from workflows.shared.ids import (
    Process,
    dunning_id,
    intake_id,
    letter_id,
    mail_id,
    payment_run_id,
    period_lock_id,
    statement_import_id,
)
from workflows.statement_import.client import StatementImportsSender
from workflows.statement_import.steps import StatementFile

_STARTED = Counter("belegfluss_resumed", "Processes that were missing and started", ["process"])
_FAILED = Counter("belegfluss_not_resumed", "Processes that could not be started", ["process"])
_LAST = Gauge(
    "belegfluss_resume_last_seconds", "When all that is open was last looked at, Unix time"
)
_STUCK = Gauge("belegfluss_stuck_processes", "Processes that do not go on, when last looked at")
_RUNNING = 'ExecutionStatus = "Running"'
_AT_ONCE = 20
_REMINDED_AT_ONCE = 1000
"""Cases of one company, the oldest first; five minutes later come those that are left."""
log = structlog.get_logger("activities.resume")


@dataclass(frozen=True, slots=True)
class _Open:
    """One thing that is open: its process, and how it is started."""

    kind: Process
    workflow_id: str
    start: Callable[[], Awaitable[None]]


class PostgresResume(ResumeActivities):
    """Starts a process for whatever has none; starting one that runs changes nothing."""

    def __init__(self, engine: Engine, client: Client) -> None:
        self._engine = engine
        self._client = client

    @activity.defn(name="resume.start_missing")
    async def start_missing(self) -> Resumed:
        """Look at every tenant. What Temporal does not list yet is started twice in vain."""
        running = {each.id async for each in self._client.list_workflows(_RUNNING)}
        done = Resumed()
        for tenant_id in await asyncio.to_thread(tenant_store.all_ids, self._engine):
            try:
                await self._resume(tenant_id, running, done)
            except Exception as error:
                if isinstance(error, Unavailable) or is_away(error):
                    raise
                kind = type(error).__name__
                log.exception("company not resumed", tenant=str(tenant_id), error=kind)
                done.failed[COMPANY] = done.failed.get(COMPANY, 0) + 1
        _number(done)
        await self._count_stuck()
        return done

    async def _count_stuck(self) -> None:
        """Tell whoever watches how many processes do not go on; it is not worth a failure."""
        try:
            _STUCK.set((await self._client.count_workflows(STUCK)).count)
        except RPCError as error:
            log.warning("stuck processes not counted", reason=error.status.name)

    async def _resume(self, tenant_id: UUID, running: Collection[str], done: Resumed) -> None:
        """Start what one company lacks; what breaks here keeps nothing from the others."""
        await asyncio.to_thread(self._remind, tenant_id)
        found = await asyncio.to_thread(self._open_of, tenant_id)
        for each in found:
            _count(done.open, each)
        missing = [each for each in found if each.workflow_id not in running]
        for first in range(0, len(missing), _AT_ONCE):
            some = missing[first : first + _AT_ONCE]
            await asyncio.gather(*(_started(each, done) for each in some))
        await self._tell_runs(tenant_id)

    async def _tell_runs(self, tenant_id: UUID) -> None:
        """Tell payment runs what the bank said of them since; who cannot listen is told later."""
        for run_id in await asyncio.to_thread(self._runs_with_news, tenant_id):
            with suppress(DomainError):
                await PaymentRuns(self._client).answer(run_id, _told(tenant_id, run_id))

    def _runs_with_news(self, tenant_id: UUID) -> list[UUID]:
        with read_session(self._engine, tenant_id) as session:
            return runs_with_news(session)

    def _remind(self, tenant_id: UUID) -> None:
        """Remind people of cases that wait; what breaks over one keeps nobody from the others."""
        with read_session(self._engine, tenant_id) as session:
            at = now_of(session)
            late = late_items(session, at, _REMINDED_AT_ONCE)
        for inbox_id in late:
            try:
                with write_session(self._engine, tenant_id, Actor.system("workflow")) as session:
                    review_store.remind(session, inbox_id, at)
            except Exception as error:
                if is_away(error):
                    raise
                log.exception("not reminded", item=str(inbox_id), error=type(error).__name__)

    def _open_of(self, tenant_id: UUID) -> list[_Open]:
        with read_session(self._engine, tenant_id) as session:
            now = now_of(session)
            arrivals = arrival_store.waiting(session)
            items, runs = open_items(session), open_runs(session)
            periods, imports = open_requests(session), open_imports(session)
            debtors = overdue_debtors(session, now)
            letters = letter_views.due_of(session, now)
        return [
            *(self._mail(tenant_id, arrival) for arrival in arrivals),
            *(self._intake(tenant_id, *item) for item in items),
            *(self._run(tenant_id, run_id) for run_id in runs),
            *(self._lock(tenant_id, period) for period in periods),
            *(self._statement(tenant_id, each) for each in imports),
            *(self._debtor(tenant_id, each) for each in debtors),
            *(self._letter(each) for each in letters),
        ]

    def _mail(self, tenant_id: UUID, arrival: Arrival) -> _Open:
        return _Open(
            Process.MAIL,
            str(mail_id(tenant_id, arrival.sha256)),
            lambda: Mails(self._client).ingest(tenant_id, arrival.sha256, arrival.received_at),
        )

    def _intake(self, tenant_id: UUID, inbox_id: UUID, document_id: UUID) -> _Open:
        subject = IntakeSubject(
            tenant_id=tenant_id, inbox_id=inbox_id, document_id=document_id, shape=SHAPE
        )
        return _Open(
            Process.INTAKE,
            str(intake_id(tenant_id, inbox_id)),
            lambda: Intakes(self._client).resume(subject),
        )

    def _run(self, tenant_id: UUID, run_id: UUID) -> _Open:
        return _Open(
            Process.PAYMENT_RUN,
            str(payment_run_id(tenant_id, run_id)),
            lambda: PaymentRuns(self._client).resume(tenant_id, run_id),
        )

    def _statement(self, tenant_id: UUID, each: OpenImport) -> _Open:
        file = StatementFile(
            tenant_id=tenant_id,
            batch_id=each.batch_id,
            sha256=each.sha256,
            actor=Actor.system("workflow"),
            bank_account_id=each.bank_account_id,
        )
        return _Open(
            Process.STATEMENT,
            str(statement_import_id(tenant_id, each.batch_id)),
            lambda: StatementImportsSender(self._client).begin(file),
        )

    def _debtor(self, tenant_id: UUID, customer_id: UUID) -> _Open:
        return _Open(
            Process.DUNNING,
            str(dunning_id(tenant_id, customer_id)),
            lambda: Dunnings(self._client).look(tenant_id, customer_id),
        )

    def _letter(self, each: DueLetter) -> _Open:
        return _Open(
            Process.LETTER,
            str(letter_id(each.tenant_id, each.kind, each.letter_id)),
            lambda: Letters(self._client).begin(each.tenant_id, each.kind, each.letter_id),
        )

    def _lock(self, tenant_id: UUID, period: str) -> _Open:
        return _Open(
            Process.PERIOD_LOCK,
            str(period_lock_id(tenant_id, period)),
            lambda: PeriodLocks(self._client).resume(tenant_id, period),
        )


async def _started(each: _Open, done: Resumed) -> None:
    """Start one; what cannot be started for a reason of its own keeps nothing else from it."""
    try:
        await each.start()
    except Unavailable:
        raise
    except Exception as error:
        log.exception("not resumed", process=each.workflow_id, error=type(error).__name__)
        _count(done.failed, each)
    else:
        _count(done.started, each)


def _number(done: Resumed) -> None:
    """Tell whoever watches; a kind that was never missing is told as 0."""
    for kind in Process:
        _STARTED.labels(kind).inc(done.started.get(kind, 0))
        _FAILED.labels(kind).inc(done.failed.get(kind, 0))
    _FAILED.labels(COMPANY).inc(done.failed.get(COMPANY, 0))
    _LAST.set_to_current_time()


def _count(counts: dict[str, int], each: _Open) -> None:
    counts[each.kind] = counts.get(each.kind, 0) + 1


def _told(tenant_id: UUID, run_id: UUID) -> Command:
    return Command(
        tenant_id=tenant_id,
        actor=Actor.system("workflow"),
        operation="payments.answer",
        key=f"{run_id}/{uuid4()}",
        request_hash="",
    )
