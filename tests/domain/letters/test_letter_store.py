"""Letters on PostgreSQL: written once, seen by their tenant, never removed."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.access import throttle_store
from domain.access.origin import Origin
from domain.database.session import read_session, write_session
from domain.letters import store, views
from domain.letters.letter import LetterKind, LetterState, LetterWithdrawn, Note
from tests.builders import Tenant, another_tenant
from tests.servers import Database

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def note() -> Note:
    """A reminder of a case."""
    return Note(LetterKind.CASE_REMINDER, "review_case", uuid4())


def written(database: Database, tenant: Tenant, about: Note, due_at: datetime = AT) -> None:
    """Write to two people."""
    readers = [tenant.people[name].user_id for name in ("bookkeeper", "admin")]
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        store.write(session, about, readers, AT, due_at)


def states(database: Database, tenant: Tenant) -> list[str]:
    """States of all letters of a tenant."""
    with read_session(database.engine, tenant.id) as session:
        return [each.state for each in views.letters(session, limit=50, offset=0)[0]]


def test_the_same_note_is_one_letter_to_each(database: Database) -> None:
    """Whoever writes it again, as a retried step does, adds nothing; the next round does."""
    tenant, about = another_tenant(database), note()
    for _ in range(3):
        written(database, tenant, about)
    assert states(database, tenant) == ["pending"] * 2

    written(database, tenant, Note(about.kind, about.subject, about.subject_id, round=2))
    assert len(states(database, tenant)) == 4


def test_due_letters_of_all_tenants_are_found(database: Database) -> None:
    """Not before their time, and not while somebody has just started them."""
    tenant = another_tenant(database)
    written(database, tenant, note(), AT)
    written(database, tenant, note(), datetime.now(UTC) + timedelta(days=1))

    mine = [each for each in views.due(database.engine) if each.tenant_id == tenant.id]
    assert len(mine) == 2
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        store.hand_over(session, mine[0].letter_id, datetime.now(UTC) + timedelta(minutes=5))
    mine = [each for each in views.due(database.engine) if each.tenant_id == tenant.id]
    assert len(mine) == 1


def test_a_decided_subject_takes_its_letters_back(database: Database) -> None:
    """What was sent stays sent; what is withdrawn is not sent again."""
    tenant, about = another_tenant(database), note()
    written(database, tenant, about)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        first, second = views.letters(session, limit=2, offset=0)[0]
        store.sent(session, first.id, AT)
        store.withdraw(session, "review_case", about.subject_id, AT)
    assert sorted(states(database, tenant)) == ["sent", "withdrawn"]
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        assert store.sent(session, second.id, AT).state is LetterState.WITHDRAWN
        assert store.failed(session, second.id, "X", AT, is_final=False).attempts == 0
        assert store.renew(session, first.id, AT).state is LetterState.PENDING
    with (
        pytest.raises(LetterWithdrawn),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        store.renew(session, second.id, AT)


def test_a_reset_is_written_before_the_tenant_is_known(database: Database) -> None:
    """For a known address alone, one in five minutes; too many are refused, known or not."""
    tenant = another_tenant(database)
    person = tenant.people["auditor"]
    here = Origin(str(uuid4()))
    store.ask_reset(database.engine, person.email.upper(), here)
    store.ask_reset(database.engine, f"{uuid4()}@example.org", here)
    store.ask_reset(database.engine, person.email, Origin(str(uuid4())))

    with read_session(database.engine, tenant.id) as session:
        ((only,), total) = views.letters(session, limit=9, offset=0)
    assert (total, only.kind, only.recipient_id) == (1, "reset", person.user_id)
    assert [_is_refused(database, person.email, here) for _ in range(15)].count(True) > 0


def _is_refused(database: Database, address: str, origin: Origin) -> bool:
    try:
        store.ask_reset(database.engine, address, origin)
    except throttle_store.RateLimited:
        return True
    return False


def test_letters_stay_and_stay_at_home(database: Database) -> None:
    """Nobody removes one; another tenant sees none."""
    tenant = another_tenant(database)
    written(database, tenant, note())
    with (
        pytest.raises(DBAPIError),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        session.execute(text("DELETE FROM letter"))
    assert states(database, another_tenant(database)) == []
