"""The order of a queue, and where a case stands in it."""

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from domain.database.session import read_session, write_session
from domain.intake import queue_views
from domain.intake.queue_views import ORDERS, Asked
from tests.builders import Tenant, another_tenant
from tests.cases import a_case
from tests.servers import Database

TODAY = date(2026, 3, 2)
_SAY = text("""
UPDATE review_case SET queue_state = :state, findings = CAST(:findings AS jsonb),
    validation_issues = CAST(:issues AS jsonb), created_at = :at,
    normalized_invoice = normalized_invoice || CAST(:invoice AS jsonb)
WHERE id = :id
""")


def finding(severity: str, *, is_answered: bool = False) -> dict[str, object]:
    """A finding, as far as a queue looks at it."""
    return {"severity": severity, "code": "X", "message": "x", "fields": [],
            "answer": {"kind": "accepted"} if is_answered else None}  # fmt: skip


def term(day: str | None, kind: str = "discount") -> dict[str, object]:
    """A term of payment."""
    return {"kind": kind, "due_date": day, "percent": "2"}


# State, findings, issues, terms, due date; and the rank and the end of the discount.
CASES: list[tuple[tuple[Any, ...], tuple[int, date | None]]] = [
    (("approval", [], [], [], "2026-03-20"), (3, None)),
    (("approval", [finding("hint")], [], [term("2026-03-09")], None), (2, date(2026, 3, 9))),
    (("correction", [finding("warning"), finding("hint")], [], [term("2026-03-01")], None),
     (1, None)),
    (("correction", [finding("blocking", is_answered=True)], [],
      [term("2026-03-30"), term("2026-03-10"), term(None), term("2026-03-03", "due")], None),
     (3, date(2026, 3, 10))),
    (("correction", [finding("hint"), finding("blocking")], [], [], "2026-03-05"), (0, None)),
    (("correction", [], [{"code": "MISSING_FIELD", "field": "due_date"}], [], None), (0, None)),
    (("exception", [], [], [], None), (0, None)),
]  # fmt: skip


@pytest.fixture
def cases(database: Database) -> tuple[Tenant, list[UUID]]:
    """Cases as above, each a minute younger than the one before."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        ids = [a_case(session, number) for number in range(len(CASES))]
        for minute, (case_id, (said, _)) in enumerate(zip(ids, CASES, strict=True)):
            state, findings, issues, terms, due = said
            told = {"state": state, "findings": json.dumps(findings), "issues": json.dumps(issues)}
            invoice = json.dumps({"terms": terms, "due_date": due})
            at = datetime(2026, 3, 1, 12, minute, tzinfo=UTC)
            session.execute(_SAY, {**told, "invoice": invoice, "at": at, "id": case_id})
    return tenant, ids


def test_what_stands_worst_and_what_ends_first(
    database: Database, cases: tuple[Tenant, list[UUID]]
) -> None:
    """An answered finding counts for nothing, and neither does a discount that is over."""
    tenant, ids = cases
    with read_session(database.engine, tenant.id) as session:
        found, total = queue_views.waiting(session, Asked(today=TODAY), limit=100, offset=0)
    assert total == len(CASES)
    told = {each.id: (each.rank, each.discount_ends) for each in found}
    assert [told[case_id] for case_id in ids] == [expected for _, expected in CASES]
    places = [4, 5, 6, 2, 1, 3, 0]
    assert [each.id for each in found] == [ids[at] for at in places]


@pytest.mark.parametrize("order", [each for each in ORDERS if each != "decided"])
def test_pages_and_places_are_of_one_order(
    database: Database, cases: tuple[Tenant, list[UUID]], order: str
) -> None:
    """Whatever the order: a page goes on where the one before it ended, and so do neighbours."""
    tenant, _ = cases
    for asked in (
        Asked(today=TODAY, order=order),
        Asked(today=TODAY, order=order, rank="blocking"),
    ):
        with read_session(database.engine, tenant.id) as session:
            whole, total = queue_views.waiting(session, asked, limit=100, offset=0)
            paged = [
                each
                for offset in range(0, total, 2)
                for each in queue_views.waiting(session, asked, limit=2, offset=offset)[0]
            ]
            places = [queue_views.place(session, asked, each.id) for each in whole]
        assert paged == whole
        ids = [None, *(each.id for each in whole), None]
        for at, place in enumerate(places, 1):
            assert place == queue_views.Place(at, total, ids[at - 1], ids[at + 1])
