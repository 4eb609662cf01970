"""Wire models of what people say on a case."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.schemas.types import BodyIn, BodyOut
from domain.intake.comment import LONGEST


class CaseCommentIn(BodyIn):
    """What is to be said; it can be neither changed nor taken back."""

    text: str = Field(
        min_length=1,
        max_length=LONGEST,
        description="Plain text; `@` with a name, a first name or a mail address sends a letter",
    )


class MentionOut(BodyOut):
    """Somebody who was named, and got a letter."""

    user_id: UUID
    name: str


class CaseCommentOut(BodyOut):
    """What somebody said on a case."""

    id: UUID
    review_case_id: UUID
    author_id: UUID
    author_name: str
    text: str
    mentions: list[MentionOut] = Field(description="Who got a letter about it")
    created_at: datetime
