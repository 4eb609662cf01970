"""Documents: upload, download, preview."""

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, File, Response, UploadFile
from sqlmodel import Session

from api.http.dependencies import CallerDep, ReadDep, SettingsDep, WriteDep, require
from api.http.downloads import disposition
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.http.uploads import (
    FORM,
    BlobsDep,
    EmptyFile,
    FileTooLarge,
    InvalidFileType,
    MimeMismatch,
    checked,
)
from api.schemas.documents import DocumentOut, DocumentShownOut
from domain.database.blobs import FileNotFound
from domain.documents import store as documents
from domain.documents import views
from domain.documents.store import NewDocument
from domain.documents.views import Document
from domain.errors import NotFound
from domain.formats import media, xml_attachments
from domain.intake import document_views

router = APIRouter(prefix="/v1/documents", tags=["Documents"], route_class=ExactRoute)
READ, WRITE = require("journal:read"), require("journal:write")

_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The bytes as they were stored",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in media.EXTENSIONS
        },
    }
}
_REFUSALS = responses(NotFound, FileNotFound)
_VIEWED = frozenset({media.PDF, media.JPEG, media.PNG, media.TIFF, media.HEIC})
# What came along unopened may call itself what it likes: a browser is told bytes.
_SERVED = frozenset(media.EXTENSIONS) | frozenset(xml_attachments.TAKEN)


@router.post(
    "",
    dependencies=[WRITE, FORM],
    responses=responses(InvalidFileType, EmptyFile, FileTooLarge, MimeMismatch),
)
def upload_document(
    file: Annotated[UploadFile, File(description="PDF, JPEG or PNG, at most 10 MB")],
    caller: CallerDep,
    blobs: BlobsDep,
    write: WriteDep,
) -> DocumentOut:
    """Store a file; the same bytes give back the same document."""
    upload = checked(file)
    new = NewDocument(
        sha256=blobs.put(caller.tenant_id, upload.content),
        mime_type=upload.mime_type,
        original_name=upload.name,
        size_bytes=len(upload.content),
        source="upload",
    )

    def act(session: Session) -> DocumentOut:
        document_id = documents.add(session, new, datetime.now(UTC))
        return DocumentOut.model_validate(views.document(session, document_id))

    return write(act)


@router.get("/{document_id}", dependencies=[READ], responses=responses(NotFound))
def show_document(document_id: UUID, read: ReadDep) -> DocumentShownOut:
    """Show what a document is and where it is used: inbox, review case, invoices, intents."""
    return DocumentShownOut.model_validate(read(document_views.document, document_id))


@router.get(
    "/{document_id}/file",
    dependencies=[READ],
    response_class=Response,
    responses=_CONTENT | _REFUSALS,
)
def download_document(
    document_id: UUID, caller: CallerDep, blobs: BlobsDep, read: ReadDep
) -> Response:
    """Download with the stored type and the original name."""
    document = read(views.document, document_id)
    content = blobs.get(caller.tenant_id, document.sha256)
    return _bytes(document, content, "attachment", "default-src 'none'; sandbox")


@router.get(
    "/{document_id}/preview",
    dependencies=[READ],
    response_class=Response,
    responses=_CONTENT | _REFUSALS,
)
def preview_document(
    document_id: UUID, caller: CallerDep, blobs: BlobsDep, read: ReadDep, settings: SettingsDep
) -> Response:
    """Give the same bytes for the viewer of the dashboard."""
    document = read(views.document, document_id)
    content = blobs.get(caller.tenant_id, document.sha256)
    parts = urlsplit(settings.public_url)
    policy = f"frame-ancestors {parts.scheme}://{parts.netloc}"
    if document.mime_type not in _VIEWED:  # may hold scripts; a PDF viewer breaks in a sandbox
        policy += "; default-src 'none'; sandbox"
    way = "inline" if document.mime_type in media.EXTENSIONS else "attachment"
    return _bytes(document, content, way, policy)


def _bytes(document: Document, content: bytes, way: str, policy: str) -> Response:
    headers = {
        "Content-Disposition": disposition(way, document.original_name),
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    known = document.mime_type in _SERVED
    media_type = document.mime_type if known else "application/octet-stream"
    return Response(content, media_type=media_type, headers=headers)
