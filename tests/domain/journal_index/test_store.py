"""What is derived from the journal is derived once, whoever does it and however often it ends."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from domain.database.session import read_session, write_session
from domain.dates import DateRange
from domain.journal_index import store as journal_index
from domain.ledger import entry_views
from domain.ledger.journal_views import JournalFilter
from tests.benchmarks import bulk
from tests.benchmarks.bulk import fill
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from tests.waiting import until_somebody_waits

QUARTER = DateRange(date(2025, 1, 1), date(2025, 3, 31))
_DAYS = "SELECT account, day, debit, credit FROM account_day ORDER BY account, day"
_SPANS = """
SELECT open_item_id, first_day, last_day::text, first_number, last_number
FROM item_span ORDER BY open_item_id
"""
_COUNTS = "SELECT period, bookings FROM period_count ORDER BY period"
_PLAIN_COUNTS = "SELECT period, count(*) FROM intent GROUP BY period ORDER BY period"
_PLAIN_DAYS = """
SELECT m.account, e.booking_date, sum(m.debit), sum(m.credit)
FROM journal_entry e CROSS JOIN LATERAL
    (VALUES (e.debit_account, e.amount, 0), (e.credit_account, 0, e.amount))
    AS m (account, debit, credit)
GROUP BY m.account, e.booking_date ORDER BY m.account, e.booking_date
"""


def _all(database: Database, tenant: Tenant, query: str) -> list[tuple[object, ...]]:
    with read_session(database.engine, tenant.id) as session:
        return [tuple(row) for row in session.execute(text(query))]


def test_two_at_once_index_a_journal_once(database: Database, tenant: Tenant) -> None:
    """Each segment is somebody's; the sums by day are those of the rows."""
    fill(database, tenant, 16_000, QUARTER)

    def work() -> None:
        while _all(database, tenant, "SELECT 1 FROM journal_index WHERE last_number = 20000") == []:
            journal_index.catch_up(database.engine, tenant.id)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert _all(database, tenant, _DAYS) == _all(database, tenant, _PLAIN_DAYS)
    assert journal_index.catch_up(database.engine, tenant.id) == 0


def test_one_that_is_cut_off_has_done_nothing(
    database: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither its sums nor its position are there, and the next one does it all."""
    fill(database, tenant, 80, QUARTER)
    before = _all(database, tenant, _DAYS)
    monkeypatch.setattr(journal_index, "_ADVANCE", text("SELECT 1/0"))
    with pytest.raises(Exception, match="division by zero"):
        journal_index.catch_up(database.engine, tenant.id)
    monkeypatch.undo()

    assert _all(database, tenant, _DAYS) == before
    assert journal_index.catch_up(database.engine, tenant.id) == 100
    assert _all(database, tenant, _DAYS) == _all(database, tenant, _PLAIN_DAYS)


def test_it_can_be_made_again(database: Database, german_tenant: Tenant) -> None:
    """Readers find the same rows before, without and after it."""
    fill(database, german_tenant, 1_600, QUARTER)
    before = _searched(database, german_tenant)
    for _ in range(2):
        journal_index.rebuild(database.engine, german_tenant.id)

    assert before.lines
    assert _searched(database, german_tenant) == before


def test_what_an_older_worker_left_out_is_made_up_for(database: Database, tenant: Tenant) -> None:
    """Items and counts have a position of their own; they follow wherever it stands."""
    fill(database, tenant, 800, QUARTER)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        for change in ("DELETE FROM item_span", "DELETE FROM period_count",
                       "UPDATE journal_index SET items_to = 0"):  # fmt: skip
            session.execute(text(change))
    while journal_index.catch_up(database.engine, tenant.id):
        pass
    made_up = [_all(database, tenant, query) for query in (_SPANS, _COUNTS)]

    journal_index.rebuild(database.engine, tenant.id)

    assert made_up == [_all(database, tenant, query) for query in (_SPANS, _COUNTS)]
    assert made_up[1] == _all(
        database, tenant, "SELECT period, count(*) FROM intent GROUP BY period ORDER BY period"
    )


def test_it_is_made_again_while_somebody_is_at_it(
    database: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that the other one stores meanwhile is kept and counted a second time."""
    monkeypatch.setattr(journal_index, "SEGMENT", 101)
    fill(database, tenant, 80, QUARTER)
    journal_index.catch_up(database.engine, tenant.id)
    fill(database, tenant, 80, DateRange(date(2025, 4, 1), date(2025, 6, 30)))
    index = vars(journal_index)["_index_items"]
    is_stored, goes_on = threading.Event(), threading.Event()

    def wait(*arguments: Any) -> tuple[int, int]:
        done: tuple[int, int] = index(*arguments)
        if not is_stored.is_set():
            is_stored.set()
            assert goes_on.wait(90)
        return done

    monkeypatch.setattr(journal_index, "_index_items", wait)
    with ThreadPoolExecutor() as pool:
        other = pool.submit(journal_index.catch_up, database.engine, tenant.id)
        assert is_stored.wait(90)
        again = pool.submit(journal_index.rebuild, database.engine, tenant.id)
        until_somebody_waits(database)
        goes_on.set()
        other.result()
        again.result()

    assert _all(database, tenant, _DAYS) == _all(database, tenant, _PLAIN_DAYS)
    assert _all(database, tenant, _COUNTS) == _all(database, tenant, _PLAIN_COUNTS)


def test_items_follow_in_a_journal_that_does_not_grow(database: Database, tenant: Tenant) -> None:
    """Where the entries are indexed, but the items are not yet, the journal counts as behind."""
    last = fill(database, tenant, 1_600, QUARTER)
    journal_index.rebuild(database.engine, tenant.id)
    spans, counts = (_all(database, tenant, query) for query in (_SPANS, _COUNTS))
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        for change in ("DELETE FROM item_span", "DELETE FROM period_count",
                       "UPDATE journal_index SET items_to = 0"):  # fmt: skip
            session.execute(text(change))

    assert tenant.id in journal_index.behind(database.engine)
    followed = 0
    while done := journal_index.catch_up(database.engine, tenant.id):
        followed += done
    assert followed == last
    assert _all(database, tenant, _SPANS) == spans
    assert _all(database, tenant, _COUNTS) == counts
    assert _all(database, tenant, _DAYS) == _all(database, tenant, _PLAIN_DAYS)
    assert tenant.id not in journal_index.behind(database.engine)


def test_a_journal_that_the_planner_does_not_know_is_indexed_as_quickly(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of tables that grew just now nothing is read whole: a part of them is done in a moment."""
    tenant = another_tenant(database)
    monkeypatch.setattr(bulk, "analyze", lambda _: None)
    fill(database, tenant, 3_200, QUARTER)
    monkeypatch.setattr(journal_index, "SEGMENT", 40)
    bounded = f"{journal_index._ONE_BY_ONE.text}, set_config('statement_timeout', '1s', true)"  # noqa: SLF001
    monkeypatch.setattr(journal_index, "_ONE_BY_ONE", text(bounded))

    assert [journal_index.catch_up(database.engine, tenant.id) for _ in range(4)] == [
        39,
        40,
        40,
        40,
    ]


def _searched(database: Database, tenant: Tenant) -> entry_views.Page:
    with read_session(database.engine, tenant.id) as session:
        return entry_views.page(session, JournalFilter(search="müller"), limit=1000)
