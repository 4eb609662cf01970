"""Wire models of documents."""

from typing import Literal
from uuid import UUID

from api.schemas.types import BodyOut


class DocumentOut(BodyOut):
    """A stored document."""

    id: UUID
    mime_type: Literal[
        "application/pdf", "image/jpeg", "image/png", "image/tiff", "application/xml"
    ]
    original_name: str
