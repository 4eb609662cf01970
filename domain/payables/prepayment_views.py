"""Reads what prepayments of a vendor are left, in EUR: open items, and invoices for prepayments."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, and_, exists, func, true
from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.ledger import prepayment_use_views
from domain.ledger.booking import Books
from domain.ledger.books_store import books
from domain.ledger.intent import Side
from domain.ledger.rows import IntentRow, JournalEntryRow, PrepaymentUseRow
from domain.money import BASE_CURRENCY, ZERO
from domain.payables import item_views
from domain.payables.item_views import ItemFilter
from domain.payables.match import LeftItem
from domain.payables.prepayment import Prepayment, Share, domestic_rate, prepayment_accounts
from domain.payables.rows import InvoiceRow
from domain.payables.sub_ledger import SubLedger
from domain.tax.split import split_gross

_MOST = 200


def prepayments(session: Session, vendor_id: UUID) -> list[Prepayment]:
    """Prepayments of which something is left, the oldest first; at most 200 of each kind."""
    items, _ = item_views.open_items(session, ItemFilter((vendor_id,), Side.DEBIT), limit=_MOST)
    found = [*_of_items(items, vendor_id), *_of_invoices(session, vendor_id)]
    left = [each for each in found if each.left_amount > ZERO]
    return sorted(left, key=_place)


def _place(each: Prepayment) -> tuple[str, str, str]:
    return f"{each.booking_date}", each.document_number or "", str(each.prepayment_id)


def named(
    session: Session, vendor_id: UUID, ids: tuple[Iterable[UUID], Iterable[UUID]]
) -> Mapping[UUID, Prepayment]:
    """Prepayments of a vendor by the ids of open items and intents, used up or not."""
    item_ids, intent_ids = map(tuple, ids)
    items = item_views.items(session, item_ids).values() if item_ids else ()
    found = [*_of_items(items, vendor_id)]
    if intent_ids:
        found += _of_invoices(session, vendor_id, intent_ids)
    return {each.prepayment_id: each for each in found}


def _of_items(items: Iterable[LeftItem], vendor_id: UUID) -> Iterator[Prepayment]:
    for item in items:
        is_payable = item.ledger is SubLedger.PAYABLE and item.partner_id == vendor_id
        if is_payable and not item.is_owed and item.currency == BASE_CURRENCY:
            yield Prepayment(
                item.remaining_amount,
                item.document_number,
                item.booking_date,
                open_item_id=item.open_item_id,
                account=item.account,
            )


def _of_invoices(
    session: Session, vendor_id: UUID, intent_ids: Sequence[UUID] = ()
) -> list[Prepayment]:
    """Invoices that were booked on accounts for payments on account, and what is left of them."""
    known = books(session, tenant_of(session))
    rows = session.exec(_booked(session, vendor_id, prepayment_accounts(known), intent_ids)).all()
    uses = prepayment_use_views.uses(session, [intent.intent_id for intent, _ in rows])
    return [_of_invoice(intent, number, uses, known) for intent, number in rows]


def _booked(
    session: Session, vendor_id: UUID, accounts: Iterable[str], intent_ids: Sequence[UUID]
) -> Any:
    tenant_id = tenant_of(session)
    of_intent = and_(
        col(IntentRow.tenant_id) == InvoiceRow.tenant_id,
        col(IntentRow.intent_id) == InvoiceRow.intent_id,
    )
    on_account = exists().where(
        col(JournalEntryRow.tenant_id) == tenant_id,
        col(JournalEntryRow.intent_id) == InvoiceRow.intent_id,
        col(JournalEntryRow.debit_account).in_(accounts),
    )
    return (
        select(IntentRow, InvoiceRow.invoice_number)
        .select_from(InvoiceRow)
        .join(IntentRow, of_intent)
        .where(
            InvoiceRow.tenant_id == tenant_id,
            InvoiceRow.vendor_id == vendor_id,
            InvoiceRow.currency == BASE_CURRENCY,
            col(InvoiceRow.open_item_id).is_not(None),
            on_account,
            col(InvoiceRow.intent_id).in_(intent_ids) if intent_ids else true(),
            ~func.is_cancelled(tenant_id, col(InvoiceRow.intent_id), type_=Boolean),
        )
        .order_by(col(InvoiceRow.invoice_date).desc(), col(InvoiceRow.id))
        .limit(_MOST)
    )


def _of_invoice(
    intent: IntentRow, number: str, uses: Iterable[PrepaymentUseRow], known: Books
) -> Prepayment:
    used = [each for each in uses if each.prepayment_id == intent.intent_id]
    shares = [_left(share, used) for share in _shares(intent, known)]
    left = sum((share.left for share in shares), ZERO)
    kept = tuple(share for share in shares if share.left)
    return Prepayment(left, number, intent.booking_date, intent_id=intent.intent_id, shares=kept)


def _shares(intent: IntentRow, known: Books) -> Iterator[Share]:
    """What was booked on accounts for payments on account, as the lines were sent."""
    accounts = prepayment_accounts(known)
    sums: dict[tuple[str, str | None], tuple[Decimal, Decimal]] = {}
    days: dict[tuple[str, str | None], date] = {}
    lines: list[Any] = [line for line in intent.lines if line["account"] in accounts]
    for line in lines:
        sign = 1 if line["side"] == Side.DEBIT.value else -1
        amount = Decimal(str(line["amount"]))
        key = line["account"], line["tax_code"]
        gross, tax = sums.get(key, (ZERO, ZERO))
        sums[key] = gross + sign * amount, tax + sign * _tax(line, amount, known)
        days[key] = intent.day_of(line)
    for key, (gross, tax) in sums.items():
        yield Share(*key, gross, tax, gross, tax, days[key])


def _tax(line: Mapping[str, Any], amount: Decimal, known: Books) -> Decimal:
    rate = domestic_rate(line["tax_code"], known.tax_codes)
    if rate is None:
        return ZERO
    stated = line.get("tax_amount")
    return Decimal(str(stated)) if stated is not None else split_gross(amount, rate).tax


def _left(share: Share, used: Iterable[PrepaymentUseRow]) -> Share:
    own = [e for e in used if (e.account, e.tax_code) == (share.account, share.tax_code)]
    gross = sum((each.amount for each in own), ZERO)
    tax = sum((each.tax_amount for each in own), ZERO)
    return Share(
        share.account,
        share.tax_code,
        share.booked,
        share.booked_tax,
        share.booked - gross,
        share.booked_tax - tax,
        share.day,
    )
