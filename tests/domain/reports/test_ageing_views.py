"""Open items at any day agree with the ledger at that day."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import read_session, write_session
from domain.journal_index import store as journal_index
from domain.ledger.booking import Line
from domain.ledger.intent import Exchange, OpenItemTerms, Settling, Side
from domain.ledger.reversal import AlreadyReversed, HasSettlements
from domain.payables import invoice_store
from domain.periods import period_views
from domain.posting.outcome import SettlementExceedsOpenAmount
from domain.reports import ageing_views, snapshot_views
from domain.reports.ageing import AgedItem, Bucket, Forward, OpenItems
from domain.reports.snapshot import Asked, Snapshot
from tests.benchmarks.bulk import fill
from tests.books import Books
from tests.builders import another_tenant
from tests.payables import a_posted_invoice, a_vendor, an_invoice
from tests.servers import Database

START, END = date(2026, 1, 1), date(2026, 12, 31)
MARCH, APRIL = date(2026, 3, 2), date(2026, 4, 20)


@pytest.fixture
def books(database: Database) -> Books:
    """Give each test books of its own."""
    return Books(database, another_tenant(database))


def owed(books: Books, day: date, amount: str, due: date | None = None, **more: object) -> UUID:
    """Owe a supplier."""
    lines = (
        Line("6815", Side.DEBIT, Decimal(amount)),
        Line("3300", Side.CREDIT, Decimal(amount)),
    )
    return books.book(day, *lines, terms=OpenItemTerms(f"RE-{amount}", due), **more)


def pay(books: Books, day: date, intent_id: UUID, amount: str) -> UUID:
    """Pay a part of what was owed."""
    value = Decimal(amount)
    lines = (Line("3300", Side.DEBIT, value), Line("2800", Side.CREDIT, value))
    return books.book(day, *lines, settles=(Settling(item_of(books, intent_id), value),))


def item_of(books: Books, intent_id: UUID) -> UUID:
    """The open item of an intent."""
    found = text("SELECT open_item_id FROM open_item WHERE intent_id = :intent")
    with read_session(books.database.engine, books.tenant.id) as session:
        item: UUID = session.execute(found, {"intent": intent_id}).scalar_one()
    return item


def payable(books: Books, day: date, as_of: str | None = None) -> OpenItems:
    """What is owed at a day; added up by the database it comes to the same."""
    found = books.read(ageing_views.payable, START, day, as_of)
    assert books.read(ageing_views.payable_sums, START, day, as_of) == without_items(found)
    for each in found.partners:

        def of_it(
            session: Session, snapshot: Snapshot, partner: UUID | None = each.partner_id
        ) -> tuple[AgedItem, ...]:
            return ageing_views.payable_of(session, snapshot, partner)

        assert books.read(of_it, START, day, as_of) == each.items
    return found


def without_items(found: OpenItems) -> OpenItems:
    """Partners with what they come to, and nothing else."""
    return replace(found, partners=tuple(replace(each, items=()) for each in found.partners))


def rests(found: OpenItems) -> Sequence[str]:
    """What is left of each item, in order."""
    return [str(i.remaining_base) for partner in found.partners for i in partner.items]


@pytest.mark.parametrize(
    ("day", "bucket", "forward"),
    [
        (date(2026, 3, 2), Bucket.NOT_DUE, Forward.IN_30),
        (date(2026, 3, 25), Bucket.NOT_DUE, Forward.IN_7),
        (date(2026, 4, 1), Bucket.NOT_DUE, Forward.IN_7),
        (date(2026, 4, 2), Bucket.TO_30, None),
        (date(2026, 5, 1), Bucket.TO_30, None),
        (date(2026, 5, 2), Bucket.TO_60, None),
        (date(2026, 6, 30), Bucket.TO_90, None),
        (date(2026, 9, 28), Bucket.TO_180, None),
        (date(2026, 9, 29), Bucket.OVER_180, None),
    ],
)
def test_an_item_grows_old(
    database: Database, day: date, bucket: Bucket, forward: Forward | None
) -> None:
    """Overdue from the day after it was due."""
    books = Books(database, another_tenant(database))
    owed(books, MARCH, "100.00", due=date(2026, 4, 1))

    found = payable(books, day)

    expected = {each: Decimal(100 * (each is bucket)) for each in Bucket}
    assert found.ageing.buckets == expected
    assert found.ageing.forward == {each: Decimal(100 * (each is forward)) for each in Forward}
    assert found.is_reconciled


def test_later_payments_do_not_count(books: Books) -> None:
    """The past is told as it was: paid on 20 April, owed in full the day before."""
    first = owed(books, MARCH, "100.00")
    owed(books, MARCH, "40.00")
    pay(books, APRIL, first, "70.00")

    assert rests(payable(books, date(2026, 3, 1))) == []
    assert sorted(rests(payable(books, date(2026, 4, 19)))) == ["100.00", "40.00"]
    assert sorted(rests(payable(books, APRIL))) == ["30.00", "40.00"]
    assert payable(books, APRIL).ageing.total == Decimal("70.00")


def test_what_is_paid_before_it_is_booked_stands_on_the_other_side(books: Books) -> None:
    """The ledger holds the payment from its day on, and so do the items."""
    later = owed(books, APRIL, "100.00")
    pay(books, MARCH, later, "100.00")

    early = payable(books, MARCH)
    assert rests(early) == ["-100.00"]
    assert early.credit_balance == Decimal(-100)
    assert early.controls[0].ledger == Decimal(-100)
    assert early.is_reconciled
    assert rests(payable(books, APRIL)) == []


def test_a_reversal_closes_the_item_on_its_day(books: Books) -> None:
    """Until then it was owed; a reversed payment is owed again."""
    wrong = owed(books, MARCH, "100.00")
    right = owed(books, MARCH, "60.00")
    books.reverse(pay(books, APRIL, right, "60.00"), date(2026, 5, 4))
    books.reverse(wrong, date(2026, 6, 1))

    assert rests(payable(books, APRIL)) == ["100.00"]
    assert sorted(rests(payable(books, date(2026, 5, 4)))) == ["100.00", "60.00"]
    assert rests(payable(books, date(2026, 6, 1))) == ["60.00"]


def test_the_list_of_an_instant_knows_nothing_posted_later(books: Books) -> None:
    """Neither items nor payments, whatever day they bear; the ledger agrees with it."""
    first = owed(books, MARCH, "100.00")
    with read_session(books.database.engine, books.tenant.id) as session:
        then = session.execute(text("SELECT max(created_at) FROM intent")).scalar_one()
    pay(books, MARCH, first, "30.00")
    owed(books, MARCH, "5.00")

    found = payable(books, APRIL, then.isoformat())

    assert rests(found) == ["100.00"]
    assert found.is_reconciled
    assert sorted(rests(payable(books, APRIL))) == ["5.00", "70.00"]


def test_an_instant_long_ago_is_read_as_soon_as_any_other(database: Database) -> None:
    """With more posted since than the database keeps at hand: no row looks through all of it."""
    tenant = another_tenant(database)
    fill(database, tenant, 16_000)
    asked = Asked(datetime.now(UTC), date(2025, 1, 1), date(2025, 12, 31), "2025-03-31")
    with read_session(database.engine, tenant.id) as session:
        session.execute(text("SET LOCAL work_mem = '64kB'"))
        session.execute(text("SET LOCAL statement_timeout = '2s'"))
        _, found = snapshot_views.taken(session, asked, ageing_views.receivable)

    assert found.is_reconciled
    assert found.ageing.total > 0


def test_a_foreign_item_is_left_in_its_currency_too(books: Books) -> None:
    """At the rate it was booked with."""
    exchange = Exchange("USD", Decimal("110.00"), Decimal("1.1"), MARCH, "ECB")
    foreign = owed(books, MARCH, "100.00", exchange=exchange)
    pay(books, APRIL, foreign, "25.00")

    (item,) = payable(books, APRIL).partners[0].items

    assert (item.currency, item.document_amount, item.remaining_amount, item.remaining_base) == (
        "USD",
        Decimal("110.000"),
        Decimal("82.50"),
        Decimal("75.00"),
    )


def test_what_was_settled_of_a_currency_is_left_out_of_it(books: Books) -> None:
    """22.00 of 110.00 USD were settled at 25.00 EUR of 100.00: 88.00 USD are left, as of then."""
    exchange = Exchange("USD", Decimal("110.00"), Decimal("1.1"), MARCH, "ECB")
    foreign = owed(books, MARCH, "100.00", exchange=exchange)
    value = Decimal(25)
    lines = (Line("3300", Side.DEBIT, value), Line("2800", Side.CREDIT, value))
    settled = (Settling(item_of(books, foreign), value, Decimal("22.00")),)
    books.book(APRIL, *lines, settles=settled)

    (before,) = payable(books, MARCH).partners[0].items
    (after,) = payable(books, APRIL).partners[0].items

    assert (before.remaining_base, before.remaining_amount) == (Decimal(100), Decimal(110))
    assert (after.remaining_base, after.remaining_amount) == (Decimal(75), Decimal(88))


def test_partners_stand_by_name_with_what_was_agreed_last(books: Books) -> None:
    """The due date of the invoice may have been put off since it was booked."""
    with write_session(books.database.engine, books.tenant.id, books.tenant.actor) as session:
        vendor = a_vendor(session)
        invoice = an_invoice(vendor, "120.00", due=date(2026, 3, 16))
        invoice_id = a_posted_invoice(session, invoice)
        invoice_store.change(session, invoice_id, {"due_date": date(2026, 5, 16)})
    owed(books, MARCH, "10.00")

    found = payable(books, APRIL)

    assert [partner.partner_id for partner in found.partners] == [vendor, None]
    (item,) = found.partners[0].items
    assert (item.document_number, item.due_date) == (invoice.invoice_number, date(2026, 5, 16))
    assert item.bucket is Bucket.NOT_DUE


def test_claims_and_debts_are_two_reports(books: Books) -> None:
    """Each with the sign of what it is about."""
    claim = (Line("2000", Side.DEBIT, Decimal(12)), Line("4000", Side.CREDIT, Decimal(12)))
    books.book(MARCH, *claim)
    credit_note = (Line("4000", Side.DEBIT, Decimal(2)), Line("2000", Side.CREDIT, Decimal(2)))
    books.book(MARCH, *credit_note)

    found = books.read(ageing_views.receivable, START, END)

    assert sorted(rests(found)) == ["-2.00", "12.00"]
    assert payable(books, END).ageing.total == 0
    assert books.read(ageing_views.differences, START, END) == {True: [], False: []}


def test_a_difference_is_shown(books: Books) -> None:
    """A payment that settles less than it moves leaves the account beside its items."""
    item = Settling(item_of(books, owed(books, MARCH, "100.00")), Decimal("60.00"))
    lines = (Line("3300", Side.DEBIT, Decimal(70)), Line("2800", Side.CREDIT, Decimal(70)))
    books.book(APRIL, *lines, settles=(item,))

    found = payable(books, APRIL)

    assert not found.is_reconciled
    (control,) = found.controls
    assert (control.items, control.ledger, control.difference) == (
        Decimal("40.00"),
        Decimal("30.00"),
        Decimal("-10.00"),
    )
    off = books.read(ageing_views.differences, START, APRIL)
    assert off == {True: [], False: [control.difference]}


DAYS = st.dates(START, END)


@settings(deadline=None, max_examples=10)
@given(st.lists(st.tuples(DAYS, DAYS, st.integers(1, 100)), min_size=1, max_size=5), DAYS)
def test_items_are_the_control_accounts_at_any_day(
    database: Database, wanted: list[tuple[date, date, int]], day: date
) -> None:
    """Owed on one day, paid in part on any other, one of the payments taken back."""
    books = Books(database, another_tenant(database))
    payments = [
        pay(
            books,
            paid_on,
            owed(books, booked_on, "100.00", external_reference=str(uuid4())),
            str(amount),
        )
        for booked_on, paid_on, amount in wanted
    ]
    books.reverse(payments[0], date(2026, 7, 1))

    assert payable(books, day).is_reconciled
    assert payable(books, END).is_reconciled
    assert books.read(ageing_views.differences, START, day) == {True: [], False: []}


SETTLED, INDEXED = ("settle", APRIL, 0), ("index", APRIL, 0)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("owe", "owe", "pay", "pay", "settle", "reverse", "index")),
        DAYS,
        st.integers(0, 20),
    ),
    min_size=1,
    max_size=14,
)


@settings(deadline=None, max_examples=25)
@given(STEPS, DAYS, st.integers(0, 30))
@example([SETTLED, INDEXED], END, 1)
@example([SETTLED, INDEXED], MARCH, 2)
@example([SETTLED, INDEXED, ("reverse", END, 1)], END, 3)
@example([INDEXED, SETTLED, INDEXED, ("reverse", END, 1), INDEXED], END, 2)
@example([INDEXED, SETTLED, ("owe", MARCH, 0)], END, 2)
@example([("reverse", MARCH, 0), INDEXED, ("reverse", END, 1)], END, 1)
def test_what_is_indexed_is_what_is_read(
    database: Database, steps: list[tuple[str, date, int]], day: date, number: int
) -> None:
    """Wherever the index ended, the items of any day and number are those of reading them all."""
    books = Books(database, another_tenant(database))
    live(books, steps)

    with read_session(database.engine, books.tenant.id) as session:
        last = session.execute(text("SELECT last_number FROM tenant_head")).scalar_one()
        for as_of in (None, str(min(number, last))):
            asked = Asked(datetime.now(UTC), START, day, as_of)
            snapshot = snapshot_views.snapshot_of(session, asked)
            found = ageing_views.payable(session, snapshot)
            assert ageing_views.payable_sums(session, snapshot) == without_items(found)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(ageing_views, "is_indexed", lambda _: False)
                assert found == ageing_views.payable(session, snapshot)
        counts = {each.period: each.booking_count for each in period_views.periods(session)}
        plain = "SELECT period, count(*) FROM intent GROUP BY period"
        assert counts == dict(tuple(row) for row in session.execute(text(plain)))


def live(books: Books, steps: Sequence[tuple[str, date, int]]) -> None:
    """Owe, pay in part or in full, take back, and index what there is, in any order."""
    debts = [owed(books, MARCH, "100.00")]
    booked = [*debts]
    for what, day, pick in steps:
        debt = debts[pick % len(debts)]
        if what == "index":
            journal_index.catch_up(books.database.engine, books.tenant.id)
        elif what == "owe":
            debts.append(owed(books, day, "100.00", external_reference=str(uuid4())))
            booked.append(debts[-1])
        elif what == "reverse":
            with suppress(AlreadyReversed, HasSettlements, SettlementExceedsOpenAmount):
                booked.append(books.reverse(booked[pick % len(booked)], day))
        else:
            amount = "100.00" if what == "settle" else "40.00"
            with suppress(SettlementExceedsOpenAmount):
                booked.append(pay(books, day, debt, amount))


def test_settled_items_are_not_read(database: Database) -> None:
    """Once indexed, of 1,900 settled items and 100 open ones only these are looked at."""
    tenant = another_tenant(database)
    fill(database, tenant, 8_000)
    maybe = text("SELECT count(*) FROM items_maybe_open(:day, :cut)")
    with read_session(database.engine, tenant.id) as session:
        assert session.execute(maybe, {"day": END, "cut": None}).scalar_one() == 2_000
    while journal_index.catch_up(database.engine, tenant.id):
        pass

    with read_session(database.engine, tenant.id) as session:
        assert session.execute(maybe, {"day": None, "cut": None}).scalar_one() == 100
        assert session.execute(maybe, {"day": END, "cut": None}).scalar_one() == 100
        assert session.execute(maybe, {"day": date(2024, 1, 1), "cut": None}).scalar_one() == 0
        early = session.execute(maybe, {"day": date(2025, 2, 1), "cut": None}).scalar_one()
        assert 0 < early < 50
