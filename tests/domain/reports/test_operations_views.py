"""What is open in the whole service: what is not due yet is told apart."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from domain.database.session import write_session
from domain.letters import store
from domain.letters.letter import LetterKind, Note
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


def letters(database: Database) -> dict[str, int]:
    """Open letters of all companies, by stage."""
    found, _ = open_work(database.engine)
    return {each.stage: each.count for each in found if each.process == "letter"}
