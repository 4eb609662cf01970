"""Completes bookings whose lines name a partner, or open items that they settle."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from domain.database.among import among
from domain.database.session import tenant_of
from domain.errors import DomainError, FieldError, InvalidInput
from domain.ledger.booking import Booking
from domain.ledger.books_store import books
from domain.ledger.intent import Side
from domain.ledger.rows import OpenItemRow
from domain.money import BASE_CURRENCY
from domain.payables import item_views
from domain.payables.rows import PARTNER, TIED_INVOICE
from domain.payables.settling import SettleableItem, check_day, completed, in_currency, is_set_off

_CASH = "cash"
NONE_READ: Mapping[UUID, SettleableItem] = {}


def names_partners(booking: Booking) -> bool:
    """Whether a line names a partner or an open item."""
    return any(line.partner_id or line.settles for line in booking.lines)


def with_items(
    session: Session,
    bookings: Sequence[Booking],
    *,
    read: Mapping[UUID, SettleableItem] = NONE_READ,
    among_many: bool = False,
) -> list[Booking]:
    """Check partners and items of the lines; where many are sent, refusals say of which.

    `read` are items that the caller has read in this transaction; they never change. Raises
    OPEN_ITEM_NOT_FOUND, SETTLEMENT_MISMATCH or INVALID_INPUT.
    """
    wanted = {s.open_item_id for b in bookings for x in b.lines for s in x.settles}
    unread = wanted - read.keys()
    items = {**read, **_items(session, unread)} if unread else read
    partners = _partners(session, {x.partner_id for b in bookings for x in b.lines if x.partner_id})
    left = _left_in_currency(session, bookings, items)
    done = []
    for position, booking in enumerate(bookings):
        try:
            _check_partners(booking, partners)
            whole = completed(booking, items)
            if is_set_off(whole, items) and not _moves_money(session, whole):
                check_day(whole, items)
            done.append(in_currency(whole, items, left) if left else whole)
        except DomainError as error:
            raise _at(error, f"/bookings/{position}") if among_many else error from None
    return done


def _left_in_currency(
    session: Session, bookings: Sequence[Booking], items: Mapping[UUID, SettleableItem]
) -> dict[UUID, tuple[Decimal, Decimal]]:
    """What is left of foreign items in EUR and in their currency, where lines say EUR alone."""
    settled = (s for b in bookings for x in b.lines for s in x.settles)
    unsaid = {
        each.open_item_id
        for each in settled
        if each.document_amount is None
        and (item := items.get(each.open_item_id)) is not None
        and item.currency != BASE_CURRENCY
    }
    if not unsaid:
        return {}
    left = item_views.left_in_currency(session, sorted(unsaid))
    known = item_views.items(session, tuple(left))
    return {key: (each.remaining_amount, left[key]) for key, each in known.items()}


def _check_partners(booking: Booking, known: set[UUID]) -> None:
    for position, line in enumerate(booking.lines):
        if line.partner_id is not None and line.partner_id not in known:
            raise InvalidInput(f"/lines/{position}/partner_id", "is unknown")


def _moves_money(session: Session, booking: Booking) -> bool:
    """Whether a line is on an account of cash or of a bank: money goes when it goes."""
    known = books(session, tenant_of(session)).accounts
    accounts = (known.get(line.account) for line in booking.lines)
    return any(each is not None and each.report_group == _CASH for each in accounts)


def _at(error: DomainError, pointer: str) -> DomainError:
    fields = tuple(FieldError(pointer + each.pointer, each.detail) for each in error.fields)
    return error.restored(f"{pointer}: {error.message}", fields, dict(error.context))


def _items(session: Session, wanted: Iterable[UUID]) -> dict[UUID, SettleableItem]:
    """Items with their partner; one without belongs to whose invoice is tied to it."""
    tied = TIED_INVOICE.c
    of_item = and_(
        tied.tenant_id == OpenItemRow.tenant_id, tied.open_item_id == OpenItemRow.open_item_id
    )
    partner = func.coalesce(col(OpenItemRow.partner_id), tied.partner_id)
    row = OpenItemRow
    columns: Any = (
        row.open_item_id, row.account, row.side, row.currency, partner, row.booking_date,
    )  # fmt: skip
    query = (
        select(*columns)
        .join(TIED_INVOICE, of_item, isouter=True)
        .where(row.tenant_id == tenant_of(session), among(col(row.open_item_id), wanted))
    )
    return {
        item_id: SettleableItem(item_id, account, Side(side), currency, partner_id, day)
        for item_id, account, side, currency, partner_id, day in session.exec(query)
    }


def _partners(session: Session, wanted: Iterable[UUID]) -> set[UUID]:
    known = PARTNER.c
    query = select(known.id).where(known.tenant_id == tenant_of(session), among(known.id, wanted))
    return set(session.scalars(query))
