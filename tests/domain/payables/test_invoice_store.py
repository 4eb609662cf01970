"""Vendors and invoices in the database."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session

from domain.database.session import read_session, write_session
from domain.errors import InvalidInput, NoChanges, NotFound, SelfApprovalDenied
from domain.ledger.booking import AccountNotFound, Booking, Line
from domain.ledger.intent import Exchange, Settling, Side
from domain.ledger.journal_views import posted_of
from domain.payables import invoice_store, invoice_views, vendor_store, vendor_views
from domain.payables.invoice import (
    DuplicateInvoiceNumber,
    IntentAlreadySet,
    IntentNotFound,
    InvoiceStatus,
    VendorNotFound,
)
from domain.payables.partner import (
    DuplicateName,
    DuplicateVatId,
    HasOpenInvoices,
    Vendor,
)
from domain.payables.vendor_store import NothingToConfirm
from domain.posting import store as journal
from tests.builders import Tenant
from tests.payables import (
    DAY,
    VENDOR_IBAN,
    a_posted_credit_note,
    a_posted_invoice,
    a_vendor,
    acting,
    an_invoice,
)
from tests.servers import Database

TODAY = DAY + timedelta(days=30)


def paid(session: Session, invoice_id: UUID, amount: str) -> None:
    """Settle a part of an invoice."""
    view = invoice_views.invoice(session, invoice_id, TODAY)
    item = posted_of(session, view.intent_id or uuid4()).opened[0]
    journal.book(
        session,
        Booking(
            intent_id=uuid4(),
            booking_date=DAY,
            description="Zahlung",
            lines=(
                Line("3300", Side.DEBIT, Decimal(amount)),
                Line("2800", Side.CREDIT, Decimal(amount)),
            ),
            source="bank",
            settles=(Settling(item.open_item_id, Decimal(amount)),),
        ),
    )


def test_a_duplicate_names_the_existing_vendor(database: Database, tenant: Tenant) -> None:
    """By name without case, and by VAT id."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        first = vendor_store.create(session, uuid4(), Vendor("Müller OG", vat_id="ATU11111111"))
        assert vendor_store.create(session, first, Vendor("Müller OG")) == first
        with pytest.raises(DuplicateName) as name:
            vendor_store.create(session, uuid4(), Vendor("MÜLLER  og"))
        with pytest.raises(DuplicateVatId):
            vendor_store.create(session, uuid4(), Vendor("Meier OG", vat_id="atu 11111111"))
        with pytest.raises(AccountNotFound):
            vendor_store.create(session, uuid4(), Vendor("Maier", default_account="99999999"))
    assert name.value.context == {"existing_id": str(first)}


def test_ten_vendors_at_once_get_ten_numbers(database: Database, tenant: Tenant) -> None:
    """And the same name at once is one vendor and nine refusals."""

    def add(name: str) -> str:
        try:
            with write_session(database.engine, tenant.id, tenant.actor) as session:
                vendor_store.create(session, uuid4(), Vendor(name))
        except DuplicateName:
            return "refused"
        return "stored"

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(add, [f"Parallel {n}" for n in range(10)])) == {"stored"}
        assert sorted(pool.map(add, ["Einer GmbH"] * 10)) == ["refused"] * 9 + ["stored"]


def test_a_changed_iban_waits_for_a_second_person(database: Database, tenant: Tenant) -> None:
    """FOUR_EYES: who changed it cannot confirm it, nor can who gave the first one."""
    clerk, boss = acting(tenant, "bookkeeper"), acting(tenant, "approver")
    with write_session(database.engine, tenant.id, clerk) as session:
        vendor_id = a_vendor(session, iban=None)
        vendor_store.change(session, vendor_id, {"iban": VENDOR_IBAN})
        with pytest.raises(SelfApprovalDenied):
            vendor_store.confirm_iban(session, vendor_id)
        vendor_store.change(session, vendor_id, {"iban": None})
        vendor_store.change(session, vendor_id, {"iban": "AT611904300234573201"})
        with pytest.raises(SelfApprovalDenied):
            vendor_store.confirm_iban(session, vendor_id)
    with write_session(database.engine, tenant.id, boss) as session:
        vendor_store.confirm_iban(session, vendor_id)
        with pytest.raises(NothingToConfirm):
            vendor_store.confirm_iban(session, vendor_id)


def test_a_vendor_with_open_invoices_stays(database: Database, tenant: Tenant) -> None:
    """HAS_OPEN_INVOICES until all is paid; what is owed is shown."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        vendor_id = a_vendor(session)
        invoice_id = a_posted_invoice(session, an_invoice(vendor_id))
        assert vendor_views.vendor(session, vendor_id).open_amount == Decimal("120.00")
        with pytest.raises(HasOpenInvoices):
            vendor_store.deactivate(session, vendor_id)
        paid(session, invoice_id, "120.00")
        vendor_store.deactivate(session, vendor_id)
        view = vendor_views.vendor(session, vendor_id)
        assert (view.open_amount, view.vendor.is_active) == (Decimal("0.00"), False)
        with pytest.raises(NotFound):
            vendor_store.deactivate(session, uuid4())


@dataclass(frozen=True)
class Standing:
    """What happened to an invoice, and how it stands then."""

    status: str
    remaining: str
    settled: str | None = None
    due: date | None = None


@pytest.mark.parametrize(
    "case",
    [
        Standing("draft", "120.00"),
        Standing("open", "120.00"),
        Standing("partially_paid", "70.00", "50.00"),
        Standing("overdue", "70.00", "50.00", DAY),
        Standing("paid", "0.00", "120.00", DAY),
    ],
    ids=lambda case: case.status,
)
def test_the_status_is_computed_and_filtered_alike(
    database: Database, tenant: Tenant, case: Standing
) -> None:
    """What the rule says of an invoice, the filter of the list says, too."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        vendor_id = a_vendor(session)
        invoice = an_invoice(vendor_id, due=case.due)
        store = _stored if case.status == "draft" else a_posted_invoice
        invoice_id = store(session, invoice)
        if case.settled:
            paid(session, invoice_id, case.settled)
    with read_session(database.engine, tenant.id) as session:
        view = invoice_views.invoice(session, invoice_id, TODAY)
        assert view.status.value == case.status
        assert view.remaining_amount == Decimal(case.remaining)
        for wanted in InvoiceStatus:
            filtered = invoice_views.InvoiceFilter(vendor_id, wanted)
            found, total = invoice_views.invoices(session, filtered, TODAY, limit=9, offset=0)
            assert total == len(found) == (wanted is view.status)


def _stored(session: Session, invoice: object) -> UUID:
    return invoice_store.create(session, uuid4(), invoice)  # type: ignore[arg-type]


def test_a_reversed_intent_makes_a_draft_again(database: Database, tenant: Tenant) -> None:
    """The invoice leaves the open items, and its intent may be set once more."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        vendor_id = a_vendor(session)
        invoice_id = a_posted_invoice(session, an_invoice(vendor_id))
        linked = invoice_views.linked_intent(session, invoice_id)
        assert linked is not None
        with pytest.raises(IntentAlreadySet):
            invoice_store.change(session, invoice_id, {"intent_id": linked})
        journal.reverse_intent(session, linked, today=TODAY)
        view = invoice_views.invoice(session, invoice_id, TODAY)
        assert (view.status, view.intent_id) == (InvoiceStatus.DRAFT, None)
        assert all(
            group.partner_id != vendor_id for group in invoice_views.open_items(session, TODAY)
        )
        with pytest.raises(IntentNotFound):
            invoice_store.change(session, invoice_id, {"intent_id": uuid4()})


def test_only_notes_due_date_and_intent_change(database: Database, tenant: Tenant) -> None:
    """None clears; nothing is NO_CHANGES."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        invoice_id = _stored(session, an_invoice(a_vendor(session)))
        invoice_store.change(session, invoice_id, {"notes": "x", "due_date": DAY})
        invoice_store.change(session, invoice_id, {"due_date": None})
        row = invoice_views.invoice(session, invoice_id, TODAY).invoice
        session.refresh(row)
        assert (row.notes, row.due_date) == ("x", None)
        with pytest.raises(NoChanges):
            invoice_store.change(session, invoice_id, {})
        with pytest.raises(InvalidInput):
            invoice_store.change(session, invoice_id, {"intent_id": None})


def test_a_number_is_unique_for_each_vendor_even_at_once(
    database: Database, tenant: Tenant
) -> None:
    """Ten at once: one invoice, nine refusals; another vendor may use the number."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        vendor_id, other = a_vendor(session), a_vendor(session)

    def add(_: int) -> str:
        try:
            with write_session(database.engine, tenant.id, tenant.actor) as session:
                _stored(session, an_invoice(vendor_id, number="RE-1"))
        except DuplicateInvoiceNumber:
            return "refused"
        return "stored"

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(add, range(10))) == ["refused"] * 9 + ["stored"]
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        _stored(session, an_invoice(other, number="RE-1"))
        with pytest.raises(VendorNotFound):
            _stored(session, an_invoice(uuid4()))


def test_a_reversal_that_is_reversed_leaves_the_invoice_open(
    database: Database, tenant: Tenant
) -> None:
    """The books owe the amount again, so the invoice says so, however often it goes on."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        invoice_id = a_posted_invoice(session, an_invoice(a_vendor(session)))
        last = invoice_views.linked_intent(session, invoice_id)
        for expected in ("draft", "open", "draft", "open"):
            assert last is not None
            last = journal.reverse_intent(session, last, today=TODAY).intent_id
            view = invoice_views.invoice(session, invoice_id, TODAY)
            assert view.status.value == expected
            assert view.remaining_amount == Decimal("120.00")


def test_a_credit_note_lowers_what_the_vendor_is_owed(database: Database, tenant: Tenant) -> None:
    """It stands open below zero, counts against the vendor, and is paid once it is used up."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        vendor_id = a_vendor(session)
        a_posted_invoice(session, an_invoice(vendor_id))
        credit_id = a_posted_credit_note(session, an_invoice(vendor_id, "-50.00"))
        credit = invoice_views.invoice(session, credit_id, TODAY)
        assert (credit.status, credit.remaining_amount) == (InvoiceStatus.OPEN, Decimal(-50))
        assert credit.paid_amount == 0
        assert vendor_views.vendor(session, vendor_id).open_amount == Decimal("70.00")
        item = posted_of(session, credit.intent_id or uuid4()).opened[0]
        for back, left, status in (
            ("20.00", "-30.00", InvoiceStatus.PARTIALLY_PAID),
            ("30.00", "0.00", InvoiceStatus.PAID),
        ):
            journal.book(
                session,
                Booking(
                    intent_id=uuid4(),
                    booking_date=DAY,
                    description="Erstattung",
                    lines=(
                        Line("2800", Side.DEBIT, Decimal(back)),
                        Line("3300", Side.CREDIT, Decimal(back)),
                    ),
                    source="bank",
                    settles=(Settling(item.open_item_id, Decimal(back)),),
                ),
            )
            credit = invoice_views.invoice(session, credit_id, TODAY)
            assert (credit.status, credit.remaining_amount) == (status, Decimal(left))
            assert credit.paid_amount == Decimal(-50) - Decimal(left)
        assert vendor_views.vendor(session, vendor_id).open_amount == Decimal("120.00")


@pytest.mark.parametrize(("settled", "remaining"), [("60.00", "66.00"), ("120.00", "0.00")])
def test_a_foreign_invoice_is_owed_by_the_share_that_is_open(
    database: Database, tenant: Tenant, settled: str, remaining: str
) -> None:
    """Booked in euro at its rate, it is paid when its item is closed."""
    intent_id = uuid4()
    invoice = an_invoice(uuid4(), "132.00")
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        vendor_id = a_vendor(session)
        journal.book(
            session,
            Booking(
                intent_id=intent_id,
                booking_date=DAY,
                description="Paper",
                lines=(
                    Line("6815", Side.DEBIT, Decimal("120.00")),
                    Line("3300", Side.CREDIT, Decimal("120.00"), partner_id=vendor_id),
                ),
                source="booking",
                exchange=Exchange("USD", Decimal(132), Decimal("1.1"), DAY, "ECB"),
            ),
        )
        dollars = replace(invoice, vendor_id=vendor_id, currency="USD", intent_id=intent_id)
        invoice_id = _stored(session, dollars)
        paid(session, invoice_id, settled)
        found = invoice_views.invoice(session, invoice_id, TODAY).remaining_amount
    assert found == Decimal(remaining)
