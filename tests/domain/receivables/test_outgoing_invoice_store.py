"""Outgoing invoices on PostgreSQL: tied one to one, read as their items stand."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from domain.database.session import read_session, write_session
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Exchange, Settling, Side
from domain.payables import settling_store
from domain.payables.invoice import InvoiceStatus
from domain.payables.tie import IntentMismatch
from domain.posting import store as journal
from domain.receivables import customer_views
from domain.receivables import outgoing_invoice_store as store
from domain.receivables import outgoing_invoice_views as views
from domain.receivables.outgoing_invoice import InvoiceType
from domain.receivables.outgoing_invoice_views import OutgoingInvoiceFilter
from tests.books import Books
from tests.builders import Tenant
from tests.receivables import DAY, a_customer, a_posted_outgoing_invoice, an_outgoing_invoice
from tests.servers import Database

TODAY = date(2026, 4, 10)
_INTENT_OF = text("SELECT intent_id FROM outgoing_invoice WHERE id = :id")
_RAISED = text(
    "UPDATE outgoing_invoice SET total_gross = 12000, total_net = 12000, total_tax = 0"
    " WHERE id = :id"
)


def pay(session: Session, invoice_id: UUID, amount: str) -> None:
    """Book money that settles a part of an invoice."""
    row = views.invoice(session, invoice_id, TODAY).invoice
    assert row.open_item_id
    paid, settled = Decimal(amount), (Settling(row.open_item_id, Decimal(amount)),)
    side = Side.CREDIT if row.type == "invoice" else Side.DEBIT
    booking = Booking(
        intent_id=uuid4(),
        booking_date=DAY,
        description="Zahlung",
        lines=(Line("2000", side, paid, settles=settled), Line("2800", side.other, paid)),
        source="api",
    )
    (wanted,) = settling_store.with_items(session, [booking])
    journal.book(session, wanted)


def test_what_remains_is_what_is_left_of_the_item(database: Database, tenant: Tenant) -> None:
    """Paid in part, then in full; a credit note lowers what the customer owes until paid out."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        customer_id = a_customer(session)
        due = an_outgoing_invoice(customer_id, due=date(2026, 4, 1))
        invoice_id = a_posted_outgoing_invoice(session, due)
        credit = an_outgoing_invoice(customer_id, "30.00", type_=InvoiceType.CREDIT_NOTE)
        credit_id = a_posted_outgoing_invoice(session, credit)
        pay(session, invoice_id, "50.00")
        (group,) = (x for x in views.open_items(session, TODAY) if x.customer_id == customer_id)
        assert (group.total_open, group.net_open) == (Decimal(70), Decimal(40))
        assert customer_views.customer(session, customer_id).open_amount == Decimal(40)
        assert views.invoice(session, invoice_id, TODAY).status is InvoiceStatus.OVERDUE
        shown = views.invoice(session, credit_id, TODAY)
        assert (shown.status, shown.remaining_amount) == (InvoiceStatus.OPEN, Decimal(30))
        pay(session, invoice_id, "70.00")
        pay(session, credit_id, "30.00")
        assert views.invoice(session, invoice_id, TODAY).status is InvoiceStatus.PAID
        assert not customer_views.has_open_invoices(session, customer_id)
        assert customer_views.customer(session, customer_id).open_amount == 0


def test_a_foreign_invoice_remains_in_its_currency(database: Database, tenant: Tenant) -> None:
    """150.00 dollars booked at 120.00 EUR; a third of it is paid."""
    intent_id = uuid4()
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        customer_id = a_customer(session)
        lines = (
            Line("2000", Side.DEBIT, Decimal(120), partner_id=customer_id),
            Line("4000", Side.CREDIT, Decimal(120)),
        )
        rate = Exchange("USD", Decimal(150), Decimal("1.25"), DAY, "ECB")
        booking = Booking(
            intent_id=intent_id,
            booking_date=DAY,
            description="x",
            lines=lines,
            source="api",
            exchange=rate,
        )
        journal.book(session, booking)
        asked = an_outgoing_invoice(customer_id, "150.00")
        with pytest.raises(IntentMismatch) as refused:
            store.create(session, uuid4(), replace(asked, intent_id=intent_id))
        assert refused.value.context["differs"] == ["currency"]
        dollars = replace(asked, currency="USD", intent_id=intent_id)
        invoice_id = store.create(session, uuid4(), dollars)
        pay(session, invoice_id, "40.00")
        view = views.invoice(session, invoice_id, TODAY)
    assert (view.remaining_amount, view.remaining_base) == (Decimal(100), Decimal(80))


def test_a_reversed_intent_leaves_a_draft(database: Database, tenant: Tenant) -> None:
    """Nothing is owed of it, and another intent can be set."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        invoice_id = a_posted_outgoing_invoice(session, an_outgoing_invoice(a_customer(session)))
        intent_id: UUID = session.execute(_INTENT_OF, {"id": invoice_id}).scalar_one()
        journal.reverse_intent(session, intent_id, today=DAY + timedelta(days=1))
        view = views.invoice(session, invoice_id, TODAY)
        assert (view.status, view.intent_id) == (InvoiceStatus.DRAFT, None)
        with pytest.raises(IntentMismatch) as refused:
            store.change(session, invoice_id, {"intent_id": intent_id})
    assert refused.value.context["differs"] == ["reversed"]


def test_the_database_refuses_what_the_store_did_not_see(
    database: Database, tenant: Tenant
) -> None:
    """Whoever writes past the store cannot make an invoice of more than is owed."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        invoice_id = a_posted_outgoing_invoice(session, an_outgoing_invoice(a_customer(session)))
    with (
        pytest.raises(IntegrityError, match="does not owe"),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        session.execute(_RAISED, {"id": invoice_id})


def test_invoices_at_once_want_one_intent(database: Database, tenant: Tenant) -> None:
    """One has it, the others are refused; booked without partner, it is the customer's then."""
    books = Books(database, tenant)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        invoice = an_outgoing_invoice(a_customer(session))
    lines = (Line("2000", Side.DEBIT, Decimal(120)), Line("4000", Side.CREDIT, Decimal(120)))
    intent_id = books.book(DAY, *lines)

    def add(number: int) -> str:
        wanted = replace(invoice, invoice_number=f"AR-{number}", intent_id=intent_id)
        try:
            with write_session(database.engine, tenant.id, tenant.actor) as session:
                store.create(session, uuid4(), wanted)
        except IntentMismatch:
            return "refused"
        return "stored"

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(add, range(6))) == ["refused"] * 5 + ["stored"]
    with read_session(database.engine, tenant.id) as session:
        assert customer_views.customer(session, invoice.customer_id).open_amount == Decimal(120)


def test_each_status_finds_what_has_it(database: Database, tenant: Tenant) -> None:
    """The condition of the list and the rule of `status_of` say the same; pages are cut right."""
    due, late = date(2026, 5, 1), date(2026, 4, 1)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        customer_id = a_customer(session)
        paid = []
        for day in (due, late, None):
            store.create(session, uuid4(), an_outgoing_invoice(customer_id, due=day))
            for amount in (None, "20.00", "120.00"):
                invoice_id = a_posted_outgoing_invoice(
                    session, an_outgoing_invoice(customer_id, due=day)
                )
                if amount:
                    pay(session, invoice_id, amount)
                    paid.append(invoice_id)
        credit = an_outgoing_invoice(customer_id, type_=InvoiceType.CREDIT_NOTE)
        a_posted_outgoing_invoice(session, credit)
    own = OutgoingInvoiceFilter(customer_id)
    with read_session(database.engine, tenant.id) as session:
        known, total = views.invoices(session, own, TODAY, limit=50, offset=0)
        assert (len(known), total) == (13, 13)
        for status in InvoiceStatus:
            wanted = {view.invoice.id for view in known if view.status is status}
            asked = replace(own, status=status)
            found, count = views.invoices(session, asked, TODAY, limit=50, offset=0)
            assert ({view.invoice.id for view in found}, count) == (wanted, len(wanted)), status
        notes = replace(own, type=InvoiceType.CREDIT_NOTE, first=DAY, last=DAY)
        assert views.invoices(session, notes, TODAY, limit=50, offset=0)[1] == 1
        pages = [
            view.invoice.id
            for offset in range(0, 13, 5)
            for view in views.invoices(session, own, TODAY, limit=5, offset=offset)[0]
        ]
    assert pages == [view.invoice.id for view in known]
