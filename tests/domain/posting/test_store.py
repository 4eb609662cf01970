"""Posting with a chart that changes meanwhile, in this process or in another."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.database.session import read_session, write_session
from domain.dates import DateRange
from domain.errors import InvalidInput
from domain.ledger import account_views, books_store, chart_store
from domain.ledger.account import Account, AccountType
from domain.ledger.booking import AccountNotFound, Booking, Line, intent_of
from domain.ledger.intent import Exchange, Settling, Side
from domain.ledger.journal_views import intent
from domain.ledger.reversal import AlreadyReversed, HasSettlements
from domain.periods.period import PeriodName
from domain.posting.call import PreparedCall
from domain.posting.outcome import DuplicateSuspected, PeriodLocked, SettlementExceedsOpenAmount
from domain.posting.prepare import tenant_part, text_of
from domain.posting.store import book, book_all, chance, reverse_intent
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.proofs import lock
from tests.servers import Database
from tests.strategies import plain_booking

DAY = date(2026, 3, 2)


def booking(debit: str, credit: str, **more: object) -> Booking:
    """100.00 from one account to another."""
    lines = (
        Line(debit, Side.DEBIT, Decimal(100)),
        Line(credit, Side.CREDIT, Decimal(100)),
    )
    return Booking(
        intent_id=uuid4(),
        booking_date=DAY,
        description="Umbuchung",
        lines=lines,
        source="booking",
        **more,  # type: ignore[arg-type]
    )


def test_an_account_added_elsewhere_is_found(database: Database, tenant: Tenant) -> None:
    """Another process added it; the chart cached here does not know it yet."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        stale = books_store.books(session, tenant.id)
        chart_store.add_account(session, tenant.id, Account("69999", "Papier", AccountType.EXPENSE))
    books_store._CACHE[tenant.id] = stale  # noqa: SLF001 - what another process still holds

    with write_session(database.engine, tenant.id, tenant.actor) as session:
        posted = book(session, booking("69999", "2800"))

    assert posted.event_count == 1


def test_an_account_closed_elsewhere_is_not_booked(database: Database, tenant: Tenant) -> None:
    """The version under the lock decides, not the cache."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        stale = books_store.books(session, tenant.id, fresh=True)
        session.execute(text("UPDATE account SET active = false WHERE number = '7310'"))
        books_store.changed(session, tenant.id)
    books_store._CACHE[tenant.id] = stale  # noqa: SLF001 - what another process still holds

    with (
        pytest.raises(AccountNotFound),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        book(session, booking("7310", "2800"))


def test_a_soft_locked_period_refuses(database: Database, tenant: Tenant) -> None:
    """And nothing of the refused booking stays."""
    before = check_books(database.engine, tenant.id)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        book(session, plain_booking(uuid4(), date(2025, 1, 1)))
        session.execute(text("UPDATE period SET status = 'soft_locked' WHERE name = '2025-01'"))

    with (
        pytest.raises(PeriodLocked),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        book(session, plain_booking(uuid4(), date(2025, 1, 2)))
    assert check_books(database.engine, tenant.id) == before + 1


def test_nothing_to_book_is_booked_at_once(database: Database, tenant: Tenant) -> None:
    """No head is taken, and no period opened."""
    before = check_books(database.engine, tenant.id)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        assert book_all(session, []) == []
    assert check_books(database.engine, tenant.id) == before


def test_the_same_movements_on_one_day_are_suspect(database: Database, tenant: Tenant) -> None:
    """Unless two different references say that they are two facts."""
    first = booking("6200", "2800", check_duplicate=True, external_reference="A-1")
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        book(session, first)
        book(session, booking("6200", "2800", check_duplicate=True, external_reference="A-2"))

    with (
        pytest.raises(DuplicateSuspected) as caught,
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        book(session, booking("6200", "2800", check_duplicate=True, external_reference="A-1"))
    assert caught.value.context["existing_intent_id"] == str(first.intent_id)


def test_a_reversed_booking_is_no_longer_suspect(database: Database, tenant: Tenant) -> None:
    """Reversed and booked again is how a mistake is mended."""
    wrong = booking("6300", "2800", check_duplicate=True)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        book(session, wrong)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        reverse_intent(session, wrong.intent_id, today=DAY)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        assert not book(session, booking("6300", "2800", check_duplicate=True)).replayed


def test_a_second_reversal_is_refused(database: Database, tenant: Tenant) -> None:
    """Also in another mode."""
    wrong = booking("6400", "2800")
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        book(session, wrong)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        reverse_intent(session, wrong.intent_id, today=DAY)

    with (
        pytest.raises(AlreadyReversed),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        reverse_intent(session, wrong.intent_id, today=DAY, in_original_period=True)


def test_a_payable_is_settled_once_and_never_beyond(database: Database, tenant: Tenant) -> None:
    """Settled items cannot be reversed away; undoing the settlement opens them again."""
    payable = booking("6200", "3300")
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        book(session, payable)
    item = _open_item(database, tenant, payable)
    payment = booking("3300", "2800", settles=(item,))
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        book(session, payment)

    with (
        pytest.raises(SettlementExceedsOpenAmount),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        book(session, booking("3300", "2800", settles=(item,)))
    with (
        pytest.raises(HasSettlements),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        reverse_intent(session, payable.intent_id, today=DAY)
    for each in (payment, payable):
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            reverse_intent(session, each.intent_id, today=DAY)
    check_books(database.engine, tenant.id)


def test_rows_share_the_foreign_amount(database: Database, tenant: Tenant) -> None:
    """Each row gets its share, the last one the rounding rest."""
    exchange = Exchange("USD", Decimal("110.00"), Decimal("1.1"), DAY, "ECB")
    lines = (
        Line("6815", Side.DEBIT, Decimal("33.33")),
        Line("6820", Side.DEBIT, Decimal("66.67")),
        Line("2800", Side.CREDIT, Decimal(100)),
    )
    wanted = Booking(
        intent_id=uuid4(),
        booking_date=DAY,
        description="Dollar",
        lines=lines,
        source="booking",
        exchange=exchange,
    )
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        book(session, wanted)
        reversal = reverse_intent(session, wanted.intent_id, today=DAY)
    with read_session(database.engine, tenant.id) as session:
        for intent_id in (wanted.intent_id, reversal.intent_id):
            entries = intent(session, intent_id).entries
            assert [entry.fx_amount for entry in entries] == [Decimal("36.66"), Decimal("73.34")]
    check_books(database.engine, tenant.id)


@pytest.mark.parametrize(
    ("amount", "rate", "field"),
    [
        ("110.001", "1.1", "/fx/amount"),
        ("110.00", "1.10000000001", "/fx/rate"),
        ("1000000000000", "10000000000", "/fx/rate"),
    ],
)
def test_what_could_not_be_stored_as_it_is_hashed_is_refused(
    database: Database, tenant: Tenant, amount: str, rate: str, field: str
) -> None:
    """Else one booking with a fourth decimal would make its period look tampered with."""
    wanted = Booking(
        intent_id=uuid4(),
        booking_date=DAY,
        description="Dollar",
        lines=(
            Line("6815", Side.DEBIT, Decimal(100)),
            Line("2800", Side.CREDIT, Decimal(100)),
        ),
        source="booking",
        exchange=Exchange("USD", Decimal(amount), Decimal(rate), DAY, "ECB"),
    )
    with (
        pytest.raises(InvalidInput) as refused,
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        book(session, wanted)
    assert refused.value.fields[0].pointer == field


@pytest.mark.parametrize(
    ("last", "balance"),
    [
        (None, "-15.00"),
        (date(2026, 12, 31), "-15.00"),
        (date(2026, 12, 30), "-7.00"),
        (date(2026, 11, 30), "-3.00"),
        (date(2026, 11, 2), "-1.00"),
        (date(2026, 10, 31), "0.00"),
    ],
)
def test_the_balance_of_any_day_is_that_of_its_rows(
    database: Database, last: date | None, balance: str
) -> None:
    """Whole periods come from the roll-ups, a begun month and its adjustments from their rows."""
    tenant = another_tenant(database)
    days = (date(2026, 11, 2), date(2026, 11, 30), date(2026, 12, 30), date(2026, 12, 31))
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        for position, day in enumerate(days):
            amount = Decimal(2**position)
            lines = (Line("6815", Side.DEBIT, amount), Line("2800", Side.CREDIT, amount))
            wanted = Booking(
                intent_id=uuid4(),
                booking_date=day,
                description="Papier",
                lines=lines,
                source="booking",
                adjustment_period=13 if day == days[-1] else None,
            )
            book(session, wanted)
    with read_session(database.engine, tenant.id) as session:
        found = account_views.statement(
            session, "2800", DateRange(date.min, last or date.max), limit=9
        )
    assert found.balance == Decimal(balance)
    assert [line.running_balance for line in found.lines[-1:]] in ([], [found.balance])


def test_a_chart_that_was_never_committed_is_not_remembered(
    database: Database, tenant: Tenant
) -> None:
    """What one transaction added and gave up is unknown to the next."""
    phantom = Account("68151", "Phantom", AccountType.EXPENSE)

    def given_up() -> None:
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            chart_store.add_account(session, tenant.id, phantom)
            assert books_store.account(session, phantom.number, "/account").name == phantom.name
            raise InterruptedError

    with pytest.raises(InterruptedError):
        given_up()
    with (
        write_session(database.engine, tenant.id, tenant.actor) as session,
        pytest.raises(AccountNotFound),
    ):
        books_store.account(session, phantom.number, "/account")


def _open_item(database: Database, tenant: Tenant, payable: Booking) -> Settling:
    found = text("SELECT open_item_id, amount FROM open_item WHERE intent_id = :intent")
    with read_session(database.engine, tenant.id) as session:
        row = session.execute(found, {"intent": payable.intent_id}).one()
    return Settling(row.open_item_id, row.amount)


_TEXTS = (
    '"entry_no":',
    ',"fiscal_year":',
    '"request_id":null',
    '"number":""',
    '\\"a\\\\',
    "00000000-0000-4000-8000-000000000001",
    "1900-01-01T00:00:00.000000Z",
    "e\u0301 \u212b \ufb01",
    "\x01\x1f\x7f\t\r\n\b\f",
    "\u2028\U0001f9fe</script>",
    "{0} %s $1 :x",
)


def test_no_text_stands_in_the_way_of_its_proof(database: Database) -> None:
    """What callers choose is never taken for a part of the text that it is written into."""
    tenant = another_tenant(database)
    exchange = Exchange("USD", Decimal("110.00"), Decimal("1.1"), DAY, "ECB")
    for said in _TEXTS:
        wanted = replace(
            booking("6815", "2800", external_reference=said, exchange=exchange),
            description=said,
            source=said,
            custom_metadata={said: said},
        )
        actor = replace(tenant.actor, request_id=said)
        with write_session(database.engine, tenant.id, actor) as session:
            book(session, wanted)
        with read_session(database.engine, tenant.id) as session:
            kept = intent(session, wanted.intent_id).intent
            assert (kept.description, kept.external_reference) == (said, said)
            assert kept.custom_metadata == {said: said}
    lock(database, tenant, PeriodName("2026-03"))
    assert check_books(database.engine, tenant.id) == len(_TEXTS)


def test_a_transaction_stores_for_its_own_company_alone(database: Database) -> None:
    """Another one beside it in a call is refused, and all of the call with it."""
    tenant, other = another_tenant(database), another_tenant(database)
    parts = []
    for each in (tenant, other):
        with read_session(database.engine, each.id) as session:
            known = books_store.books(session, each.id)
        wanted = intent_of(booking("6815", "2800"), known)
        call = PreparedCall(each.id, each.actor, known, [wanted])
        parts.append(tenant_part([call], {}, chance()))
    post = text("SELECT post_intents(CAST(:parts AS jsonb))")
    with (
        pytest.raises(DBAPIError, match="another tenant"),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        session.execute(post, {"parts": text_of(parts).decode()})
    assert [check_books(database.engine, each.id) for each in (tenant, other)] == [0, 0]

    with database.engine.connect() as connection:
        connection.execute(post, {"parts": text_of(parts).decode()})
        connection.commit()
        left = connection.execute(text("SELECT current_setting('app.tenant_id', true)"))
        assert not left.scalar_one()
    assert [check_books(database.engine, each.id) for each in (tenant, other)] == [1, 1]
