"""Lists of what is owed hold the same invoices whether or not what is paid was read."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import read_session, write_session
from domain.journal_index import store as journal_index
from domain.ledger.booking import Line
from domain.ledger.intent import Exchange, Settling, Side
from domain.ledger.reversal import AlreadyReversed, HasSettlements
from domain.payables import invoice_store
from domain.payables import invoice_views as views
from domain.payables.invoice import InvoiceStatus
from domain.payables.invoice_views import InvoiceFilter
from domain.payments import views as payment_runs
from domain.posting.outcome import SettlementExceedsOpenAmount
from tests.books import Books
from tests.builders import another_tenant
from tests.payables import DAY, a_vendor, an_invoice
from tests.servers import Database

TODAY = date(2026, 5, 1)
KINDS = ("full", "full", "adopted", "foreign", "draft", "credit note")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            (*KINDS, "pay", "pay", "settle", "settle", "settle", "reverse", "index", "index")
        ),
        st.integers(0, 20),
    ),
    min_size=1,
    max_size=14,
)
FULL, SETTLED, INDEXED = ("full", 0), ("settle", 0), ("index", 0)


@settings(deadline=None, max_examples=25)
@given(STEPS)
@example([FULL, SETTLED, INDEXED])
@example([FULL, SETTLED, INDEXED, ("reverse", 1)])
@example([FULL, INDEXED, SETTLED])
@example([FULL, INDEXED, ("reverse", 0)])
@example([("adopted", 0), SETTLED, INDEXED])
@example([("foreign", 0), SETTLED, INDEXED])
@example([("foreign", 0), ("pay", 0), INDEXED])
@example([("adopted", 0), INDEXED, ("credit note", 0), INDEXED])
def test_what_is_owed_is_found(database: Database, steps: list[tuple[str, int]]) -> None:
    """Paid, paid in part, taken back, booked with and without a partner, in any order."""
    books = Books(database, another_tenant(database))
    _live(books, steps)

    with read_session(database.engine, books.tenant.id) as session:
        found = _owed(session)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(views, "is_indexed", lambda _: False)
            assert found == _owed(session)
        _check_pages(session)


def _check_pages(session: Session) -> None:
    """The pages of each status are those of all invoices, picked by their status."""
    every, _ = views.invoices(session, InvoiceFilter(), TODAY, limit=50, offset=0)
    vendor = every[0].invoice.vendor_id if every else uuid4()
    for status in InvoiceStatus:
        wanted = [each.invoice.id for each in every if each.status is status]
        for offset in range(0, len(wanted) + 3, 2):
            for of in (None, vendor):
                page = InvoiceFilter(of, status, DAY, TODAY)
                found, total = views.invoices(session, page, TODAY, limit=2, offset=offset)
                assert [each.invoice.id for each in found] == wanted[offset : offset + 2]
                assert total == len(wanted)


def _owed(session: Session) -> list[object]:
    by_status = [
        views.invoices(session, InvoiceFilter(status=each), TODAY, limit=50, offset=0)
        for each in InvoiceStatus
    ]
    return [views.open_items(session, TODAY), payment_runs.eligible(session), by_status]


def _live(books: Books, steps: Sequence[tuple[str, int]]) -> None:
    with write_session(books.database.engine, books.tenant.id, books.tenant.actor) as session:
        vendor = a_vendor(session)
    booked: list[UUID] = []
    for what, pick in steps:
        target = booked[pick % len(booked)] if booked else None
        if what == "index":
            journal_index.catch_up(books.database.engine, books.tenant.id)
        elif what in KINDS:
            booked += _received(books, vendor, what)
        elif target:
            with suppress(AlreadyReversed, HasSettlements, SettlementExceedsOpenAmount):
                if what == "reverse":
                    booked.append(books.reverse(target, DAY))
                else:
                    booked += _paid(books, target, part=what == "pay")


def _received(books: Books, vendor: UUID, kind: str) -> list[UUID]:
    """Book an invoice as its kind is booked, and link it."""
    gross, facts = Decimal("120.00"), dict[str, Any]()
    amount, partner = gross, None if kind == "adopted" else vendor
    if kind == "foreign":
        amount = Decimal("100.00")
        facts["exchange"] = Exchange("USD", gross, Decimal("1.2"), DAY, "ECB")
    sides = (Side.DEBIT, Side.CREDIT)
    if kind == "credit note":
        sides = (Side.CREDIT, Side.DEBIT)
    intent_id = None
    if kind != "draft":
        lines = (Line("6815", sides[0], amount), Line("3300", sides[1], amount, partner_id=partner))
        intent_id = books.book(DAY, *lines, external_reference=str(uuid4()), **facts)
    invoice = an_invoice(vendor, "-120.00" if kind == "credit note" else "120.00", due=DAY)
    invoice = replace(invoice, currency="USD" if kind == "foreign" else "EUR")
    with write_session(books.database.engine, books.tenant.id, books.tenant.actor) as session:
        invoice_store.create(session, uuid4(), replace(invoice, intent_id=intent_id))
    return [] if intent_id is None else [intent_id]


def _paid(books: Books, intent_id: UUID, *, part: bool) -> list[UUID]:
    """Settle the item of an intent, or a part of it, if it has one."""
    query = "SELECT open_item_id, amount, side FROM open_item WHERE intent_id = :intent"
    with read_session(books.database.engine, books.tenant.id) as session:
        item = session.execute(text(query), {"intent": intent_id}).first()
    if item is None:
        return []
    amount = Decimal("10.00") if part else item.amount
    side = Side(item.side).other
    lines = (Line("3300", side, amount), Line("2800", side.other, amount))
    settles = (Settling(item.open_item_id, amount),)
    return [books.book(DAY, *lines, settles=settles, external_reference=str(uuid4()))]


def test_paid_invoices_are_not_read(database: Database) -> None:
    """Once indexed, only those that are owed are looked at; before, what came since."""
    books = Books(database, another_tenant(database))
    _live(books, [FULL, FULL, FULL, ("settle", 0), ("settle", 1), ("draft", 0)])
    assert _looked_at(books) == 3
    journal_index.catch_up(database.engine, books.tenant.id)
    assert _looked_at(books) == 1


def _looked_at(books: Books) -> int:
    with read_session(books.database.engine, books.tenant.id) as session:
        found: int = session.execute(
            text("SELECT count(*) FROM invoices_maybe_open()")
        ).scalar_one()
    return found
