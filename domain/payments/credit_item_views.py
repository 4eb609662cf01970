"""Reads credits of vendors without a credit note that a person wants a run to take off."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from domain.database.among import among
from domain.database.session import tenant_of
from domain.errors import InvalidInput
from domain.ids import derived_id
from domain.ledger.intent import Side
from domain.money import BASE_CURRENCY, ZERO
from domain.payables import item_views
from domain.payables.item_views import ItemFilter
from domain.payables.match import LeftItem
from domain.payables.sub_ledger import SubLedger
from domain.payments.answer_views import is_being_paid
from domain.payments.rows import PaymentRunItemRow
from domain.payments.run import InvoiceAlreadyInActiveRun, RunItem

_LONGEST_NAME = 35
_MOST_OFFERED = 200


def chosen(
    session: Session, run_id: UUID, items: Sequence[RunItem], wanted: Mapping[UUID, Decimal | None]
) -> Iterator[RunItem]:
    """The credits as items of a run that pays their vendors; an amount, or what is left.

    Raises INVALID_INPUT for what is no such credit, and INVOICE_ALREADY_IN_ACTIVE_RUN.
    """
    if not wanted:
        return
    _check_free(session, wanted)
    known = item_views.items(session, tuple(wanted))
    paid = {item.vendor_id: item for item in reversed(items) if item.amount > ZERO}
    for at, (open_item_id, amount) in enumerate(wanted.items()):
        credit = known.get(open_item_id)
        if why := _problem(credit, amount, paid):
            raise InvalidInput(f"/credits/{at}", why)
        if credit is not None and credit.partner_id is not None:
            yield _item(run_id, credit, amount, paid[credit.partner_id])


def offered(session: Session, vendor_ids: Collection[UUID]) -> tuple[list[LeftItem], int]:
    """Credits of vendors that a run may take off, and how many; the oldest 200 are read."""
    if not vendor_ids:
        return [], 0
    wanted = ItemFilter(
        tuple(vendor_ids),
        Side.DEBIT,
        currency=BASE_CURRENCY,
        is_tied=False,
        without=tuple(session.exec(_promised(session))),
    )
    return item_views.open_items(session, wanted, limit=_MOST_OFFERED)


def left(session: Session, items: Sequence[RunItem]) -> dict[UUID, Decimal]:
    """What is left of the credits of a run."""
    ids = tuple(item.open_item_id for item in items if item.open_item_id is not None)
    known = item_views.items(session, ids) if ids else {}
    return {key: each.remaining_amount for key, each in known.items()}


def _check_free(session: Session, wanted: Mapping[UUID, Decimal | None]) -> None:
    query = _promised(session).where(among(col(PaymentRunItemRow.open_item_id), wanted))
    if session.exec(query.limit(1)).first() is not None:
        raise InvoiceAlreadyInActiveRun


def _promised(session: Session) -> Any:
    """Credits that a run takes off that is not over."""
    return select(PaymentRunItemRow.open_item_id).where(
        PaymentRunItemRow.tenant_id == tenant_of(session),
        col(PaymentRunItemRow.open_item_id).is_not(None),
        is_being_paid(),
    )


def _problem(
    credit: LeftItem | None, amount: Decimal | None, paid: Mapping[UUID, RunItem]
) -> str | None:
    """Why a run cannot take it off."""
    if credit is None or credit.ledger is not SubLedger.PAYABLE or credit.is_owed:
        return "is no credit of a vendor"
    if credit.invoice_id is not None:
        return "is a credit note: it is taken with net_credit_notes"
    if credit.currency != BASE_CURRENCY:
        return "is not in EUR"
    if credit.partner_id not in paid:
        return "is of a vendor that the run does not pay"
    if not credit.remaining_amount > ZERO or (amount or ZERO) > credit.remaining_amount:
        return "is more than is left of it"
    return None


def _item(run_id: UUID, credit: LeftItem, amount: Decimal | None, paid: RunItem) -> RunItem:
    """An item beside what its vendor is paid, under a name that the payee can read."""
    name = credit.document_number or ""
    if not 0 < len(name) <= _LONGEST_NAME:
        name = f"Guthaben {credit.booking_date:%d.%m.%Y}"
    return RunItem(
        item_id=derived_id("payment-run-credit", run_id, credit.open_item_id),
        invoice_id=None,
        vendor_id=paid.vendor_id,
        vendor_name=paid.vendor_name,
        vendor_iban=paid.vendor_iban,
        vendor_bic=paid.vendor_bic,
        invoice_number=name,
        amount=-(credit.remaining_amount if amount is None else amount),
        reference=name,
        open_item_id=credit.open_item_id,
    )
