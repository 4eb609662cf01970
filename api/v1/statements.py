"""Statement files that callers send: a small one is imported by the call, others by a worker."""

import hashlib
from itertools import count
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from api.http.at_once import at_once
from api.http.dependencies import (
    CallerDep,
    CommandDep,
    EngineDep,
    ReadDep,
    TemporalDep,
    WriteDep,
    WriteProcessDep,
)
from api.http.uploads import blobs_of
from api.schemas.bank_transactions import ImportedOut, ImportStartedOut
from domain.banking import bank_views as views
from domain.banking import csv_profile_store, import_store, import_views
from domain.banking.import_store import FileOrder
from domain.banking.spool import Spool
from domain.database.blobs import Blobs
from domain.database.session import write_session
from domain.errors import DomainError, Invalid, refusals
from domain.formats import statement_file
from domain.formats.statement import UnsupportedFormat
from domain.ids import derived_id
from domain.payments import answer_file_store
from workflows.statement_import.client import StatementImportsSender
from workflows.statement_import.steps import StatementFile

FORM_BYTES = statement_file.LIMIT + 1024 * 1024
"""Bytes of a form with a statement file."""

FORMATS = (
    "CAMT.052, .053, .054, MT940, MT942, CSV, JSON, pain.002, or a ZIP of them; at most 256 MiB"
)
STARTED: dict[int | str, dict[str, Any]] = {
    202: {"model": ImportStartedOut, "description": "Accepted; a worker imports it"}
}

_CHUNK = 1024 * 1024
AT_ONCE = 1024 * 1024
"""Bytes of about a thousand entries: what the call itself does in less than a second."""

Prefer = Annotated[
    str | None,
    Header(description="`respond-async` answers 202 with the `batch_id` at once"),
]


class ImportRefused(Invalid):
    """A worker has refused the file, for a reason that this process does not know."""

    code = "UNSUPPORTED_FORMAT"


class StatementImports:
    """Takes a statement file and answers with what became of it."""

    def __init__(  # noqa: PLR0913, PLR0917 (what a call is made of)
        self,
        read: ReadDep,
        write: WriteDep,
        process: WriteProcessDep,
        caller: CallerDep,
        command: CommandDep,
        engine: EngineDep,
        response: Response,
        prefer: Prefer = None,
    ) -> None:
        self._read = read
        self._write = write
        self._process = process
        self._caller = caller
        self._command = command
        self._engine = engine
        self._response = response
        self._is_async = "respond-async" in (prefer or "").lower()

    async def take(
        self, upload: UploadFile, bank_account_id: UUID | None, stores: "Stores"
    ) -> ImportedOut | Response:
        """Import a file. Raises what `import_store.import_file` raises.

        Whoever comes again with the key hears what was said first, whether they wait or not; and
        with another file, a refusal before anything of it is kept.
        """
        first = await self._process.first()
        if first is not None:
            return self._told(first)
        sha256 = await run_in_threadpool(_sha256_of, upload)
        if not self._is_async and (upload.size or 0) <= AT_ONCE:
            order = FileOrder(uuid4(), sha256, bank_account_id)
            return self._told(await run_in_threadpool(self._at_once, upload, order))
        order = await run_in_threadpool(self._order, sha256, bank_account_id)
        await run_in_threadpool(self._store, upload, order, stores)
        sender = StatementImportsSender(stores.temporal)
        done = self._begun(order, sender) if self._is_async else self._done(order, sender)
        return self._told(await done)

    def _order(self, sha256: str, bank_account_id: UUID | None) -> FileOrder:
        """The import of the call: one that waits or works is found again, a refused one is not."""
        command = self._command
        named = (command.tenant_id, command.operation, command.key, command.request_hash, sha256)
        ids = (derived_id("bank-import", *named, number) for number in count())
        batch_id = next(each for each in ids if self._state_of(each) != "refused")
        return FileOrder(batch_id, sha256, bank_account_id)

    def _state_of(self, batch_id: UUID) -> str | None:
        return self._read(import_views.state_of, batch_id)

    def _told(self, answer: BaseModel | dict[str, Any]) -> ImportedOut | Response:
        """An import that has begun (202), or what became of one; as it was answered first."""
        facts = answer if isinstance(answer, dict) else answer.model_dump(mode="json")
        if "state" not in facts:
            return ImportedOut.model_validate(answer)
        path = f"/v1/bank-transactions/imports/{facts['batch_id']}"
        headers = {"Location": path, "Preference-Applied": "respond-async"}
        return JSONResponse(facts, 202, headers | dict(self._response.headers))

    def _at_once(self, upload: UploadFile, order: FileOrder) -> ImportedOut:
        """Import in the transaction of the call."""
        own = self._read(csv_profile_store.profiles)
        with Spool() as spool:
            if not self._read(import_store.is_known, order):
                spool.take(statement_file.parts(upload.file, own))

            def act(session: Session) -> ImportedOut:
                found = import_store.known_import(session, order)
                if found is None:
                    found = import_store.import_file(
                        lambda act: act(session), order, spool, answer_file_store.take
                    )
                return ImportedOut.model_validate(found)

            return self._write(act)

    def _store(self, upload: UploadFile, order: FileOrder, stores: "Stores") -> None:
        """Keep the bytes, and let the import be seen, before anybody is told of it."""
        if order.bank_account_id is not None:
            self._read(views.account, order.bank_account_id)
        stores.blobs.put_file(self._caller.tenant_id, upload.file, order.sha256)
        with write_session(self._engine, self._caller.tenant_id, self._caller.actor) as session:
            import_store.announce(session, order)

    async def _begun(self, order: FileOrder, sender: StatementImportsSender) -> ImportStartedOut:
        async def act() -> ImportStartedOut:
            await sender.begin(self._file(order))
            return ImportStartedOut(batch_id=order.batch_id)

        return await self._process.perform(act)

    async def _done(self, order: FileOrder, sender: StatementImportsSender) -> ImportedOut:
        async def act() -> ImportedOut:
            await sender.take(self._file(order))
            view = await self._read.in_thread(import_views.import_of, order.batch_id)
            if view.row.problem is not None:
                raise _refusal_of(view.row.problem)
            return ImportedOut.model_validate(view.imported)

        return await self._process.perform(act)

    def _file(self, order: FileOrder) -> StatementFile:
        return StatementFile(
            tenant_id=self._caller.tenant_id,
            batch_id=order.batch_id,
            sha256=order.sha256,
            actor=self._caller.actor,
            bank_account_id=order.bank_account_id,
        )


class Stores:
    """Where a file goes that a worker is to import; the object store is opened when needed."""

    def __init__(self, request: Request, temporal: TemporalDep) -> None:
        self._request = request
        self.temporal = temporal

    @property
    def blobs(self) -> Blobs:
        """The object store. Raises BlobsUnavailable."""
        return blobs_of(self._request)


StatementImportsDep = Annotated[StatementImports, at_once(StatementImports)]
StoresDep = Annotated[Stores, at_once(Stores)]


def _refusal_of(problem: dict[str, object]) -> DomainError:
    """The refusal that a worker has kept."""
    known = {kind.code: kind for kind in refusals(Invalid)} | {
        kind.code: kind for kind in refusals(DomainError)
    }
    kind = known.get(str(problem["code"]), ImportRefused)
    context = problem["context"]
    return kind.restored(str(problem["message"]), (), context if isinstance(context, dict) else {})


def _sha256_of(upload: UploadFile) -> str:
    """Name of the bytes of a file. Raises UnsupportedFormat beyond the limit."""
    if (upload.size or 0) > statement_file.LIMIT:
        raise UnsupportedFormat("The file is too large.", limit=statement_file.LIMIT)
    upload.file.seek(0)
    digest = hashlib.sha256()
    while chunk := upload.file.read(_CHUNK):
        digest.update(chunk)
    upload.file.seek(0)
    return digest.hexdigest()
