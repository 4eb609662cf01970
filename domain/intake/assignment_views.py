"""Reads who looks after which case. Whoever may not come in any more looks after none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.access import views as access
from domain.database.plain import rows_among
from domain.database.session import tenant_of
from domain.errors import NotFound
from domain.intake.review import ReviewState

WAITING = tuple(state.value for state in ReviewState if not state.is_final)

JOINED = """
    LEFT JOIN case_assignment a ON a.tenant_id = c.tenant_id AND a.case_id = c.id
    LEFT JOIN app_user u ON u.tenant_id = a.tenant_id AND u.id = a.assignee_id
"""
"""Joins the case `c` to its assignment `a` and to the person `u`, admitted or not."""
OF_PERSON = " AND a.assignee_id = :assignee AND is_admitted(u.active, u.access_until)"
OF_NOBODY = " AND is_admitted(u.active, u.access_until) IS NOT TRUE"

_OF_CASES = text(
    f"""
SELECT c.id, u.id, u.name, is_admitted(u.active, u.access_until), coalesce(a.version, 0),
    a.assigned_by, a.assigned_at
FROM review_case c {JOINED}
WHERE c.tenant_id = :tenant AND c.id = ANY(CAST(:ids AS uuid[]))
"""  # noqa: S608 - our own words
)
_COUNTS = text(
    f"""
SELECT CASE WHEN is_admitted(u.active, u.access_until) THEN u.id END, count(*)
FROM review_case c {JOINED}
WHERE c.tenant_id = :tenant AND c.queue_state = ANY(:states)
GROUP BY 1
"""  # noqa: S608 - our own words
)
_WAITING = (
    f" FROM review_case c {JOINED} WHERE c.tenant_id = :tenant AND c.queue_state = ANY(:states)"
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who looks after a case; `former_name` where that person may not come in any more.

    `version` is 0 before the first assignment.
    """

    review_case_id: UUID
    assignee_id: UUID | None
    assignee_name: str | None
    former_name: str | None
    version: int
    assigned_by: UUID | None
    assigned_by_name: str | None
    assigned_at: datetime | None


@dataclass(frozen=True, slots=True)
class AssigneeCount:
    """How many waiting cases somebody looks after; without an id: those that are nobody's."""

    assignee_id: UUID | None
    assignee_name: str | None
    count: int


def of_case(session: Session, case_id: UUID) -> Assignment:
    """Who looks after a case. Raises NotFound."""
    found = of_cases(session, [case_id])
    if case_id not in found:
        raise NotFound("There is no such review case.")
    return found[case_id]


def of_cases(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, Assignment]:
    """Who looks after some cases, by the case."""
    rows = rows_among(session, _OF_CASES, case_ids)
    names = access.names(session) if any(row[5] for row in rows) else {}
    return {
        case_id: Assignment(
            case_id,
            person if is_admitted else None,
            name if is_admitted else None,
            None if is_admitted else name,
            version,
            by,
            names.get(by) if by else None,
            at,
        )
        for case_id, person, name, is_admitted, version, by, at in rows
    }


def waiting(
    session: Session,
    assignee: UUID | None,
    states: Sequence[str] = WAITING,
    *,
    limit: int,
    offset: int,
) -> tuple[list[UUID], int]:
    """Cases of one person, or of nobody, the longest waiting first, and how many there are."""
    these = _WAITING + (OF_NOBODY if assignee is None else OF_PERSON)
    asked = {"tenant": tenant_of(session), "states": list(states), "assignee": assignee}
    total = session.execute(text(f"SELECT count(*) {these}"), asked).scalar_one()
    query = f"SELECT c.id {these} ORDER BY c.created_at, c.id LIMIT :limit OFFSET :offset"
    rows = session.execute(text(query), {**asked, "limit": limit, "offset": offset})
    return list(rows.scalars()), total


def counts(session: Session, states: Sequence[str] = WAITING) -> list[AssigneeCount]:
    """Waiting cases of nobody first, then of everybody who may come in, by name."""
    asked = {"tenant": tenant_of(session), "states": list(states)}
    rows = session.execute(_COUNTS, asked)
    found: dict[UUID | None, int] = {row[0]: row[1] for row in rows}
    people = [each for each in access.colleagues(session) if each.is_admitted]
    mine = [AssigneeCount(each.id, each.name, found.get(each.id, 0)) for each in people]
    return [AssigneeCount(None, None, found.get(None, 0)), *mine]
