"""Wire models of documents."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.extraction import Share
from api.schemas.inbox import StatusName
from api.schemas.types import BodyOut


class DocumentOut(BodyOut):
    """A stored document."""

    id: UUID
    mime_type: Literal[
        "application/pdf", "image/jpeg", "image/png", "image/tiff", "image/heic", "application/xml"
    ]
    original_name: str


class PageWordOut(BodyOut):
    """A word, and where it stands: fractions of the page as it is drawn, from its top left."""

    text: str
    left: Share
    top: Share
    width: Share
    height: Share


class PageWordsOut(BodyOut):
    """The words of a page; `source` is none where nothing was found."""

    source: Literal["text", "ocr", "none"]
    words: list[PageWordOut]


class DocumentShownOut(BodyOut):
    """A stored document and where it is used."""

    id: UUID
    mime_type: str
    original_name: str
    size_bytes: int
    sha256: str
    source: Literal["upload", "mail", "mailbox", "folder", "embedded", "split", "dunning"]
    created_at: datetime
    inbox_id: UUID | None
    inbox_status: StatusName | None
    review_case_id: UUID | None
    attached_to: list[UUID] = Field(description="Inbox items whose XML carried it")
    invoice_ids: list[UUID]
    intent_ids: list[UUID]
    has_more_uses: bool = Field(
        description="Whether uses are left out: of each kind the first 100 are named"
    )
