"""Sets an invoice off against prepayments, in the transaction that posts it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session, select

from domain.database.session import tenant_of
from domain.errors import InvalidInput
from domain.ledger import prepayment_use_views
from domain.ledger.booking import Booking, Books, Line
from domain.ledger.books_store import books
from domain.ledger.intent import Settling, Side
from domain.ledger.rows import PrepaymentUseRow
from domain.money import ZERO
from domain.payables import prepayment_views, settling_store
from domain.payables.clearing import account_of, apart, named
from domain.payables.prepayment import (
    SOURCE,
    Prepayment,
    PrepaymentSetOff,
    Used,
    lines_of,
    settling_line,
    used_of,
)
from domain.payables.rows import InvoiceRow
from domain.posting import store as journal
from domain.posting.outcome import Posted

_POINTER = "/normalized_invoice/set_offs"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOffOrder:
    """What of an invoice is set off against prepayments of its vendor, and from which document."""

    intent_id: UUID
    vendor_id: UUID
    set_offs: tuple[PrepaymentSetOff, ...]
    payables_account: str
    booking_date: date
    document_number: str
    document_date: date | None = None
    supply_date: date | None = None
    document_id: UUID | None = None
    document_sha256: str | None = None
    approved_by: UUID | None = None


def known_of(
    session: Session, vendor_id: UUID | None, set_offs: Sequence[PrepaymentSetOff]
) -> Mapping[UUID, Prepayment]:
    """The prepayments of the vendor that are named, as they are now."""
    if vendor_id is None or not set_offs:
        return {}
    items = [each.open_item_id for each in set_offs if each.open_item_id]
    intents = [each.intent_id for each in set_offs if each.intent_id and not each.open_item_id]
    return prepayment_views.named(session, vendor_id, (items, intents))


def problems(
    set_offs: Sequence[PrepaymentSetOff], known: Mapping[UUID, Prepayment]
) -> Iterator[tuple[str, str]]:
    """What does not hold of what is set off: a place in the list, and why."""
    seen: set[tuple[UUID, int | None]] = set()
    taken: dict[UUID, Decimal] = {}
    for at, each in enumerate(set_offs):
        name = "open_item_id" if each.open_item_id else "intent_id"
        found = known.get(each.prepayment_id)
        so_far = taken[each.prepayment_id] = taken.get(each.prepayment_id, ZERO) + each.amount
        if (each.prepayment_id, each.position) in seen:
            yield f"{at}/{name}", "is named twice"
        elif found is None:
            yield f"{at}/{name}", "is no prepayment to the vendor"
        elif so_far > found.left_amount:
            yield f"{at}/amount", f"only {max(found.left_amount, ZERO):.2f} is left of it"
        seen.add((each.prepayment_id, each.position))


def check(
    session: Session, vendor_id: UUID | None, set_offs: Sequence[PrepaymentSetOff]
) -> Mapping[UUID, Prepayment]:
    """The prepayments that are named. Raises INVALID_INPUT for the first that does not hold."""
    known = known_of(session, vendor_id, set_offs)
    for at, why in problems(set_offs, known):
        raise InvalidInput(f"{_POINTER}/{at}", why)
    return known


def set_off(session: Session, order: SetOffOrder, invoice_id: UUID) -> Posted:
    """Close what was prepaid of an invoice that is posted; reversed, all is as it was before.

    Raises INVALID_INPUT, SETTLEMENT_EXCEEDS_OPEN_AMOUNT, and what a booking does.
    """
    known = claimed(session, order.vendor_id, order.set_offs)
    own = books(session, tenant_of(session))
    wanted = booking_of(order, known, own, _item_of(session, invoice_id))
    (booking,) = settling_store.with_items(session, [wanted])
    posted = journal.book(session, booking)
    if not posted.replayed:
        keep_uses(session, order.intent_id, used_of(order.set_offs, known))
    return posted


def claimed(
    session: Session, vendor_id: UUID | None, set_offs: Sequence[PrepaymentSetOff]
) -> Mapping[UUID, Prepayment]:
    """The prepayments that are named, which nobody else uses until the end of the transaction.

    Raises INVALID_INPUT for the first that does not hold.
    """
    intents = sorted({each.intent_id for each in set_offs if each.intent_id})
    prepayment_use_views.claim(session, intents)
    return check(session, vendor_id, set_offs)


def keep_uses(session: Session, intent_id: UUID, used: Sequence[Used]) -> None:
    """Keep what an intent gives back of prepayments, so that nobody does so again."""
    session.add_all(_rows(session, intent_id, used))
    session.flush()


def booking_of(
    order: SetOffOrder, known: Mapping[UUID, Prepayment], own: Books, item_id: UUID | None = None
) -> Booking:
    """What is posted beside the invoice; `item_id` is that of the invoice once it is posted."""
    amount = sum((each.amount for each in order.set_offs), ZERO)
    settling = (Settling(item_id, amount),) if item_id else ()
    owed = Line(order.payables_account, Side.DEBIT, amount, None, order.vendor_id, settles=settling)
    items = [
        settling_line(known[each.prepayment_id], each.amount, order.vendor_id)
        for each in order.set_offs
        if each.open_item_id
    ]
    day = order.supply_date or order.document_date or order.booking_date
    taken = list(lines_of(used_of(order.set_offs, known), own.tax_codes, day))
    numbers = [known[each.prepayment_id].document_number for each in order.set_offs]
    return Booking(
        intent_id=order.intent_id,
        booking_date=order.booking_date,
        document_date=order.document_date,
        supply_date=order.supply_date,
        description=named(f"Anzahlungen zu {order.document_number}:", numbers),
        lines=tuple(apart([owed], items, taken, account_of(own.chart, "set_off"))),
        source=SOURCE,
        external_reference=order.document_number,
        document_id=order.document_id,
        document_sha256=order.document_sha256,
        approved_by=order.approved_by,
    )


def _item_of(session: Session, invoice_id: UUID) -> UUID | None:
    return session.exec(
        select(InvoiceRow.open_item_id).where(
            InvoiceRow.tenant_id == tenant_of(session), InvoiceRow.id == invoice_id
        )
    ).one()


def _rows(session: Session, intent_id: UUID, used: Sequence[Used]) -> Iterator[PrepaymentUseRow]:
    for position, each in enumerate(used):
        yield PrepaymentUseRow(
            tenant_id=tenant_of(session),
            intent_id=intent_id,
            position=position,
            prepayment_id=each.prepayment_id,
            account=each.share.account,
            tax_code=each.share.tax_code,
            amount=each.amount,
            tax_amount=each.tax_amount,
            whole_amount=each.share.booked,
        )
