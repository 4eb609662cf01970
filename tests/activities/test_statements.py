"""How many statements an order on a case takes: what a busy machine cannot change."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from tests.activities.test_document_intake import Desk, invoice
from tests.servers import Database

APPROVAL, CORRECTION = 33, 19


def _statements(database: Database, act: Callable[[], Any]) -> int:
    found: list[str] = []

    def note(*asked: Any) -> None:
        found.append(asked[2])

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return len(found)


def test_orders_take_no_more_statements_than_they_did(database: Database) -> None:
    """Whoever adds one knows it, and takes another away."""
    desk = Desk(database)
    # The first one reads the books, which the process then knows.
    desk.steps.post(desk.step(desk.ready("b", invoice("B-1"))))
    inbox_id = desk.ready("a", invoice("A-1"))
    part = invoice("A-1").to_json() | {"reference_text": "Nr. 7"}

    corrected = _statements(database, lambda: desk.amends(inbox_id, normalized_invoice=part))
    approved = _statements(database, lambda: desk.steps.post(desk.step(inbox_id)))

    assert approved <= APPROVAL
    assert corrected <= CORRECTION
