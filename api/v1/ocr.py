"""Reading a document because somebody asked."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from json import JSONDecodeError
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from api.http.at_once import at_once
from api.http.auth import Caller
from api.http.dependencies import (
    CallerDep,
    CommandDep,
    EngineDep,
    ReadDep,
    TemporalDep,
    WriteProcessDep,
    require,
)
from api.http.errors import responses
from api.http.json_bodies import ExactRoute, is_json
from api.http.uploads import (
    EmptyFile,
    FileTooLarge,
    InvalidFileType,
    MimeMismatch,
    blobs_of,
    checked,
    raise_unknown,
)
from api.schemas.extraction import ExtractRequestIn, OcrOut
from domain.database.blobs import Blobs, FileNotFound
from domain.database.session import write_session
from domain.documents import store as documents
from domain.documents import views
from domain.documents.store import NewDocument
from domain.errors import InvalidInput, NotFound
from domain.reading.limits import READING_UNFINISHED, OcrFailed
from workflows.document_reading.client import Readings
from workflows.shared.client import ProcessUnavailable

router = APIRouter(prefix="/v1/ocr", tags=["Inbox"], route_class=ExactRoute)

_PATIENCE = timedelta(seconds=200)
_PARTS = ("file", "document_id")
_DOCUMENT_ID = {"type": "string", "format": "uuid"}
_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"document_id": _DOCUMENT_ID},
                "required": ["document_id"],
            }
        },
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "document_id": _DOCUMENT_ID,
                },
            }
        },
    },
}


def reading_sender(temporal: TemporalDep) -> Readings:
    """Make the sender to readings, patient as long as a document may take."""
    return Readings(temporal, deadline=_PATIENCE)


class Wanted:
    """The document that is to be read: a stored one, or a file that is stored first."""

    def __init__(self, caller: CallerDep, engine: EngineDep) -> None:
        self._caller: Caller = caller
        self._engine: Engine = engine

    async def document(self, request: Request) -> UUID:
        """Id of the document."""
        if not request.headers.get("content-type", "").startswith("multipart/"):
            return _named(await _json(request))
        sent: Mapping[str, Any] = await request.form()
        if unknown := [name for name in dict.fromkeys(sent) if name not in _PARTS]:
            raise_unknown(unknown)
        file = sent.get("file")
        if isinstance(file, UploadFile):
            return await run_in_threadpool(self._store_upload, blobs_of(request), file)
        return _named({name: value for name, value in sent.items() if name != "file"})

    def _store_upload(self, blobs: Blobs, file: UploadFile) -> UUID:
        upload = checked(file)
        new = NewDocument(
            sha256=blobs.put(self._caller.tenant_id, upload.content),
            mime_type=upload.mime_type,
            original_name=upload.name,
            size_bytes=len(upload.content),
            source="upload",
        )
        with write_session(self._engine, self._caller.tenant_id, self._caller.actor) as session:
            return documents.add(session, new, datetime.now(UTC))


async def _json(request: Request) -> Any:
    if not await request.body():
        return {}
    if not is_json(request):
        raise InvalidInput("", "must be a JSON object (Content-Type: application/json), or a form")
    try:
        return await request.json()
    except JSONDecodeError as error:
        raise InvalidInput("", "is not JSON") from error


def _named(sent: object) -> UUID:
    """The document that is named. Raises what names the field that is wrong."""
    try:
        return ExtractRequestIn.model_validate(sent).document_id
    except ValidationError as error:
        wrong = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(wrong, body=sent) from error


@router.post(
    "/extract",
    dependencies=[require("kreditoren:read", "journal:write")],
    responses=responses(
        NotFound,
        FileNotFound,
        OcrFailed,
        InvalidFileType,
        EmptyFile,
        FileTooLarge,
        MimeMismatch,
        ProcessUnavailable,
    ),
    openapi_extra={"requestBody": _BODY},
)
async def extract(
    request: Request,
    wanted: Annotated[Wanted, at_once(Wanted)],
    command: CommandDep,
    read: ReadDep,
    write: WriteProcessDep,
    readings: Annotated[Readings, at_once(reading_sender)],
) -> OcrOut:
    """Read a stored document, or a file that is stored first, and keep the result with it."""

    async def act() -> OcrOut:
        document_id = await wanted.document(request)
        await read.in_thread(views.document, document_id)
        result = await readings.read(command.tenant_id, document_id, command.key)
        if result.failure == FileNotFound.code:
            raise FileNotFound
        if result.failure == READING_UNFINISHED:
            raise OcrFailed(
                "The reading did not finish; try again with another key.", reason=result.failure
            )
        if result.failure is not None:
            raise OcrFailed("The document could not be read.", reason=result.failure)
        found = await read.in_thread(views.extraction, document_id, result.version)
        fields = (found.fields if found else None) or {}
        raw_text = (found.raw_text if found else None) or ""
        return OcrOut.model_validate(
            {**fields, "document_id": document_id, "raw_markdown": raw_text}
        )

    return await write.perform(act)
