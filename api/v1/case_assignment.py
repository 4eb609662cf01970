"""Who looks after a review case."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import Session

from api.http.dependencies import ReadDep, WriteDep, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.http.versions import SeenDep, agreed, tagged
from api.schemas.case_people import AssigneeCountOut, AssignmentIn, AssignmentOut
from domain.access.person import PersonShutOut
from domain.errors import NotFound
from domain.intake import assignment_store, assignment_views
from domain.intake.assignment import AssignmentChanged, PersonNotFound
from domain.intake.review import AlreadyApproved, AlreadyRejected

router = APIRouter(prefix="/v1/invoice-review-cases", tags=["Review cases"], route_class=ExactRoute)
READ, WRITE = require("kreditoren:read"), require("kreditoren:write")


@router.get("/assignees", dependencies=[READ])
def list_case_assignees(read: ReadDep, response: Response) -> list[AssigneeCountOut]:
    """List who can look after cases, and how many wait for each; nobody's cases come first."""
    found = [AssigneeCountOut.model_validate(each) for each in read(assignment_views.counts)]
    response.headers["X-Total-Count"] = str(len(found))
    return found


@router.get("/{review_case_id}/assignment", dependencies=[READ], responses=responses(NotFound))
def show_case_assignment(review_case_id: UUID, read: ReadDep, response: Response) -> AssignmentOut:
    """Show who looks after a case; `ETag` is the version of the assignment, not of the case."""
    found = read(assignment_views.of_case, review_case_id)
    return tagged(AssignmentOut.model_validate(found), response)


@router.put(
    "/{review_case_id}/assignment",
    dependencies=[WRITE],
    responses=responses(
        NotFound, PersonNotFound, PersonShutOut, AlreadyApproved, AlreadyRejected, AssignmentChanged
    ),
)
def assign_case(
    review_case_id: UUID, body: AssignmentIn, seen: SeenDep, write: WriteDep, response: Response
) -> AssignmentOut:
    """Give a waiting case to a person, who gets a letter, or to nobody.

    No process is asked, and the case keeps its version. Whoever is shut out later loses the case
    by that: it is nobody's then, and `former_name` says whose it was.
    """
    expected = agreed(seen, body.version)

    def act(session: Session) -> AssignmentOut:
        assignment_store.assign(
            session, review_case_id, body.assignee_id, datetime.now(UTC), expected=expected
        )
        session.flush()
        return AssignmentOut.model_validate(assignment_views.of_case(session, review_case_id))

    return tagged(write(act), response)
