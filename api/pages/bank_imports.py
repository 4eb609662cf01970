"""Statement files: taken, watched while they are imported, and what they ask of people."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from api.http.dependencies import temporal_of
from api.http.idempotent_writes import Ask, ProcessWriter, Writer
from api.http.json_bodies import takes_up_to
from api.pages import csv_layouts, templating
from api.pages.routing import PageRoute, see
from api.pages.visit import FormDep, Visit, VisitDep, as_id
from api.v1.bank_answers import BankAnswers, is_status_report
from api.v1.statements import AT_ONCE, FORM_BYTES, StatementImports, Stores
from domain.banking import alias_store, bank_views, import_views, question_store
from domain.errors import DomainError, InvalidInput

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_ASK_NO_MORE = 286  # htmx asks until it hears this
_OPERATION = "pages.bank.import"


@router.post("/bank/imports")
@takes_up_to(FORM_BYTES)
async def import_statement(visit: VisitDep, form: FormDep) -> Response:
    """Import a statement file: a small one at once, a large one by a worker."""
    visit.need("bank:write")
    account_id = as_id(str(form.get("account", "")))
    try:
        address = await _taken(visit, form, account_id)
    except DomainError as refusal:
        facts = await _columns(form, refusal)
        return await run_in_threadpool(_refused, visit, account_id, refusal, facts)
    return see(address)


@router.get("/bank/imports/{batch_id}")
def show_import(batch_id: UUID, visit: VisitDep) -> Response:
    """How far an import is, what it brought, and what it asks."""
    visit.need("bank:read")
    return _shown(visit, batch_id, {})


@router.get("/bank/imports/{batch_id}/progress")
def show_progress(batch_id: UUID, visit: VisitDep) -> Response:
    """Only what changes while it is imported, for a script; once it is done, it asks no more.

    Asked on, it would take away what somebody has begun to answer.
    """
    visit.need("bank:read")
    facts = {"answering": {}, **visit.read(_read, batch_id)}
    answer = templating.part(visit, "bank_progress.html", facts)
    if facts["view"].row.state != "importing":
        answer.status_code = _ASK_NO_MORE
    return answer


@router.post("/bank/imports/{batch_id}/answers")
async def answer_questions(batch_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Say of rows whether they are new."""
    visit.need("bank:write")
    said = {
        int(name.removeprefix("row-")): str(value) == "new"
        for name, value in form.multi_items()
        if name.startswith("row-") and name[4:].isdecimal() and value in {"new", "known"}
    }

    def act(session: Session) -> dict[str, Any]:
        question_store.answer(session, batch_id, said)
        return {}

    try:
        await visit.once(f"pages.bank.answers.{batch_id}", form, act)
    except DomainError as refusal:
        facts = {"refusal": refusal, "answering": said}
        return await run_in_threadpool(_shown, visit, batch_id, facts, 409)
    return see(f"/bank/imports/{batch_id}")


@router.post("/bank/imports/{batch_id}/names")
async def keep_name(batch_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Call an account as the file does, from now on."""
    visit.need("bank:write")
    account_id = as_id(str(form.get("account", "")))
    name = str(form.get("name", ""))

    def act(session: Session) -> dict[str, Any]:
        if account_id is None:
            raise InvalidInput("/bank_account_id", "is missing")
        return {"name": alias_store.keep(session, account_id, name)}

    try:
        await visit.once(f"pages.bank.names.{batch_id}", form, act)
    except DomainError as refusal:
        return await run_in_threadpool(_shown, visit, batch_id, {"refusal": refusal}, 409)
    return see(f"/bank/imports/{batch_id}")


async def _taken(visit: Visit, form: FormData, account_id: UUID | None) -> str:
    """Address of what became of a file. Raises what the import raises."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise InvalidInput("/file", "is missing")
    command = visit.command(_OPERATION, form)
    request, caller = visit.request, visit.caller
    ask = Ask(_OPERATION, command.key, command.request_hash)
    process = ProcessWriter(request, Response(), caller, ask)
    temporal = temporal_of(request)
    answers = BankAnswers(visit.reader, process, caller, command, visit.engine, temporal)
    if await is_status_report(file):
        report = await answers.take(file)
        # Direct debits have no page yet: what became of them is said by the API.
        return f"/payments/{report.run.id}" if report.run else "/bank"
    is_large = (file.size or 0) > AT_ONCE
    imports = StatementImports(
        visit.reader,
        Writer(request, Response(), caller, ask),
        process,
        caller,
        command,
        visit.engine,
        Response(),
        "respond-async" if is_large else None,
    )
    taken = await imports.take(file, account_id, Stores(request, temporal))
    if isinstance(taken, Response):
        return taken.headers["location"].replace("/v1/bank-transactions/", "/bank/")
    await answers.tell()
    return f"/bank/imports/{taken.batch_id}"


async def _columns(form: FormData, refusal: DomainError) -> dict[str, Any]:
    """The form for the columns of a CSV whose layout nobody knows."""
    with suppress(InvalidInput):
        if refusal.context.get("columns"):
            return csv_layouts.CHOICES | await csv_layouts.beginning(form.get("file"))
    return {"columns": []}


def _refused(
    visit: Visit, account_id: UUID | None, refusal: DomainError, more: dict[str, Any]
) -> Response:
    facts = {**more, "at": "b", "refusal": refusal, "account_id": account_id}
    return templating.page(visit, "bank_refused.html", facts, status=409)


def _shown(visit: Visit, batch_id: UUID, more: dict[str, Any], status: int = 200) -> Response:
    facts = {"at": "b", "refusal": None, "answering": {}, **more, **visit.read(_read, batch_id)}
    return templating.page(visit, "bank_import.html", facts, status=status)


def _read(session: Session, batch_id: UUID) -> dict[str, Any]:
    view = import_views.import_of(session, batch_id)
    candidates = [each.candidate_id for each in view.questions if each.candidate_id]
    stored = {row.id: row for row in bank_views.named(session, candidates)} if candidates else {}
    return {"view": view, "stored": stored, "accounts": bank_views.accounts(session)}
