"""Pages of documents: their pictures, and the words on them."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from api.http.dependencies import Caller, CallerDep, ReadDep, require_any
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.http.uploads import BlobsDep
from api.pictures.drawing import Words
from api.pictures.pages import picture_of, subject_of
from api.pictures.pool import WIDTHS, DrawingBusy, NotDrawable, PageNotFound, PicturesDep
from api.schemas.documents import PageWordsOut
from domain.database.blobs import FileNotFound
from domain.documents import views
from domain.errors import NotFound

router = APIRouter(prefix="/v1/documents", tags=["Documents"], route_class=ExactRoute)
READ = require_any("journal:read", "kreditoren:read")
_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The page as WebP; `X-Page-Count` says how many there are",
        "content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}},
    },
    304: {"description": "The picture is the one that the caller has (`If-None-Match`)"},
}
_REFUSALS = responses(NotFound, FileNotFound, PageNotFound, NotDrawable, DrawingBusy)
Number = Annotated[int, Path(ge=1, le=500, description="From 1")]


@router.get(
    "/{document_id}/pages/{page}",
    dependencies=[READ],
    response_class=Response,
    responses=_PICTURE | _REFUSALS,
)
def show_document_page(
    document_id: UUID,
    page: Number,
    request: Request,
    read: ReadDep,
    pictures: PicturesDep,
    width: Annotated[
        int, Query(ge=1, le=WIDTHS[-1], description="Pixels that it needs; it may come wider")
    ] = 1200,
) -> Response:
    """Draw one page, turned upright as the document says; drawn once, it is kept for a while."""
    caller: Caller = request.state.caller
    subject = subject_of(caller.tenant_id, read(views.document, document_id))
    return picture_of(request, pictures, subject, page, width)


@router.get("/{document_id}/pages/{page}/words", dependencies=[READ], responses=_REFUSALS)
def list_words_of_page(
    document_id: UUID,
    page: Number,
    caller: CallerDep,
    read: ReadDep,
    pictures: PicturesDep,
    blobs: BlobsDep,
) -> PageWordsOut:
    """List the words of a page with their boxes, as its text says or recognition sees them."""
    subject = subject_of(caller.tenant_id, read(views.document, document_id))
    return _told(pictures.words(blobs, subject, page))


def _told(found: Words) -> PageWordsOut:
    names = ("left", "top", "width", "height")
    words = [
        {"text": text, **{n: Decimal(at).scaleb(-4) for n, at in zip(names, box, strict=True)}}
        for text, *box in found.words
    ]
    return PageWordsOut.model_validate({"source": found.source, "words": words})
