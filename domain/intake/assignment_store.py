"""Assigns cases to people.

An assignment decides nothing of a case, so it is a row beside it and no order to its process: it
works while the process is busy, and where it is lost.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from domain.access import views as access
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.errors import NotFound
from domain.intake import review
from domain.intake.assignment import check_assignee, check_version
from domain.intake.case_store import name_of, state_of
from domain.intake.rows import CaseAssignmentRow, ReviewCaseRow
from domain.letters import store as letters
from domain.letters.letter import LetterKind, Note

_SERVICE = "Belegfluss"


def assign(
    session: Session,
    case_id: UUID,
    assignee: UUID | None,
    at: datetime,
    *,
    expected: int | None = None,
) -> None:
    """Give a case that waits to a person, or to nobody; whoever gets it is told by a letter.

    `expected` is the version of the assignment that the caller has seen, 0 before the first. To
    whom it belongs already it is not given again. Raises NotFound, AlreadyApproved,
    AlreadyRejected, AssignmentChanged, PersonNotFound, PersonShutOut.
    """
    case = _locked(session, case_id)
    row = session.get(CaseAssignmentRow, (tenant_of(session), case_id))
    version = row.version if row else 0
    check_version(version, expected)
    review.check_open(state_of(case))
    people = access.colleagues(session)
    check_assignee(assignee, people)
    before = row.assignee_id if row else None
    if before == assignee:
        return
    if row is None:
        row = CaseAssignmentRow(
            tenant_id=tenant_of(session), case_id=case_id, version=0, assigned_at=at
        )
        session.add(row)
    giver = actor_of(session).user_id
    row.assignee_id, row.version = assignee, version + 1
    row.assigned_by, row.assigned_at = giver, at
    audit.record(
        session,
        "review_case.assigned",
        "review_case",
        case_id,
        before={"assignee_id": before},
        after={"assignee_id": assignee, "assignment_version": row.version},
    )
    if assignee is not None and assignee != giver:
        names = {each.id: each.name for each in people}
        told = {"author": names.get(giver, _SERVICE) if giver else _SERVICE}
        facts = {**told, "document": name_of(case)}
        note = Note(LetterKind.CASE_ASSIGNED, "review_case", case_id, row.version, facts)
        letters.write(session, note, [assignee], at, at)


def _locked(session: Session, case_id: UUID) -> ReviewCaseRow:
    """The case; who assigns it at the same time waits. Raises NotFound."""
    row = session.exec(
        select(ReviewCaseRow)
        .where(col(ReviewCaseRow.tenant_id) == tenant_of(session), col(ReviewCaseRow.id) == case_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such review case.")
    return row
