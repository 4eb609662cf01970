"""Reads payment runs, what they could pay, and what they pay as it is now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from domain.errors import NotFound
from domain.ledger.intent import Side
from domain.money import BASE_CURRENCY
from domain.payments.run import Payable, Payee, RunItem, RunStatus
from domain.payments.transfer import message_id
from domain.tables.bank import BankTransactionRow
from domain.tables.bound import tenant_of
from domain.tables.ledger import OpenItemRow, SettlementRow
from domain.tables.payables import (
    INVOICE_STATE,
    InvoiceRow,
    PaymentFileRow,
    PaymentRunItemRow,
    PaymentRunLabelRow,
    PaymentRunRow,
    VendorRow,
)
from domain.views import invoices

_MOST_ELIGIBLE = 5000
UNDER_WAY = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class ListedRun:
    """One run with its label."""

    run: PaymentRunRow
    label: str | None


@dataclass(frozen=True, slots=True)
class RunView:
    """One run with its items and its label."""

    run: PaymentRunRow
    label: str | None
    items: tuple[RunItem, ...]

    @property
    def message_id(self) -> str | None:
        """Message id of the file, once there is one."""
        return message_id(self.run.id) if self.run.exported_at else None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A run and its file."""

    run: PaymentRunRow
    file: PaymentFileRow


@dataclass(frozen=True, slots=True)
class EligibleInvoice:
    """An open payable that may enter a run."""

    id: UUID
    vendor_id: UUID
    vendor_name: str
    invoice_number: str
    invoice_date: date
    due_date: date | None
    total_gross: Decimal
    remaining_amount: Decimal
    currency: str
    intent_id: UUID
    iban_missing: bool


def runs(
    session: Session, status: RunStatus | None, *, limit: int, offset: int
) -> tuple[list[ListedRun], int]:
    """Runs with their labels, newest first, and how many there are in all."""
    conditions = [col(PaymentRunRow.tenant_id) == tenant_of(session)]
    if status:
        conditions.append(col(PaymentRunRow.status) == status.value)
    total = session.exec(select(func.count()).select_from(PaymentRunRow).where(*conditions)).one()
    query = (
        select(PaymentRunRow, PaymentRunLabelRow.label)
        .join(PaymentRunLabelRow, _of_run(), isouter=True)
        .where(*conditions)
        .order_by(col(PaymentRunRow.created_at).desc(), col(PaymentRunRow.id))
        .limit(limit)
        .offset(offset)
    )
    return [ListedRun(*row) for row in session.exec(query)], total


def run(session: Session, run_id: UUID) -> RunView:
    """One run with its items, or NOT_FOUND."""
    found = session.exec(
        select(PaymentRunRow, PaymentRunLabelRow.label)
        .join(PaymentRunLabelRow, _of_run(), isouter=True)
        .where(PaymentRunRow.tenant_id == tenant_of(session), PaymentRunRow.id == run_id)
    ).first()
    if found is None:
        raise NotFound("There is no such payment run.")
    row, label = found
    return RunView(row, label, items(session, run_id))


def items(session: Session, run_id: UUID) -> tuple[RunItem, ...]:
    """Items of a run in their order."""
    query = (
        select(PaymentRunItemRow)
        .where(
            PaymentRunItemRow.tenant_id == tenant_of(session), PaymentRunItemRow.run_id == run_id
        )
        .order_by(col(PaymentRunItemRow.position))
    )
    return tuple(_item(row) for row in session.exec(query))


def file(session: Session, run_id: UUID) -> StoredFile:
    """A run and its file, or NOT_FOUND."""
    found = session.exec(
        select(PaymentRunRow, PaymentFileRow)
        .join(
            PaymentFileRow,
            and_(
                col(PaymentFileRow.tenant_id) == PaymentRunRow.tenant_id,
                col(PaymentFileRow.run_id) == PaymentRunRow.id,
            ),
        )
        .where(PaymentRunRow.tenant_id == tenant_of(session), PaymentRunRow.id == run_id)
    ).first()
    if found is None:
        raise NotFound("The run has no file.")
    return StoredFile(*found)


def payables(session: Session, invoice_ids: Iterable[UUID]) -> tuple[Payable, ...]:
    """Invoices as they are now, with their payees; in no order."""
    state = INVOICE_STATE.c
    query = (
        select(InvoiceRow, VendorRow, state.intent_id, state.remaining_amount)
        .join(VendorRow, _of_vendor())
        .join(
            INVOICE_STATE, and_(state.tenant_id == InvoiceRow.tenant_id, state.id == InvoiceRow.id)
        )
        .where(
            InvoiceRow.tenant_id == tenant_of(session), col(InvoiceRow.id).in_(list(invoice_ids))
        )
    )
    rows = list(session.exec(query))
    paid = _last_paid(session, {vendor.id for _, vendor, _, _ in rows})
    return tuple(
        Payable(
            invoice_id=invoice.id,
            invoice_number=invoice.invoice_number,
            currency=invoice.currency,
            is_linked=intent_id is not None,
            remaining_amount=remaining,
            payee=_payee(vendor, paid.get(vendor.id)),
            payment_reference=invoice.payment_reference,
        )
        for invoice, vendor, intent_id, remaining in rows
    )


def is_being_paid() -> ColumnElement[bool]:
    """Whether an item's money is promised: in an active run, or in a completed one and under way.

    A bank books, and sends back what it cannot book, within days. Until then an invoice whose
    statement has not come in must not be paid a second time.
    """
    under_way = (
        select(PaymentRunRow.id)
        .where(
            PaymentRunRow.tenant_id == PaymentRunItemRow.tenant_id,
            PaymentRunRow.id == PaymentRunItemRow.run_id,
            col(PaymentRunRow.completed_at) > func.now() - UNDER_WAY,
        )
        .exists()
    )
    return or_(col(PaymentRunItemRow.is_active), under_way)


def eligible(session: Session) -> tuple[list[EligibleInvoice], int]:
    """Linked, unpaid EUR invoices that no run pays, oldest due date first, and how many."""
    state = INVOICE_STATE.c
    taken = (
        select(PaymentRunItemRow.id)
        .where(
            PaymentRunItemRow.tenant_id == InvoiceRow.tenant_id,
            PaymentRunItemRow.invoice_id == InvoiceRow.id,
            is_being_paid(),
        )
        .exists()
    )
    query = (
        select(InvoiceRow, VendorRow, state.intent_id, state.remaining_amount)
        .join(VendorRow, _of_vendor())
        .join(
            INVOICE_STATE, and_(state.tenant_id == InvoiceRow.tenant_id, state.id == InvoiceRow.id)
        )
        .where(
            InvoiceRow.tenant_id == tenant_of(session),
            InvoiceRow.currency == BASE_CURRENCY,
            state.intent_id.is_not(None),
            state.remaining_amount > 0,
            invoices.maybe_open(session),
            ~taken,
        )
        .order_by(
            col(InvoiceRow.due_date).nulls_last(), col(InvoiceRow.invoice_date), col(InvoiceRow.id)
        )
    )
    rows = session.exec(query.limit(_MOST_ELIGIBLE)).all()
    total = len(rows)
    if total == _MOST_ELIGIBLE:
        total = session.exec(select(func.count()).select_from(query.subquery())).one()
    return [_eligible(*row) for row in rows], total


def _eligible(
    invoice: InvoiceRow, vendor: VendorRow, intent_id: UUID, remaining: Decimal
) -> EligibleInvoice:
    return EligibleInvoice(
        id=invoice.id,
        vendor_id=vendor.id,
        vendor_name=vendor.name,
        invoice_number=invoice.invoice_number,
        invoice_date=invoice.invoice_date,
        due_date=invoice.due_date,
        total_gross=invoice.total_gross,
        remaining_amount=remaining,
        currency=invoice.currency,
        intent_id=intent_id,
        iban_missing=not _payee(vendor, None).has_valid_iban,
    )


def _payee(vendor: VendorRow, last_paid: date | None) -> Payee:
    return Payee(
        vendor_id=vendor.id,
        name=vendor.name,
        iban=vendor.iban,
        bic=vendor.bic,
        iban_changed_at=vendor.iban_changed_at,
        iban_changed_by=vendor.iban_changed_by,
        is_confirmed=vendor.iban_confirmed_at is not None,
        last_paid=last_paid,
    )


def _last_paid(session: Session, vendor_ids: set[UUID]) -> dict[UUID, date]:
    """Day of the latest payment to the present IBAN of each vendor, as the bank told it.

    Money that went to an earlier IBAN, or a reversal, proves nothing of this one.
    """
    of_item = and_(
        col(SettlementRow.tenant_id) == OpenItemRow.tenant_id,
        col(SettlementRow.open_item_id) == OpenItemRow.open_item_id,
    )
    of_payee = and_(
        col(VendorRow.tenant_id) == OpenItemRow.tenant_id,
        col(VendorRow.id) == OpenItemRow.partner_id,
    )
    to_payee = and_(
        col(BankTransactionRow.tenant_id) == SettlementRow.tenant_id,
        col(BankTransactionRow.intent_id) == SettlementRow.intent_id,
        col(BankTransactionRow.counterparty_iban) == VendorRow.iban,
    )
    query: Any = (
        select(OpenItemRow.partner_id, func.max(BankTransactionRow.tx_date))
        .join(SettlementRow, of_item)
        .join(VendorRow, of_payee)
        .join(BankTransactionRow, to_payee)
        .where(
            OpenItemRow.tenant_id == tenant_of(session),
            col(OpenItemRow.partner_id).in_(vendor_ids),
            OpenItemRow.side == Side.CREDIT.value,
        )
        .group_by(col(OpenItemRow.partner_id))
    )
    return dict(session.exec(query).all())


def _item(row: PaymentRunItemRow) -> RunItem:
    return RunItem(
        item_id=row.id,
        invoice_id=row.invoice_id,
        vendor_id=row.vendor_id,
        vendor_name=row.vendor_name,
        vendor_iban=row.vendor_iban,
        vendor_bic=row.vendor_bic,
        invoice_number=row.invoice_number,
        amount=row.amount,
        reference=row.reference,
        currency=row.currency,
    )


def _of_run() -> Any:
    return and_(
        col(PaymentRunLabelRow.tenant_id) == PaymentRunRow.tenant_id,
        col(PaymentRunLabelRow.run_id) == PaymentRunRow.id,
    )


def _of_vendor() -> Any:
    return and_(
        col(VendorRow.tenant_id) == InvoiceRow.tenant_id, col(VendorRow.id) == InvoiceRow.vendor_id
    )
