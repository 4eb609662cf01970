"""Documents as the books refer to them."""

from uuid import UUID

from domain.errors import NotFound


class DocumentNotFound(NotFound):
    """The document is unknown.

    >>> DocumentNotFound(UUID(int=0)).code
    'DOCUMENT_NOT_FOUND'
    """

    def __init__(self, document_id: UUID) -> None:
        super().__init__("The document is unknown.", document_id=document_id)
