"""Wire models of letters."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.schemas.types import BodyOut
from domain.letters.letter import LetterKind, LetterState


class LetterOut(BodyOut):
    """One letter to one person; its text is only in the mail."""

    id: UUID
    kind: LetterKind
    subject: str = Field(description="What it is about: user, review_case, payment_run ...")
    subject_id: UUID
    recipient_id: UUID | None = Field(description="Null: whoever runs the service, or a debtor")
    state: LetterState
    attempts: int = Field(description="How often the relay was tried")
    failure: str | None = Field(description="Why the last attempt failed")
    due_at: datetime
    created_at: datetime
    decided_at: datetime | None
