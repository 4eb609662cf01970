"""Wire models of who looks after a case, and who has it open."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.schemas.types import BodyIn, BodyOut


class AssignmentIn(BodyIn):
    """To whom a case goes; null for nobody. `version` is that of the assignment that was seen."""

    assignee_id: UUID | None
    version: int | None = Field(default=None, ge=0, le=999_999_999)


class AssignmentOut(BodyOut):
    """Who looks after a case; the version counts its assignments, 0 before the first."""

    review_case_id: UUID
    assignee_id: UUID | None
    assignee_name: str | None
    former_name: str | None = Field(
        description="To whom it was assigned, where that person may not come in any more"
    )
    version: int
    assigned_by: UUID | None
    assigned_by_name: str | None
    assigned_at: datetime | None


class AssigneeCountOut(BodyOut):
    """How many waiting cases somebody looks after; without an id: those that are nobody's."""

    assignee_id: UUID | None
    assignee_name: str | None
    count: int


class PresentOut(BodyOut):
    """Somebody who has the case open, and the last sign of it."""

    user_id: UUID
    name: str
    seen_at: datetime
