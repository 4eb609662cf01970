"""Reads queues as people work through them: what is wrong first, then what is due first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.database import listing_views
from domain.database.listing_views import Counted
from domain.database.session import tenant_of
from domain.intake.assignment_views import JOINED, OF_NOBODY, OF_PERSON
from domain.intake.review import ReviewState

OPEN = "open"
"""All that nobody has decided. A filter of lists, no state of its own."""
DECIDED = "decided"

_STATES = {
    OPEN: [state.value for state in ReviewState if not state.is_final],
    DECIDED: [state.value for state in ReviewState if state.is_final],
}
# What places a case is a column: nothing is read out of documents that are not shown.
_RANKED = """
    SELECT c.id, c.queue_state, c.created_at, c.normalized_invoice AS invoice, c.findings,
        c.validation_issues, c.decided_at, c.version, c.urgency AS rank, c.due_date,
        CASE WHEN c.discount_days <> '[]' THEN (
            SELECT min(ends) FROM jsonb_array_elements_text(c.discount_days) AS ends
            WHERE ends >= CAST(:today AS text)) END AS discount_ends,
        CASE WHEN is_admitted(u.active, u.access_until) THEN u.id END AS assignee_id,
        u.name AS assignee_name
    FROM review_case c
"""
_RANKED += JOINED
_RANKED += """
    WHERE c.tenant_id = :tenant AND c.queue_state = ANY(:states)
      AND (CAST(:search AS text) IS NULL
        OR c.normalized_invoice #>> '{vendor,name}' ILIKE :search
        OR c.normalized_invoice ->> 'invoice_number' ILIKE :search
        OR c.normalized_invoice ->> 'total_gross' LIKE :search)
"""
_ORDER = {
    "urgency": "rank, discount_ends NULLS LAST, due_date NULLS LAST, created_at, id",
    "discount": "discount_ends NULLS LAST, due_date NULLS LAST, created_at, id",
    "due": "due_date NULLS LAST, created_at, id",
    "amount": "CAST(invoice ->> 'total_gross' AS numeric) DESC NULLS LAST, created_at, id",
    "vendor": "lower(invoice #>> '{vendor,name}') NULLS LAST, created_at, id",
    "age": "created_at, id",
    "assignee": "assignee_id IS NULL, lower(assignee_name), rank, created_at, id",
    "decided": "decided_at DESC NULLS LAST, id",
}
ORDERS = tuple(_ORDER)
RANKS = ("blocking", "warning", "hint", "clean")
"""What stands worst in a case, by its rank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which cases, in which order; `today` ends discounts that are over.

    `assignee` asks for the cases of one person, `is_nobodys` for those that nobody looks after,
    `rank` for those of which just this stands worst.
    """

    today: date
    state: str = OPEN
    search: str = ""
    order: str = "urgency"
    assignee: UUID | None = None
    is_nobodys: bool = False
    rank: str = ""

    @property
    def ranked(self) -> str:
        """The query for the cases with their rank."""
        whose = OF_PERSON if self.assignee else OF_NOBODY if self.is_nobodys else ""
        if not self.rank:
            return _RANKED + whose
        return f"SELECT r.* FROM ({_RANKED}{whose}) r WHERE r.rank = :rank"  # noqa: S608 - our own words

    @property
    def is_log(self) -> bool:
        """Whether it is all that was decided, the last first: a list that only grows."""
        is_whole = not (self.search or self.assignee or self.is_nobodys or self.rank)
        return is_whole and (self.state, self.order) == (DECIDED, "decided")

    @property
    def states(self) -> list[str]:
        """States of the cases."""
        return _STATES.get(self.state) or [ReviewState(self.state).value]

    @property
    def facts(self) -> dict[str, Any]:
        """Arguments of the query."""
        escaped = self.search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return {
            "states": self.states,
            "search": f"%{escaped}%" if self.search else None,
            "today": self.today.isoformat(),
            "assignee": self.assignee,
            **({"rank": RANKS.index(self.rank)} if self.rank else {}),
        }


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case as a row of a queue; `rank` is 0 blocked, 1 warned, 2 hinted, 3 clean, 4 decided.

    A name without `assignee_id` is that of somebody who may not come in any more.
    """

    id: UUID
    queue_state: str
    created_at: datetime
    decided_at: datetime | None
    version: int
    rank: int
    invoice: Mapping[str, Any]
    findings: list[Mapping[str, Any]]
    issues: list[Mapping[str, Any]]
    discount_ends: date | None
    assignee_id: UUID | None
    assignee_name: str | None

    @property
    def gross(self) -> Decimal | None:
        """Gross total; None where it could not be read."""
        total = self.invoice["total_gross"]
        return None if total is None else Decimal(total)

    @property
    def due(self) -> date | None:
        """Day on which it is due."""
        return _day(self.invoice["due_date"])

    @property
    def discount(self) -> Decimal | None:
        """What paying by `discount_ends` saves, where the document states a percentage."""
        for term in self.invoice["terms"]:
            is_it = term["kind"] == "discount" and _day(term["due_date"]) == self.discount_ends
            if is_it and term["percent"] and self.gross is not None and self.discount_ends:
                return (self.gross * Decimal(term["percent"]) / 100).quantize(Decimal("0.01"))
        return None

    @property
    def told(self) -> list[tuple[str, str]]:
        """Codes and messages of what is open, each once, the gravest first."""
        unanswered = [each for each in self.findings if each["answer"] is None]
        grave = {"blocking": 0, "MISSING_FIELD": 1, "warning": 2, "hint": 3}
        found = [(grave[each["severity"]], each["code"], each["message"]) for each in unanswered]
        codes = {each["code"] for each in unanswered}
        for issue in self.issues:
            if issue["code"] not in codes:
                rank = grave.get(issue["code"], 0)
                found.append((rank, issue["code"], issue["message"]))
        by_rank = sorted(found, key=lambda each: each[0])
        first = {code if code != "MISSING_FIELD" else message: (code, message)
                 for _, code, message in reversed(by_rank)}  # fmt: skip
        return list(first.values())[::-1]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands in a queue, from 1, and its neighbours."""

    position: int
    total: int
    before: UUID | None
    after: UUID | None


def waiting(
    session: Session, asked: Asked, *, limit: int, offset: int
) -> tuple[list[Waiting], int]:
    """Cases of a queue in its order, and how many there are in all."""
    if asked.is_log:
        return _decided(session, asked, limit=limit, offset=offset)
    order = _ORDER[asked.order]
    # The page first, by what places a case: only of its rows the documents are read.
    query = text(
        f"SELECT q.*, p.total FROM (SELECT id, count(*) OVER () AS total FROM ({asked.ranked}) q"  # noqa: S608 - our own words
        f" ORDER BY {order} LIMIT :limit OFFSET :offset) p"
        f" JOIN ({asked.ranked}) q USING (id) ORDER BY {order}"
    )
    facts = {**asked.facts, "tenant": tenant_of(session), "limit": limit, "offset": offset}
    rows = session.execute(query, facts).all()
    return [_waiting(row) for row in rows], rows[0].total if rows else 0


def _decided(
    session: Session, asked: Asked, *, limit: int, offset: int
) -> tuple[list[Waiting], int]:
    """What was decided: the page is found in an index alone, and the length is known."""
    query = text(
        f"SELECT q.* FROM ({asked.ranked} AND c.id = ANY(ARRAY("  # noqa: S608 - our own words
        " SELECT d.id FROM review_case d WHERE d.tenant_id = :tenant"
        " AND d.queue_state IN ('approved', 'rejected')"
        f" ORDER BY {_ORDER['decided']} LIMIT :limit OFFSET :offset))) q"
        f" ORDER BY {_ORDER['decided']}"
    )
    facts = {**asked.facts, "tenant": tenant_of(session), "limit": limit, "offset": offset}
    rows = session.execute(query, facts).all()
    total = listing_views.place(session, Counted("review_case", asked.states), 0).total
    return [_waiting(row) for row in rows], total


def place(session: Session, asked: Asked, case_id: UUID) -> Place | None:
    """Where a case stands in a queue; None where it does not stand in it, or waits no more."""
    if asked.state == DECIDED:
        return None
    query = text(
        "SELECT position, total, before, after FROM (SELECT id,"  # noqa: S608 - our own words
        " row_number() OVER w AS position, count(*) OVER () AS total,"
        " lag(id) OVER w AS before, lead(id) OVER w AS after"
        f" FROM ({asked.ranked}) q WINDOW w AS (ORDER BY {_ORDER[asked.order]})) p"
        " WHERE id = :case_id"
    )
    facts = {**asked.facts, "tenant": tenant_of(session), "case_id": case_id}
    row = session.execute(query, facts).one_or_none()
    return None if row is None else Place(*row)


def names(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Vendor and number of cases as their documents name them, by the case."""
    query = text(
        "SELECT id, concat_ws(' ', normalized_invoice #>> '{vendor,name}',"
        " normalized_invoice ->> 'invoice_number') FROM review_case"
        " WHERE tenant_id = :tenant AND id = ANY(:cases)"
    )
    asked = {"tenant": tenant_of(session), "cases": list(case_ids)}
    return {row[0]: row[1] for row in session.execute(query, asked)}


def _waiting(row: Any) -> Waiting:
    return Waiting(
        id=row.id,
        queue_state=row.queue_state,
        created_at=row.created_at,
        decided_at=row.decided_at,
        version=row.version,
        rank=row.rank,
        invoice=row.invoice,
        findings=row.findings,
        issues=row.validation_issues,
        discount_ends=_day(row.discount_ends),
        assignee_id=row.assignee_id,
        assignee_name=row.assignee_name,
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
