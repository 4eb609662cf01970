"""Clears open items in one transaction; a reversal of what it posted opens them again."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.access.rows import TenantRow
from domain.database.session import tenant_of
from domain.ledger.booking import Books
from domain.ledger.books_store import books
from domain.ledger.intent import Kind
from domain.ledger.rows import IntentRow
from domain.money import BASE_CURRENCY, ZERO, cents
from domain.payables import item_views, same_company_views, settling_store
from domain.payables.clearing import (
    Clearing,
    DiscountTaxUnknown,
    Foreign,
    TaxShare,
    booking_of,
    cost_of,
)
from domain.payables.credited_views import credited
from domain.payables.margin import margin_codes, with_margins
from domain.payables.match import LeftItem
from domain.payables.settling import OpenItemNotFound
from domain.payables.sub_ledger import SubLedger
from domain.posting import store as journal
from domain.posting.outcome import Posted

_Key = tuple[str | None, str, str | None]
_CLAIM = text("SELECT pg_advisory_xact_lock(hashtextextended('margin/' || :item, 0))")
_SETTLED_BY = text(
    """
    SELECT i.lines, (SELECT count(*) FROM settlement o
        WHERE o.tenant_id = s.tenant_id AND o.intent_id = s.intent_id)
    FROM settlement s JOIN intent i ON i.tenant_id = s.tenant_id AND i.intent_id = s.intent_id
    WHERE s.tenant_id = :tenant AND s.open_item_id = :item AND s.amount > 0
      AND NOT is_cancelled(s.tenant_id, s.intent_id)
    """
)


def clear(session: Session, clearing: Clearing) -> Posted:
    """Clear items against each other, discounts and adjustments; all of it or nothing.

    Raises OPEN_ITEM_NOT_FOUND, CLEARING_MISMATCH, DISCOUNT_TAX_UNKNOWN,
    FX_DIFFERENCE_IMPLAUSIBLE, SETTLEMENT_EXCEEDS_OPEN_AMOUNT, and what a booking does.
    """
    items = _items(session, clearing)
    for position, each in enumerate(clearing.items):
        if each.open_item_id not in items:
            raise OpenItemNotFound(each.open_item_id, f"/items/{position}/open_item_id")
    known = books(session, tenant_of(session))
    shares = {
        each.open_item_id: shares_of(
            session,
            items[each.open_item_id],
            known,
            _beside(clearing, items, each.open_item_id),
            clearing.booking_date,
        )
        for each in clearing.discounts
        if each.open_item_id in items
    }
    partners = {item.partner_id for item in items.values() if item.partner_id is not None}
    same = same_company_views.pairs(session, partners) if len(partners) > 1 else ()
    foreign = item_views.left_in_currency(
        session, [each.open_item_id for each in items.values() if each.currency != BASE_CURRENCY]
    )
    bound = Foreign(foreign, _fx_percent(session)) if foreign else None
    wanted = booking_of(clearing, items, shares, known.chart, same, bound)
    (booking,) = settling_store.with_items(session, [wanted])
    return journal.book(session, booking)


def _fx_percent(session: Session) -> Decimal:
    """What an exchange may make of what was booked without a person, in percent."""
    row = session.exec(select(TenantRow).where(col(TenantRow.id) == tenant_of(session))).one()
    return row.fx_difference_percent


def ledgers_of(session: Session, clearing: Clearing) -> set[SubLedger]:
    """Ledgers in which the items lie that are to be cleared, as far as they are known."""
    return {item.ledger for item in _items(session, clearing).values()}


def _items(session: Session, clearing: Clearing) -> dict[UUID, LeftItem]:
    return item_views.items(session, tuple(each.open_item_id for each in clearing.items))


def _beside(
    clearing: Clearing, items: Mapping[UUID, LeftItem], item_id: UUID
) -> dict[UUID, Decimal]:
    """What is set off against an item in the same clearing, if it is the only one of its side."""
    side = items[item_id].side
    amounts = {each.open_item_id: each.amount for each in clearing.items}
    if [each for each in amounts if items[each].side is side] != [item_id]:
        return {}
    return {each: amount for each, amount in amounts.items() if each != item_id}


def shares_of(
    session: Session, item: LeftItem, known: Books, beside: Mapping[UUID, Decimal], day: date
) -> Sequence[TaxShare]:
    """What of an invoice stands at each tax code, as its lines were sent, less credit notes.

    `beside` are amounts of items that the same operation sets off against it, on `day`. A discount
    has the rate of what was supplied, though another may have taken its place (§ 17 UStG DE).

    Raises DISCOUNT_TAX_UNKNOWN.
    """
    row = session.exec(
        select(IntentRow).where(
            IntentRow.tenant_id == tenant_of(session), col(IntentRow.intent_id) == item.intent_id
        )
    ).one()
    lines: list[Any] = [line for line in row.lines if line["account"] != item.account]
    is_bare = any(line["account"] in known.tax_accounts and not line["tax_code"] for line in lines)
    if is_bare or row.kind == Kind.OPENING.value:
        raise DiscountTaxUnknown(item.open_item_id)
    sums: dict[_Key, Decimal] = {}
    days: dict[_Key, date] = {}
    for line in lines:
        key = line["tax_code"], *cost_of(known.accounts.get(line["account"]))
        sign = -1 if line["side"] == item.side.value else 1
        sums[key] = sums.get(key, ZERO) + sign * Decimal(str(line["amount"]))
        code = known.tax_codes.get(line["tax_code"] or "")
        if code is not None and not code.is_valid_on(day):
            days[key] = row.day_of(line)
    taken = credited(session, item, beside, {key[0] for key in sums}, known)
    shares = [
        TaxShare(key[0], amount, *key[1:], supplied=days.get(key))
        for key, amount in _less(sums, taken)
        if amount
    ]
    margins = margin_codes(shares, known.tax_codes)
    used = _used(session, item, margins) if margins else {}
    return with_margins(shares, known.tax_codes, used)


def _less(
    sums: Mapping[_Key, Decimal], taken: Mapping[str | None, Decimal]
) -> Iterator[tuple[_Key, Decimal]]:
    """Sums less what was taken of each code, and of none more than there is."""
    whole: defaultdict[str | None, Decimal] = defaultdict(Decimal)
    for key, amount in sums.items():
        whole[key[0]] += amount
    for key, amount in sums.items():
        of_code = whole[key[0]]
        lowered = taken.get(key[0], ZERO) if of_code > ZERO else ZERO
        yield key, cents(amount * max(of_code - lowered, ZERO) / of_code) if lowered else amount


def _used(session: Session, item: LeftItem, margins: Collection[str]) -> dict[str, Decimal]:
    """What earlier discounts of an invoice have lowered of its margins, by code.

    Nobody else discounts it until the end of the transaction. Raises DISCOUNT_TAX_UNKNOWN where a
    posting has settled other items with it: whose discount it was it does not say.
    """
    named = {"tenant": tenant_of(session), "item": item.open_item_id}
    session.execute(_CLAIM, {"item": str(item.open_item_id)})
    used: dict[str, Decimal] = {}
    for lines, items in session.execute(_SETTLED_BY, named):
        own = [each for each in lines if each["tax_code"] in margins]
        if own and items > 1:
            raise DiscountTaxUnknown(item.open_item_id)
        for line in own:
            sign = 1 if line["side"] == item.side.value else -1
            code = line["tax_code"]
            used[code] = used.get(code, ZERO) + sign * Decimal(str(line["amount"]))
    return used
