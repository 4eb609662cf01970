"""What leaves the bank accounts: a run takes bills out of what is to be paid, not out of this."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session

from domain.database.session import read_session, write_session
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Exchange, OpenItemTerms, Settling, Side
from domain.payables import invoice_store, item_views
from domain.payables.item_views import ItemFilter
from domain.payables.sub_ledger import SubLedger
from domain.payables.terms import PaymentMethod, PaymentTerm, TermKind
from domain.payments import store as payment_runs
from domain.payments import views as payments
from domain.payments.run import Wish
from domain.posting import store as journal
from domain.reports import cash_outlook_views
from tests.builders import Tenant, another_tenant
from tests.payables import (
    a_bank_account,
    a_posted_credit_note,
    a_posted_invoice,
    a_vendor,
    acting,
    an_invoice,
)
from tests.servers import Database

DAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)


def leaving(session: Session) -> dict[date, Decimal]:
    """What leaves, by days on which it is anything."""
    return {day: amount for day, amount in cash_outlook_views.leaving(session) if amount}


def a_run(database: Database, tenant: Tenant, *, wish: Wish | None = None) -> UUID:
    """A draft over 600.00 with a discount of three percent, less a credit note of 120.00."""
    run_id = uuid4()
    terms = (PaymentTerm(TermKind.DISCOUNT, date(2026, 3, 16), Decimal(3)),)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id, account_id = a_vendor(session), a_bank_account(session)
        written = replace(an_invoice(vendor_id, "600.00"), payment_terms=terms)
        bill = a_posted_invoice(session, written)
        a_posted_credit_note(session, an_invoice(vendor_id, "-120.00"))
        assert leaving(session) == {}
        payment_runs.wish(session, run_id, wish or Wish(discounts=frozenset({bill})))
        payment_runs.create(session, payment_runs.NewRun(run_id, account_id, DAY, (bill,)), NOW)
    return run_id


def _paid(session: Session, amount: Decimal) -> None:
    """A statement shows that so much of the only bill was paid."""
    (bill,) = [each for each in item_views.open_items(session, ItemFilter())[0] if each.is_owed]
    settled = (Settling(bill.open_item_id, amount),)
    lines = (
        Line("3300", Side.DEBIT, amount, partner_id=bill.partner_id, settles=settled),
        Line("2800", Side.CREDIT, amount),
    )
    booking = Booking(
        intent_id=uuid4(), booking_date=DAY, description="x", lines=lines, source="api"
    )
    journal.book(session, booking)


def test_what_a_run_has_promised_leaves_on_its_day(database: Database) -> None:
    """With what it deducts and nets; given up, all of it is to be paid again."""
    tenant = another_tenant(database)
    run_id = a_run(database, tenant)

    with read_session(database.engine, tenant.id) as session:
        total = payments.run(session, run_id).run.total_amount
        assert leaving(session) == {DAY: total}
        assert payments.owed(session).by_day == ()
    with write_session(database.engine, tenant.id, acting(tenant, "approver")) as session:
        payment_runs.cancel(session, run_id, NOW)
        assert leaving(session) == {}
        assert payments.owed(session).count == 1


def test_what_a_statement_has_settled_leaves_no_second_time(database: Database) -> None:
    """The run is still under way; the books have the money that left."""
    tenant = another_tenant(database)
    a_run(database, tenant, wish=Wish(nets_credit_notes=False))
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        assert leaving(session) == {DAY: Decimal(600)}
        _paid(session, Decimal(600))

    with read_session(database.engine, tenant.id) as session:
        assert leaving(session) == {}


def test_what_a_vendor_collects_leaves_when_it_is_due(database: Database) -> None:
    """No run pays it, and yet it is gone."""
    tenant = another_tenant(database)
    due = date(2026, 3, 20)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id = a_vendor(session)
        written = an_invoice(vendor_id, "60.00", due=due)
        for method in (PaymentMethod.DIRECT_DEBIT, PaymentMethod.PAID, None):
            named = replace(written, payment_method=method, invoice_number=f"RE-{method}")
            a_posted_invoice(session, named)

        assert leaving(session) == {due: Decimal(60)}
        assert payments.owed(session).by_day == ((due, Decimal(60)),)


def test_what_customers_owe_is_expected_when_it_is_due(database: Database) -> None:
    """Less what they have paid; what is owed to a vendor is not, nor does it leave by itself."""
    tenant = another_tenant(database)
    due = date(2026, 3, 20)

    def book(session: Session, *lines: Line, **more: Any) -> UUID:
        booking = Booking(
            intent_id=uuid4(), booking_date=DAY, description="x", lines=lines, source="api", **more
        )
        return journal.book(session, booking).intent_id

    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        a_posted_invoice(session, an_invoice(a_vendor(session), "600.00", due=due))
        sold = (Line("2000", Side.DEBIT, Decimal(90)), Line("4000", Side.CREDIT, Decimal(90)))
        book(session, *sold, terms=OpenItemTerms("AR-1", due))
        (item,) = item_views.open_items(session, ItemFilter(ledger=SubLedger.RECEIVABLE))[0]
        settled = (Settling(item.open_item_id, Decimal(20)),)
        paid = Line("2000", Side.CREDIT, Decimal(20), settles=settled)
        book(session, Line("2800", Side.DEBIT, Decimal(20)), paid)
        book(session, *sold, external_reference="AR-2")

        expected, gone = cash_outlook_views.expected(session), leaving(session)

    assert dict(expected) == {due: Decimal(70), DAY: Decimal(90)}
    assert gone == {}


def test_a_vendor_collects_what_is_due_and_not_what_was_prepaid(database: Database) -> None:
    """600.00 are open, 450.00 of them were paid in advance."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        written = an_invoice(a_vendor(session), "600.00", due=DAY)
        told = {"prepaid_amount": Decimal(450), "amount_due": Decimal(150)}
        collected = replace(written, payment_method=PaymentMethod.DIRECT_DEBIT, **told)  # type: ignore[arg-type]
        a_posted_invoice(session, collected)

        assert leaving(session) == {DAY: Decimal(150)}


def test_what_a_run_still_pays_is_what_no_statement_shows(database: Database) -> None:
    """A transfer that was matched before the run was completed leaves the account once."""
    tenant = another_tenant(database)
    run_id = a_run(database, tenant, wish=Wish(nets_credit_notes=False))
    other = uuid4()
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        assert cash_outlook_views.leaving_by_run(session, run_id) == Decimal(600)
        assert cash_outlook_views.leaving_by_run(session, other) == 0
        _paid(session, Decimal(250))

    with read_session(database.engine, tenant.id) as session:
        assert cash_outlook_views.leaving_by_run(session, run_id) == Decimal(350)


def _a_run_over(database: Database, tenant: Tenant, **told: object) -> UUID:
    """A draft over what is due of one bill of 600.00, of which so much is told."""
    run_id = uuid4()
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        account_id = a_bank_account(session)
        bill = a_posted_invoice(session, replace(an_invoice(a_vendor(session), "600.00"), **told))  # type: ignore[arg-type]
        payment_runs.create(session, payment_runs.NewRun(run_id, account_id, DAY, (bill,)), NOW)
    return run_id


def test_what_was_paid_before_does_not_let_the_rest_leave_twice(database: Database) -> None:
    """The bill is open with what was prepaid; the run has moved all that it promised."""
    tenant = another_tenant(database)
    _a_run_over(database, tenant, prepaid_amount=Decimal(450), amount_due=Decimal(150))
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        assert leaving(session) == {DAY: Decimal(150)}
        _paid(session, Decimal(50))
        assert leaving(session) == {DAY: Decimal(100)}
        _paid(session, Decimal(100))

    with read_session(database.engine, tenant.id) as session:
        assert leaving(session) == {}


def test_the_next_instalment_is_no_promise_of_the_run_of_this_one(database: Database) -> None:
    """A second one is open when the first has been paid."""
    tenant = another_tenant(database)
    plan = tuple(
        PaymentTerm(TermKind.INSTALMENT, day, amount=Decimal(300))
        for day in (DAY, date(2026, 6, 10))
    )
    _a_run_over(database, tenant, payment_terms=plan)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        assert leaving(session) == {DAY: Decimal(300)}
        _paid(session, Decimal(300))

    with read_session(database.engine, tenant.id) as session:
        assert leaving(session) == {}


def _booked_in_dollars(session: Session, vendor_id: UUID) -> UUID:
    """What is owed of 110.00 USD, in the books at 100.00 EUR."""
    lines = (
        Line("6815", Side.DEBIT, Decimal(100)),
        Line("3300", Side.CREDIT, Decimal(100), partner_id=vendor_id),
    )
    exchange = Exchange("USD", Decimal(110), Decimal("1.1"), DAY, "ECB")
    booking = Booking(intent_id=uuid4(), booking_date=DAY, description="x", lines=lines,
                      source="booking", exchange=exchange)  # fmt: skip
    return journal.book(session, booking).intent_id


def test_what_is_owed_in_another_currency_leaves_at_book_value(database: Database) -> None:
    """No run pays it, and the account feels it; what is paid by card is no transfer."""
    tenant = another_tenant(database)
    due = date(2026, 3, 20)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id = a_vendor(session)
        for method in (PaymentMethod.TRANSFER, PaymentMethod.CARD):
            dollars = replace(
                an_invoice(vendor_id, "110.00", due=due),
                currency="USD", payment_method=method, invoice_number=f"RE-{method}",
                intent_id=_booked_in_dollars(session, vendor_id),
            )  # fmt: skip
            invoice_store.create(session, uuid4(), dollars)

        assert payments.owed(session).count == 0
        assert leaving(session) == {due: Decimal(100)}


def test_each_open_instalment_leaves_on_its_day(database: Database) -> None:
    """Not the first one alone; what is to be paid is told whole."""
    tenant = another_tenant(database)
    days = (date(2026, 3, 20), date(2026, 4, 20), date(2026, 5, 20))
    plan = tuple(PaymentTerm(TermKind.INSTALMENT, day, amount=Decimal(200)) for day in days)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        written = an_invoice(a_vendor(session), "600.00", due=days[-1])
        a_posted_invoice(session, replace(written, payment_terms=plan))
        _paid(session, Decimal(250))

        assert payments.owed(session).by_day == ((days[1], Decimal(150)), (days[2], Decimal(200)))
