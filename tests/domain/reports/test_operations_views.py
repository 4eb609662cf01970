"""What is open in the whole service: what is not due yet is told apart."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from domain.database.session import write_session
from domain.letters import store
from domain.letters.letter import AGAIN, LetterKind, Note
from domain.reports.operations_views import LATER, open_work
from tests.builders import another_tenant
from tests.servers import Database


def test_a_letter_of_tomorrow_does_not_stand_among_those_that_wait(database: Database) -> None:
    """It needs no process before its day: one that is missing would be a false alarm."""
    tenant = another_tenant(database)
    before = letters(database)

    for due_at in (datetime.now(UTC) + timedelta(days=1), datetime(2026, 3, 2, tzinfo=UTC)):
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            note = Note(LetterKind.LOCK_REMINDER, "lock_request", uuid4())
            store.write(session, note, [tenant.people["admin"].user_id], due_at, due_at)

    after = letters(database)
    assert {stage: after[stage] - before.get(stage, 0) for stage in after} == {
        LATER: 1,
        "pending": 1,
    }


def test_a_letter_that_a_process_has_waits(database: Database) -> None:
    """Else its process would be counted for one that another letter does not have."""
    tenant = another_tenant(database)
    before = letters(database)

    with write_session(database.engine, tenant.id, tenant.actor) as session:
        note, now = Note(LetterKind.LOCK_REMINDER, "lock_request", uuid4()), datetime.now(UTC)
        reader = tenant.people["admin"].user_id
        (letter_id,) = store.write(session, note, [reader], now, now)
        store.hand_over(session, letter_id, now + AGAIN)
        store.failed(session, letter_id, "ConnectionRefusedError", now, is_final=False)

    assert letters(database)["pending"] - before.get("pending", 0) == 1


def letters(database: Database) -> dict[str, int]:
    """Open letters of all companies, by stage."""
    found, _ = open_work(database.engine)
    return {each.stage: each.count for each in found if each.process == "letter"}
