"""A page's picture as an answer: kept by the browser, and asked for again by its tag."""

from uuid import UUID

from fastapi import Request, Response

from api.http.uploads import blobs_of
from api.pictures.pool import Pictures, Subject
from domain.documents.views import Document

_A_WHILE = "private, max-age=3600"


def subject_of(tenant_id: UUID, document: Document) -> Subject:
    """What is drawn of a document."""
    return Subject(tenant_id, document.sha256, document.mime_type)


def picture_of(
    request: Request, pictures: Pictures, subject: Subject, page: int, width: int
) -> Response:
    """The picture, or 304 where the browser has it: the bytes of a document never change."""
    drawn = pictures.page(blobs_of(request), subject, page, width)
    tag = f'"{subject.sha256[:16]}-{page}-{drawn.width}"'
    headers = {"ETag": tag, "Cache-Control": _A_WHILE, "X-Page-Count": str(drawn.pages)}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(drawn.content, media_type="image/webp", headers=headers)
