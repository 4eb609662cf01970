"""What proves a movement that no invoice proves: kept beside it, and shown."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from api.http.uploads import Upload, blobs_of, checked
from api.pages import bank
from api.pages.bank_desk import FilterDep
from api.pages.orders import typed_in
from api.pages.routing import PageRoute, see
from api.pages.visit import FormDep, Visit, VisitDep, as_id
from api.pictures.pages import picture_of, subject_of
from api.pictures.pool import pictures_of
from domain.banking import bank_views, evidence_store
from domain.banking.evidence import NOTE_LENGTH, TITLE_LENGTH, Evidence, EvidenceType
from domain.documents import store as documents
from domain.documents import views as document_views
from domain.documents.store import NewDocument
from domain.documents.views import Document
from domain.errors import DomainError, InvalidInput, NotFound

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.post("/bank/{account_id}/evidence")
async def attach_evidence(
    account_id: UUID, visit: VisitDep, wanted: FilterDep, form: FormDep
) -> Response:
    """Keep a file, a statement or words of one's own beside a movement; it books nothing."""
    visit.need("bank:write")
    movement = as_id(str(form.get("m", "")))
    if movement is None:
        raise InvalidInput("/bank_transaction_id", "is missing")
    try:
        upload = await run_in_threadpool(_stored, visit, form)
        await visit.once(
            f"pages.bank.evidence.{movement}", form, lambda s: _attach(s, movement, form, upload)
        )
    except DomainError as refusal:
        if refusal.code == "NOT_FOUND":
            raise
        told = {"refusal": refusal, "proving": typed_in(form, "kind", "title", "note")}
        return await run_in_threadpool(bank.shown, visit, account_id, wanted, [movement], told, 409)
    return see(f"/bank/{account_id}?{wanted.query(m=[movement])}#evidence")


@router.get("/bank/evidence/{movement_id}/pages/{number}")
def show_page(
    movement_id: UUID,
    number: int,
    visit: VisitDep,
    width: Annotated[int, Query(ge=1, le=2400)] = 700,
) -> Response:
    """The picture of a page of what was kept."""
    visit.need("bank:read")
    subject = subject_of(visit.caller.tenant_id, visit.read(_document, movement_id))
    return picture_of(visit.request, pictures_of(visit.request), subject, number, width)


def _document(session: Session, movement_id: UUID) -> Document:
    kept = bank_views.evidence(session, movement_id)
    if kept is None or kept.document_id is None:
        raise NotFound("There is no such document.")
    return document_views.document(session, kept.document_id)


def _stored(visit: Visit, form: FormData) -> tuple[Upload, str] | None:
    """The file of the form and the hash under which it lies; None without one."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    upload = checked(file)
    return upload, blobs_of(visit.request).put(visit.caller.tenant_id, upload.content)


def _attach(
    session: Session, movement_id: UUID, form: FormData, stored: tuple[Upload, str] | None
) -> dict[str, Any]:
    kind, document_id = _kind(form), None
    if stored is None and kind is EvidenceType.UPLOADED_DOCUMENT:
        kept = bank_views.evidence(session, movement_id)
        document_id = kept.document_id if kept else None
    elif stored is not None:
        upload, sha256 = stored
        new = NewDocument(
            sha256=sha256,
            mime_type=upload.mime_type,
            original_name=upload.name,
            size_bytes=len(upload.content),
            source="upload",
        )
        document_id = documents.add(session, new, datetime.now(UTC))
    evidence = Evidence(
        kind,
        _text(form, "title", TITLE_LENGTH),
        _text(form, "note", NOTE_LENGTH),
        document_id,
    )
    evidence_store.attach(session, movement_id, evidence)
    return {}


def _kind(form: FormData) -> EvidenceType:
    said = str(form.get("kind", ""))
    if said not in set(EvidenceType):
        raise InvalidInput("/evidence_type", "is missing")
    return EvidenceType(said)


def _text(form: FormData, name: str, most: int) -> str | None:
    return str(form.get(name, "")).strip()[: most + 1] or None
