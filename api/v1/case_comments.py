"""What people say on a review case."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from sqlmodel import Session

from api.http.dependencies import Page, ReadDep, WriteDep, paging, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.case_comments import CaseCommentIn, CaseCommentOut
from domain.access.person import PersonShutOut
from domain.errors import NotFound
from domain.intake import comment_store, comment_views
from domain.intake.comment import Comment, MentionAmbiguous, MentionUnknown

router = APIRouter(prefix="/v1/invoice-review-cases", tags=["Review cases"], route_class=ExactRoute)
READ, WRITE = require("kreditoren:read"), require("kreditoren:write")


@router.get("/{review_case_id}/comments", dependencies=[READ], responses=responses(NotFound))
def list_case_comments(
    review_case_id: UUID, read: ReadDep, page: Annotated[Page, paging(100, 200)]
) -> list[CaseCommentOut]:
    """List what was said on a case, the first first."""
    found, total = read(
        comment_views.comments, review_case_id, limit=page.limit, offset=page.offset
    )
    return page.of([CaseCommentOut.model_validate(each) for each in found], total)


@router.post(
    "/{review_case_id}/comments",
    status_code=201,
    dependencies=[WRITE],
    responses=responses(NotFound, MentionUnknown, MentionAmbiguous, PersonShutOut),
)
def add_case_comment(review_case_id: UUID, body: CaseCommentIn, write: WriteDep) -> CaseCommentOut:
    """Say something on a case, decided or not; whoever is named by `@` gets a letter.

    The case keeps its version. A comment stays for good, and stands in the timeline of the case.
    """
    said, comment_id = Comment(body.text), uuid4()

    def act(session: Session) -> CaseCommentOut:
        comment_store.say(session, review_case_id, comment_id, said, datetime.now(UTC))
        return CaseCommentOut.model_validate(comment_views.comment(session, comment_id))

    return write(act)
