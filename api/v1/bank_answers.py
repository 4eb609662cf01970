"""What banks say of payment runs: status reports that callers send, and news in statements."""

from typing import Annotated
from uuid import UUID, uuid4

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from api.http.at_once import at_once
from api.http.dependencies import (
    CallerDep,
    CommandDep,
    EngineDep,
    ReadDep,
    TemporalDep,
    WriteProcessDep,
)
from api.schemas.bank_transactions import ImportedOut, RowErrorOut
from api.schemas.payment_runs import MOST_NAMED, ExportedRunOut, StatusReportOut
from domain.database.session import write_session
from domain.errors import Unavailable
from domain.formats import pain002, xml
from domain.formats.statement import UnsupportedFormat
from domain.payments import answer_store, answer_views, views
from domain.payments.answer_store import Kept
from workflows.payment_run.client import PaymentRuns
from workflows.shared.command import Command

REPORT_BYTES = xml.LIMIT + xml.MEBIBYTE
"""Bytes of a form with a status report."""

_HEAD = 4096
OPERATION = "payments.answer"


async def is_status_report(upload: UploadFile) -> bool:
    """Whether a file is a status report, whatever it is called."""
    head = await upload.read(_HEAD)
    await upload.seek(0)
    return pain002.looks_like_status_report(head)


class BankAnswers:
    """Keeps what a bank says in one transaction, and then tells the runs that it is about.

    Whom nobody told, because Temporal was away, is told by the resumption.
    """

    def __init__(
        self,
        read: ReadDep,
        process: WriteProcessDep,
        caller: CallerDep,
        command: CommandDep,
        engine: EngineDep,
        temporal: TemporalDep,
    ) -> None:
        self._read = read
        self._process = process
        self._caller = caller
        self._command = command
        self._engine = engine
        self._runs = PaymentRuns(temporal)

    async def take(self, upload: UploadFile) -> StatusReportOut:
        """Take a status report. Raises UnsupportedFormat or NOT_FOUND."""
        data = await upload.read(xml.LIMIT + 1)
        if not pain002.looks_like_status_report(data):
            raise UnsupportedFormat("The file is no status report; statements go to import-file.")

        async def act() -> StatusReportOut:
            kept = await run_in_threadpool(self._keep, data)
            return StatusReportOut(
                run=await self._moved(kept.run_id) if kept.run_id else None,
                collection_id=kept.collection_id,
                statuses=kept.statuses,
                new=kept.new,
                unknown_end_to_end_ids=list(kept.unknown[:MOST_NAMED]),
            )

        return StatusReportOut.model_validate(await self._process.perform(act))

    async def import_(self, upload: UploadFile) -> ImportedOut:
        """Take a status report that was sent as a statement, and count its statuses as rows."""
        report = await self.take(upload)
        errors = [
            RowErrorOut(row=at, code="UNREADABLE_ROW", message=f"{each}: of nothing in the file")
            for at, each in enumerate(report.unknown_end_to_end_ids, 1)
        ]
        run_id = report.run.id if report.run else None
        return ImportedOut(
            batch_id=run_id or report.collection_id or uuid4(),
            total_rows=report.statuses,
            imported=report.new,
            skipped_duplicates=report.statuses - report.new - len(errors),
            errors=errors,
            payment_run_id=run_id,
            collection_id=report.collection_id,
        )

    async def tell(self) -> None:
        """Tell runs what a statement has brought of them; the resumption tells who is not."""
        for run_id in await self._read.in_thread(answer_views.runs_with_news):
            try:
                await self._runs.answer(run_id, self._told(run_id))
            except Unavailable:
                return

    async def _moved(self, run_id: UUID) -> ExportedRunOut:
        """The run once it has heard of it."""
        await self._runs.answer(run_id, self._command)
        found = await self._read.in_thread(views.run, run_id)
        return ExportedRunOut.model_validate(found.run)

    def _keep(self, data: bytes) -> Kept:
        report = pain002.read(data)
        with write_session(self._engine, self._caller.tenant_id, self._caller.actor) as session:
            return answer_store.keep(session, report)

    def _told(self, run_id: UUID) -> Command:
        return Command(
            tenant_id=self._caller.tenant_id,
            actor=self._caller.actor,
            operation=OPERATION,
            key=f"{run_id}/{uuid4()}",
            request_hash="",
        )


BankAnswersDep = Annotated[BankAnswers, at_once(BankAnswers)]
