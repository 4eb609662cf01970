"""Books that are filled by sets hold what posted ones hold."""

from uuid import uuid4

from domain.database.session import read_session, write_session
from domain.ledger import entry_views, journal_views
from domain.posting.store import book
from tests.benchmarks.bulk import THE_YEAR, fill
from tests.builders import Tenant
from tests.invariants import check_books
from tests.servers import Database
from tests.strategies import plain_booking


def test_filled_books_hold(database: Database, german_tenant: Tenant) -> None:
    """Chain, numbers, roll-ups and open items are those of posting one by one."""
    last = fill(database, german_tenant, 800)

    assert last == 1000
    assert check_books(database.engine, german_tenant.id) == 1000


def test_filled_books_go_on(database: Database, tenant: Tenant) -> None:
    """A posting between two fillings finds its place in the chain."""
    fill(database, tenant, 8)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        book(session, plain_booking(uuid4(), THE_YEAR.last))
    last = fill(database, tenant, 16)

    assert last == 31
    assert check_books(database.engine, tenant.id) == 31


def test_filled_intents_are_read_like_any_other(database: Database, tenant: Tenant) -> None:
    """A sale knows its payment."""
    with read_session(database.engine, tenant.id) as session:
        found = entry_views.page(
            session, journal_views.JournalFilter(search="RE-2025-0000006"), limit=10
        )
        sale = journal_views.intent(session, found.lines[-1].intent_id)

    assert [link.intent_id for link in sale.ties.settled_by] == [found.lines[0].intent_id]
    assert sale.chain_valid
