"""Reads payment runs, what they could pay, and what they pay as it is now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Numeric,
    Text,
    Uuid,
    and_,
    case,
    cast,
    func,
    null,
    or_,
    true,
    union_all,
)
from sqlalchemy import select as sql_select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from domain.access import views as people
from domain.approvals import views as policies
from domain.approvals.decisions import need_of_run, needed
from domain.approvals.views import Approvals
from domain.banking.file_ids import message_id
from domain.banking.rows import BankImportRow, BankTransactionRow
from domain.database.among import among
from domain.database.session import tenant_of
from domain.errors import NotFound
from domain.formats.countries import country_code
from domain.iban import is_iban
from domain.journal_index.views import is_indexed, maybe_open
from domain.ledger.intent import Side
from domain.ledger.rows import OpenItemRow, SettlementRow
from domain.money import BASE_CURRENCY, ZERO
from domain.payables import payee_check_views, payee_views, terms
from domain.payables.due_findings import is_accepted
from domain.payables.payee_check import is_denied
from domain.payables.rows import INVOICE_PAYABLE, InvoiceRow, VendorPayeeCheckRow, VendorRow
from domain.payables.terms import PaymentMethod, PaymentTerm, TermKind
from domain.payments import answer_views, warning_views
from domain.payments.answer_views import is_being_paid, withdrawals
from domain.payments.bank_answer import Outcome, Standing
from domain.payments.bic import needed_bic
from domain.payments.discount import CashDiscount, best_discount
from domain.payments.instalment import due_part, open_parts
from domain.payments.pain001 import PostalAddress
from domain.payments.rows import (
    PaymentFileRow,
    PaymentRunItemRow,
    PaymentRunLabelRow,
    PaymentRunRow,
    PaymentRunWishRow,
    PaymentWithdrawalRow,
)
from domain.payments.run import (
    EarlierOrder,
    Manner,
    Payable,
    Payee,
    RunItem,
    RunStatus,
    VendorCredit,
    credits_of,
    invoices_of,
)

MOST_ELIGIBLE = 5000
"""Eligible invoices that are listed at once."""

_TERMS: TypeAdapter[tuple[PaymentTerm, ...]] = TypeAdapter(tuple[PaymentTerm, ...])
_FILE = "file"
_STOPPABLE = (RunStatus.DRAFT.value, RunStatus.APPROVED.value)
# Of a vendor that writes the same amount each day, enough to look at.
_MOST_LIKE = 1000
# Of what a vendor owes; the sum is of all.
_MOST_CREDITS = 20
# Of invoices without a way to pay nobody said that they are collected.
_TRANSFERRED = (None, PaymentMethod.TRANSFER.value)


@dataclass(frozen=True, slots=True)
class ListedRun:
    """One run with its label."""

    run: PaymentRunRow
    label: str | None


@dataclass(frozen=True, slots=True)
class RunView:
    """One run with its items, its label and how the bank is to carry it out."""

    run: PaymentRunRow
    label: str | None
    manner: Manner
    items: tuple[RunItem, ...]
    approvals: Approvals
    withdrawals: tuple[PaymentWithdrawalRow, ...] = ()
    names: Mapping[UUID, str] = field(default_factory=dict)

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
    """An open payable that may enter a run; `payable_amount` is what the run would pay.

    Of what is paid in instalments that is what is due of them, and `due_date` the first open one's.
    """

    id: UUID
    vendor_id: UUID
    vendor_name: str
    invoice_number: str
    invoice_date: date
    due_date: date | None
    total_gross: Decimal
    remaining_amount: Decimal
    payable_amount: Decimal
    currency: str
    intent_id: UUID
    payee_name: str
    iban_missing: bool
    discount: CashDiscount | None
    payee_check: str | None


@dataclass(frozen=True, slots=True)
class Owed:
    """What runs would pay of all that is eligible: what a picture of many needs, and no more.

    `by_day` has amounts by the day that they are due; `None` is due on no day. Of a plan each
    instalment that is open counts for its day, one without a day for that of the one before it.
    """

    by_day: tuple[tuple[date | None, Decimal], ...]
    count: int
    without_iban: int

    def from_day(self, today: date) -> list[tuple[date, Decimal]]:
        """The amounts; what is due on no day counts for today."""
        return [(day or today, amount) for day, amount in self.by_day]


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
        select(PaymentRunRow, PaymentRunLabelRow.label, PaymentRunWishRow)
        .join(PaymentRunLabelRow, _of_run(), isouter=True)
        .join(PaymentRunWishRow, _wish_of_run(), isouter=True)
        .where(PaymentRunRow.tenant_id == tenant_of(session), PaymentRunRow.id == run_id)
    ).first()
    if found is None:
        raise NotFound("There is no such payment run.")
    row, label, wish = found
    # Runs of the time before wishes have none.
    manner = (
        Manner(is_instant=wish.is_instant, is_batch_booked=wish.is_batch_booked)
        if wish is not None
        else Manner()
    )
    asked = tuple(withdrawals(session, run_id)) if row.exported_at else ()
    found_items = _with_earlier(session, run_id, _with_vendor(session, items(session, run_id)))
    if row.status in _STOPPABLE:
        found_items = _with_warnings(session, run_id, found_items)
    approvals = _approvals(session, row)
    names = people.names(session)
    return RunView(row, label, manner, found_items, approvals, asked, names)


def _approvals(session: Session, row: PaymentRunRow) -> Approvals:
    """Who has approved a run, and how many must."""
    given = policies.given(session, "payment_run", [row.id]).get(row.id, [])
    by = tuple(each.user_id for each in given)
    if row.status != RunStatus.DRAFT:
        return Approvals(len(by), by)
    force = policies.in_force_now(session)
    need = need_of_run(force.policy, row.total_amount)
    return Approvals(needed(need, may_alone=force.may_alone), by)


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


def _with_vendor(session: Session, found: tuple[RunItem, ...]) -> tuple[RunItem, ...]:
    """Items with the vendor whose invoice it is, where another is paid."""
    query = (
        select(InvoiceRow.id, VendorRow.name)
        .join(VendorRow, _of_vendor())
        .where(
            InvoiceRow.tenant_id == tenant_of(session),
            among(col(InvoiceRow.id), invoices_of(found)),
            col(InvoiceRow.payee_name).is_not(None),
        )
    )
    names: dict[UUID | None, str] = dict(session.exec(query).all())
    return tuple(replace(each, on_behalf_of=names.get(each.invoice_id)) for each in found)


def _with_earlier(
    session: Session, run_id: UUID, found: tuple[RunItem, ...]
) -> tuple[RunItem, ...]:
    """Items with the files of other runs that ordered the same, the latest first.

    After them those of other invoices that may be the same under another number.
    """
    invoice_ids = list(invoices_of(found))
    others = _maybe_same(session, invoice_ids)
    row, named = PaymentRunItemRow, {*invoice_ids, *chain.from_iterable(others.values())}
    earlier = _ordered(session, run_id, col(row.invoice_id), named)
    taken_off = _ordered(session, run_id, col(row.open_item_id), credits_of(found))

    def of(item: RunItem) -> tuple[EarlierOrder, ...]:
        if item.invoice_id is None:
            return taken_off.get(item.open_item_id, ())
        same = earlier.get(item.invoice_id, ())
        runs_ = {order.run_id for order in same}
        maybe = others.get(item.invoice_id, ())
        like = chain.from_iterable(earlier.get(each, ()) for each in maybe)
        # What one run ordered side by side are two invoices.
        return (*same, *(order for order in like if order.run_id not in runs_))

    return tuple(replace(each, ordered_before=of(each)) for each in found)


def _with_warnings(
    session: Session, run_id: UUID, found: tuple[RunItem, ...]
) -> tuple[RunItem, ...]:
    """Items with what the statement shows of them, and what their vendors owe us beside the run."""
    seen = warning_views.seen_on_statements(session, run_id)
    credits_ = warning_views.vendor_credits(session, {item.vendor_id for item in found})
    taken = {item.invoice_id or item.open_item_id: item.amount for item in found}
    left = {vendor: _beside(of_vendor, taken) for vendor, of_vendor in credits_.items()}
    shown = [each for beside in left.values() for each in beside[:_MOST_CREDITS]]
    others = answer_views.taken_by_others(session, run_id, shown)
    owing = warning_views.owed_as_customers(session, {item.vendor_id for item in found})

    def of(item: RunItem) -> RunItem:
        beside = left.get(item.vendor_id, ()) if item.amount > ZERO else ()
        return replace(
            item,
            seen=seen.get(item.item_id, ()),
            vendor_credit=sum((each.amount for each in beside), ZERO),
            owes_us=owing.get(item.vendor_id, ZERO) if item.amount > ZERO else ZERO,
            vendor_credits=tuple(
                replace(each, taken_by=others.get(each.invoice_id or each.open_item_id))
                for each in beside[:_MOST_CREDITS]
            ),
        )

    return tuple(map(of, found))


def _beside(
    credits_: Iterable[VendorCredit], taken: Mapping[UUID | None, Decimal]
) -> list[VendorCredit]:
    """Credits less what the run takes off of them."""
    left = (
        replace(each, amount=each.amount + taken.get(each.invoice_id or each.open_item_id, ZERO))
        for each in credits_
    )
    return [each for each in left if each.amount > ZERO]


def _maybe_same(session: Session, invoice_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Other invoices of a vendor, or of one of its account, of the same total.

    And of the same day, or reversed since.

    Whoever takes an invoice out of the books and enters it again under another number, or enters
    it twice, is to be seen by who approves.
    """
    own, other = aliased(InvoiceRow), aliased(InvoiceRow)
    kin = _kin(session, own, invoice_ids)
    ordered = (
        select(PaymentRunItemRow.id)
        .where(
            PaymentRunItemRow.tenant_id == other.tenant_id,
            PaymentRunItemRow.invoice_id == other.id,
        )
        .exists()
    )
    is_reversed = func.is_cancelled(other.tenant_id, other.intent_id, type_=Boolean)
    query = (
        select(own.id, other.id)
        .join(kin, kin.c.invoice_id == own.id)
        .join(
            other,
            and_(
                col(other.tenant_id) == own.tenant_id,
                col(other.vendor_id) == kin.c.vendor_id,
                col(other.total_gross) == own.total_gross,
                col(other.id) != own.id,
            ),
        )
        .where(
            own.tenant_id == tenant_of(session),
            among(col(own.id), invoice_ids),
            ordered,
            ~among(col(other.id), invoice_ids),
            or_(col(other.invoice_date) == own.invoice_date, is_reversed),
        )
        .order_by(col(other.invoice_date).desc(), col(other.id))
        .limit(_MOST_LIKE)
    )
    found: dict[UUID, list[UUID]] = {}
    for own_id, other_id in session.exec(query):
        found.setdefault(own_id, []).append(other_id)
    return found


def _kin(session: Session, own: Any, invoice_ids: Collection[UUID]) -> Any:
    """The vendors of invoices, and those that are paid to the account of one: mostly it again."""
    vendor, twin = aliased(VendorRow), aliased(VendorRow)
    of_run = (own.tenant_id == tenant_of(session), among(col(own.id), invoice_ids))
    same_account = (
        sql_select(own.id, col(twin.id))
        .join(vendor, and_(col(vendor.tenant_id) == own.tenant_id, col(vendor.id) == own.vendor_id))
        .join(twin, and_(col(twin.tenant_id) == vendor.tenant_id, col(twin.iban) == vendor.iban))
        .where(*of_run, col(twin.id) != vendor.id)
    )
    itself = sql_select(own.id.label("invoice_id"), own.vendor_id.label("vendor_id")).where(*of_run)
    return union_all(itself, same_account).cte("kin")


def _ordered(
    session: Session, run_id: UUID, named: Any, ids: Collection[UUID]
) -> dict[UUID | None, tuple[EarlierOrder, ...]]:
    """What files of other runs ordered of each that a column of their items names, latest first."""
    if not ids:
        return {}
    query: Any = (
        select(named, PaymentRunItemRow, PaymentRunRow.exported_at)
        .join(
            PaymentRunRow,
            and_(
                col(PaymentRunRow.tenant_id) == PaymentRunItemRow.tenant_id,
                col(PaymentRunRow.id) == PaymentRunItemRow.run_id,
            ),
        )
        .where(
            PaymentRunItemRow.tenant_id == tenant_of(session),
            among(named, ids),
            PaymentRunItemRow.run_id != run_id,
            col(PaymentRunRow.exported_at).is_not(None),
        )
        .order_by(col(PaymentRunRow.exported_at).desc())
    )
    earlier: dict[UUID | None, tuple[EarlierOrder, ...]] = {}
    for id_, row, exported_at in session.exec(query):
        is_released = row.released_at is not None
        order = EarlierOrder(
            run_id=row.run_id,
            exported_at=exported_at,
            invoice_number=row.invoice_number,
            amount=row.amount,
            outcome=_outcome(row),
            is_released=is_released,
        )
        earlier[id_] = (*earlier.get(id_, ()), order)
    return earlier


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
    """Invoices as they are now, with their payees; in no order. Credit notes are below zero."""
    state = INVOICE_PAYABLE.c
    query: Any = (
        select(InvoiceRow, VendorRow, state.intent_id, _left())
        .join(VendorRow, _of_vendor())
        .join(
            INVOICE_PAYABLE,
            and_(state.tenant_id == InvoiceRow.tenant_id, state.id == InvoiceRow.id),
        )
        .where(InvoiceRow.tenant_id == tenant_of(session), among(col(InvoiceRow.id), invoice_ids))
    )
    rows = list(session.exec(query))
    vendors = {vendor.id: vendor for _, vendor, _, _ in rows}
    # Only of an IBAN that nobody confirmed it matters whether money went there.
    new = {
        key for key, each in vendors.items() if each.iban_changed_by and not each.iban_confirmed_at
    }
    paid = _paid_there(session, new) if new else {}
    checks = payee_check_views.latest(session, vendors)
    typed = _typed(invoice for invoice, *_ in rows)
    accepted = _accepted_payees(session, typed) if typed else {}
    return tuple(
        Payable(
            invoice_id=invoice.id,
            invoice_number=invoice.invoice_number,
            currency=invoice.currency,
            is_linked=intent_id is not None,
            remaining_amount=remaining,
            payee=_accepted(
                _payee(invoice, vendor, paid.get(vendor.id, {}), checks.get(vendor.id)),
                invoice,
                accepted.get(invoice.id, ()),
            ),
            payment_reference=invoice.payment_reference,
            is_transferred=invoice.payment_method in _TRANSFERRED,
            terms=_terms(invoice),
            due_date=invoice.due_date,
        )
        for invoice, vendor, intent_id, remaining in rows
    )


def _typed(invoices: Iterable[InvoiceRow]) -> dict[UUID, tuple[UUID, UUID | None]]:
    """Vendor of each invoice that another is paid for, and who typed its payee.

    Nobody did where the document of a case names it. That an invoice which was typed has a
    document says nothing of what stands in it.
    """
    return {each.id: (each.vendor_id, each.payee_typed_by) for each in invoices if each.payee_name}


def _accepted_payees(
    session: Session, typed: Mapping[UUID, tuple[UUID, UUID | None]]
) -> dict[UUID, list[terms.Payee]]:
    """Payees that another person than who typed the invoice accepted, unless there is no other."""
    alone = people.is_one_person(session)
    known = {
        (vendor_id, typed_by): payee_views.accepted(
            session, vendor_id, but_by=None if alone else typed_by
        )
        for vendor_id, typed_by in set(typed.values())
    }
    return {invoice_id: known[key] for invoice_id, key in typed.items()}


def vendors_of(session: Session, invoice_ids: Iterable[UUID]) -> set[UUID]:
    """Vendors of invoices."""
    query = select(InvoiceRow.vendor_id).where(
        InvoiceRow.tenant_id == tenant_of(session), among(col(InvoiceRow.id), invoice_ids)
    )
    return set(session.exec(query))


def credit_notes(session: Session, vendor_ids: Iterable[UUID]) -> list[UUID]:
    """Credit notes of vendors with something left that no run uses, the oldest first."""
    state = INVOICE_PAYABLE.c
    query = (
        select(InvoiceRow.id)
        .join(INVOICE_PAYABLE, _of_invoice())
        .where(
            InvoiceRow.tenant_id == tenant_of(session),
            among(col(InvoiceRow.vendor_id), vendor_ids),
            InvoiceRow.currency == BASE_CURRENCY,
            col(InvoiceRow.total_gross) < 0,
            state.payable_amount < 0,
            ~_taken(),
        )
        .order_by(col(InvoiceRow.invoice_date), col(InvoiceRow.id))
    )
    return list(session.exec(query))


def addresses(session: Session, vendor_ids: Iterable[UUID]) -> dict[UUID, PostalAddress]:
    """Addresses of vendors whose town and country are known."""
    query = select(VendorRow).where(
        VendorRow.tenant_id == tenant_of(session), among(col(VendorRow.id), vendor_ids)
    )
    found = {vendor.id: _address(vendor) for vendor in session.exec(query)}
    return {vendor_id: address for vendor_id, address in found.items() if address}


def _taken() -> ColumnElement[bool]:
    return (
        select(PaymentRunItemRow.id)
        .where(
            PaymentRunItemRow.tenant_id == InvoiceRow.tenant_id,
            PaymentRunItemRow.invoice_id == InvoiceRow.id,
            is_being_paid(),
        )
        .exists()
    )


def _is_active(tenant_id: UUID) -> ColumnElement[bool]:
    """Whether the vendor is in use: the few that are not are read once, not each for its row."""
    gone = select(VendorRow.id).where(
        VendorRow.tenant_id == tenant_id, col(VendorRow.is_active).is_(False)
    )
    return col(InvoiceRow.vendor_id).not_in(gone)


def _discount() -> Any:
    """What a run that is carried out deducted of an invoice as a discount."""
    return (
        select(func.coalesce(func.max(PaymentRunItemRow.discount), 0))
        .join(
            PaymentRunRow,
            and_(
                col(PaymentRunRow.tenant_id) == PaymentRunItemRow.tenant_id,
                col(PaymentRunRow.id) == PaymentRunItemRow.run_id,
            ),
        )
        .where(
            PaymentRunItemRow.tenant_id == InvoiceRow.tenant_id,
            PaymentRunItemRow.invoice_id == InvoiceRow.id,
            col(PaymentRunItemRow.released_at).is_(None),
            PaymentRunRow.status == RunStatus.COMPLETED.value,
        )
        .correlate(InvoiceRow)
        .scalar_subquery()
    )


def _left_of(payable: Any, discount: Any) -> Any:
    """What a run may pay of an invoice; what a run deducted as a discount is not paid later."""
    is_rest = and_(payable > 0, payable <= discount)
    return case((is_rest, 0), else_=payable).label("payable_amount")


def _left() -> Any:
    return _left_of(INVOICE_PAYABLE.c.payable_amount, _discount())


def _terms(invoice: Any) -> tuple[PaymentTerm, ...]:
    return _TERMS.validate_python(invoice.payment_terms) if invoice.payment_terms else ()


def eligible(
    session: Session, day: date | None = None, *, limit: int = MOST_ELIGIBLE, offset: int = 0
) -> tuple[list[EligibleInvoice], int]:
    """Linked EUR invoices of which something is to be transferred and that no run pays.

    Oldest due date first, with the discount that an order of the day earns, and how many.
    """
    found = _eligible_ids(session)
    each = found.subquery()
    counted = select(each.c.id, func.count().over().label("total")).order_by(*_oldest(each.c))
    page = session.execute(counted.limit(limit).offset(offset)).all()
    total = page[0].total if page else 0
    if offset and not page:
        total = session.exec(select(func.count()).select_from(each)).one()
    return _listed(session, [row.id for row in page], day), total


def _listed(
    session: Session, invoice_ids: Sequence[UUID], day: date | None
) -> list[EligibleInvoice]:
    rows = _to_pay(session, invoice_ids)
    checks = payee_check_views.latest(session, {row[1].id for row in rows})
    return [_eligible(row, day, checks.get(row[1].id)) for row in rows]


def owed(session: Session) -> Owed:
    """All that is eligible, added up."""
    return _owed(session, _summed(session, 0))


def proposed(session: Session, day: date, *, limit: int) -> tuple[list[EligibleInvoice], Owed]:
    """The first of what is eligible, as `eligible` lists it, and all of it as `owed` does.

    All of it is looked at once.
    """
    found = _summed(session, limit)
    first = [row.id for row in found if row.id is not None]
    return _listed(session, first, day), _owed(session, found)


def earliest(session: Session, day: date, *, limit: int) -> tuple[list[EligibleInvoice], bool]:
    """The first of what is eligible, as `eligible` lists it, and whether there are more.

    How many nobody counts: of what falls due later it is not asked what is left.
    """
    state = INVOICE_PAYABLE.c
    key: Any = (col(InvoiceRow.id), col(InvoiceRow.due_date), col(InvoiceRow.invoice_date))
    one, origin = _maybe_owed(session, select(*key).where(*_transferred(session)).offset(0))
    placed = sql_select(one).select_from(origin).order_by(*_oldest(one.c)).subquery("placed")
    rest = (
        sql_select(state.payable_amount.label("payable"), _discount().label("discount"))
        .select_from(InvoiceRow)
        .join(INVOICE_PAYABLE, _of_invoice())
        .where(
            col(InvoiceRow.tenant_id) == tenant_of(session),
            col(InvoiceRow.id) == placed.c.id,
            state.intent_id.is_not(None),
            ~_taken(),
        )
        .offset(0)
        .lateral("rest")
    )
    query = (
        sql_select(placed.c.id)
        .select_from(placed.join(rest, true()))
        .where(_left_of(rest.c.payable, rest.c.discount) > 0)
        # In the order in which they are placed already: the walk ends with the page.
        .order_by(*_oldest(placed.c))
        .limit(limit + 1)
    )
    ids = session.scalars(query).all()
    return _listed(session, ids[:limit], day), len(ids) > limit


def _oldest(of: Any) -> tuple[Any, ...]:
    """The first to fall due first."""
    return of.due_date.nulls_last(), of.invoice_date, of.id


def _summed(session: Session, first: int) -> list[Any]:
    """What is eligible: sums by day, counts by payee, each plan by itself, and the first of all."""
    more = (
        col(InvoiceRow.vendor_id),
        col(InvoiceRow.payment_terms),
        col(InvoiceRow.payee_name).is_not(None).label("is_other"),
        col(InvoiceRow.payee_iban),
    )
    each = _eligible_ids(session, *more).cte("eligible").c
    is_plan = each.payment_terms.contains([{"kind": TermKind.INSTALMENT.value}])
    amount, many = func.sum(each.payable_amount), func.count()
    nothing: dict[str, Any] = {
        "id": cast(null(), Uuid),
        "due_date": cast(null(), Date),
        "vendor_id": cast(null(), Uuid),
        "payee_iban": cast(null(), Text),
        "is_other": cast(null(), Boolean),
        "payment_terms": cast(null(), JSONB),
        "amount": cast(null(), Numeric),
        "many": cast(null(), BigInteger),
    }

    def part(**told: Any) -> Any:
        return sql_select(*(value.label(name) for name, value in {**nothing, **told}.items()))

    payee = (each.vendor_id, each.payee_iban, each.is_other)
    earliest = sql_select(each.id).order_by(*_oldest(each)).limit(first).subquery().c
    whole = union_all(
        part(due_date=each.due_date, amount=amount).where(~is_plan).group_by(each.due_date),
        part(due_date=each.due_date, amount=each.payable_amount, payment_terms=each.payment_terms)
        .where(is_plan),
        part(vendor_id=each.vendor_id, payee_iban=each.payee_iban, is_other=each.is_other,
             many=many).group_by(*payee),
        part(id=earliest.id),
    )  # fmt: skip
    return list(session.execute(whole))


def _owed(session: Session, found: Sequence[Any]) -> Owed:
    payees = [row for row in found if row.many is not None]
    # Two statements: joined to vendors that nobody has counted yet, all of it is read for each.
    ibans = _ibans(session, {row.vendor_id for row in payees})
    paid_to = [row.payee_iban if row.is_other else ibans.get(row.vendor_id) for row in payees]
    return Owed(
        tuple(part for row in found if row.amount is not None for part in _parts_of(row)),
        sum(row.many for row in payees),
        sum(row.many for row, to in zip(payees, paid_to, strict=True) if not (to and is_iban(to))),
    )


def _parts_of(row: Any) -> list[tuple[date | None, Decimal]]:
    """Days and amounts of a sum, or of what is open of a plan."""
    parts = open_parts(_terms(row), row.amount)
    if not parts:
        return [(row.due_date, row.amount)]
    day, found = row.due_date, []
    for each in parts:
        day = each.due_date or day
        found.append((day, each.amount))
    return found


def _ibans(session: Session, vendor_ids: Iterable[UUID]) -> dict[UUID, str | None]:
    query: Any = sql_select(col(VendorRow.id), col(VendorRow.iban)).where(
        col(VendorRow.tenant_id) == tenant_of(session), among(col(VendorRow.id), vendor_ids)
    )
    return {row.id: row.iban for row in session.execute(query)}


def _eligible_ids(session: Session, *more: Any) -> Any:
    """What is eligible and what is left of it, looked at one by one; nothing else is joined."""
    state = INVOICE_PAYABLE.c
    key: Any = (col(InvoiceRow.id), col(InvoiceRow.due_date), col(InvoiceRow.invoice_date), *more)
    columns: Any = (*key, state.payable_amount.label("payable"), _discount().label("discount"))
    # OFFSET 0: what is left of it is computed once.
    found = (
        select(*columns)
        .join(INVOICE_PAYABLE, _of_invoice())
        .where(*_transferred(session), state.intent_id.is_not(None), ~_taken())
        .offset(0)
    )
    one, origin = _maybe_owed(session, found)
    names = [each.key for each in one.c if each.key not in {"payable", "discount"}]
    left = _left_of(one.c.payable, one.c.discount)
    return sql_select(*(one.c[name] for name in names), left).select_from(origin).where(left > 0)


def _transferred(session: Session) -> tuple[ColumnElement[bool], ...]:
    """What invoices are that a run may pay at all, as far as their columns say it."""
    tenant_id, method = tenant_of(session), col(InvoiceRow.payment_method)
    return (
        col(InvoiceRow.tenant_id) == tenant_id,
        col(InvoiceRow.currency) == BASE_CURRENCY,
        or_(method.is_(None), method == PaymentMethod.TRANSFER.value),
        _is_active(tenant_id),
    )


def _maybe_owed(session: Session, found: Any) -> tuple[Any, Any]:
    """A query of invoices as a table, and what to select it from.

    Each of those of which something may be owed is looked up, whatever the planner knows of tables
    that grew just now: the query ends with OFFSET 0.
    """
    if not is_indexed(session):
        each = found.subquery("one")
        return each, each
    maybe = maybe_open()
    one = found.where(col(InvoiceRow.open_item_id) == maybe.c.id).lateral("one")
    return one, maybe.join(one, true())


def _to_pay(session: Session, invoice_ids: Sequence[UUID]) -> Sequence[Any]:
    """Invoices by their ids with vendors and what is to be paid, the oldest due date first."""
    state = INVOICE_PAYABLE.c
    columns: Any = (InvoiceRow, VendorRow, state.intent_id, state.remaining_amount, _left())
    query: Any = (
        select(*columns)
        .join(VendorRow, _of_vendor())
        .join(INVOICE_PAYABLE, _of_invoice())
        .where(InvoiceRow.tenant_id == tenant_of(session), among(col(InvoiceRow.id), invoice_ids))
        .order_by(
            col(InvoiceRow.due_date).nulls_last(), col(InvoiceRow.invoice_date), col(InvoiceRow.id)
        )
    )
    return list(session.exec(query))


def _eligible(row: Any, day: date | None, check: VendorPayeeCheckRow | None) -> EligibleInvoice:
    invoice, vendor = row[0], row[1]
    part = due_part(_terms(invoice), row.payable_amount, day)
    return EligibleInvoice(
        id=invoice.id,
        vendor_id=vendor.id,
        vendor_name=vendor.name,
        invoice_number=invoice.invoice_number,
        invoice_date=invoice.invoice_date,
        due_date=(part and part.due_date) or invoice.due_date,
        total_gross=invoice.total_gross,
        remaining_amount=row.remaining_amount,
        payable_amount=part.amount if part else row.payable_amount,
        currency=invoice.currency,
        intent_id=row.intent_id,
        payee_name=invoice.payee_name or vendor.name,
        iban_missing=not _payee(invoice, vendor, {}, None).has_valid_iban,
        discount=best_discount(_terms(invoice), row.payable_amount, day) if day else None,
        payee_check=check.result if check and invoice.payee_name is None else None,
    )


def _payee(
    invoice: InvoiceRow,
    vendor: VendorRow,
    paid: Mapping[date, Decimal],
    check: VendorPayeeCheckRow | None,
) -> Payee:
    """The payee that a person accepted with the invoice, else the vendor.

    `paid` is what has gone to the vendor's IBAN, by day.
    """
    if invoice.payee_name is not None:
        bic = needed_bic(invoice.payee_iban, invoice.payee_bic)
        return Payee(
            vendor.id, invoice.payee_name, invoice.payee_iban, bic, is_active=vendor.is_active
        )
    changed = vendor.iban_changed_at
    since = (sum_ for day, sum_ in paid.items() if changed is None or day > changed.date())
    return Payee(
        vendor_id=vendor.id,
        name=vendor.name,
        iban=vendor.iban,
        bic=needed_bic(vendor.iban, vendor.bic),
        address=_address(vendor),
        iban_changed_at=vendor.iban_changed_at,
        iban_changed_by=vendor.iban_changed_by,
        is_confirmed=vendor.iban_confirmed_at is not None,
        last_paid=max(paid, default=None),
        paid_there=sum(since, ZERO),
        is_denied=_is_denied(vendor, check),
        is_active=vendor.is_active,
    )


def _accepted(payee: Payee, invoice: InvoiceRow, accepted: Collection[terms.Payee]) -> Payee:
    """The payee, and whether people have accepted it for the vendor where it is another."""
    if invoice.payee_name is None:
        return payee
    named = terms.Payee(invoice.payee_name, invoice.payee_iban, invoice.payee_bic)
    return replace(payee, is_accepted=is_accepted(named, accepted))


def _is_denied(vendor: VendorRow, check: VendorPayeeCheckRow | None) -> bool:
    confirmed_at = vendor.iban_confirmed_at
    return check is not None and is_denied(check.result, check.told_at, confirmed_at)


def _address(vendor: VendorRow) -> PostalAddress | None:
    """The vendor's address, where its least parts are known."""
    country = country_code(vendor.country or "")
    if not vendor.city or not country:
        return None
    return PostalAddress(vendor.city, country, vendor.street, vendor.zip)


def _paid_there(session: Session, vendor_ids: set[UUID]) -> dict[UUID, dict[date, Decimal]]:
    """What went to the present IBAN of each vendor on which day, as the bank told it.

    Money that went to an earlier IBAN, or a reversal, proves nothing of this one, and neither does
    a movement that somebody typed: only the files of banks are their word. A file proves nothing
    for whoever said where the money goes: what that person brought is that person's word again
    (0093), and so are details that were brought for a movement of another file.
    """
    moved = BankTransactionRow
    of_item = and_(
        col(SettlementRow.tenant_id) == OpenItemRow.tenant_id,
        col(SettlementRow.open_item_id) == OpenItemRow.open_item_id,
    )
    of_payee = and_(
        col(VendorRow.tenant_id) == OpenItemRow.tenant_id,
        col(VendorRow.id) == OpenItemRow.partner_id,
    )
    to_payee = and_(
        col(moved.tenant_id) == SettlementRow.tenant_id,
        col(moved.intent_id) == SettlementRow.intent_id,
        col(moved.counterparty_iban) == VendorRow.iban,
        col(moved.amount) < ZERO,
    )
    first, last = aliased(BankImportRow), aliased(BankImportRow)
    believed = [
        and_(
            col(each.tenant_id) == moved.tenant_id,
            col(each.id) == batch,
            col(each.source) == _FILE,
            col(each.created_by).is_distinct_from(VendorRow.iban_changed_by),
        )
        for each, batch in ((first, col(moved.batch_id)), (last, col(moved.last_batch_id)))
    ]
    partner: Any = col(OpenItemRow.partner_id).label("partner_id")
    # A payment of several items is one.
    each = (
        select(partner, col(moved.id), col(moved.tx_date), col(moved.amount))
        .join(SettlementRow, of_item)
        .join(VendorRow, of_payee)
        .join(moved, to_payee)
        .join(first, believed[0])
        .outerjoin(last, believed[1])
        .where(
            OpenItemRow.tenant_id == tenant_of(session),
            among(col(OpenItemRow.partner_id), vendor_ids),
            OpenItemRow.side == Side.CREDIT.value,
            or_(col(moved.last_batch_id).is_(None), col(last.id).is_not(None)),
        )
        .distinct()
        .subquery()
    )
    by_day = select(each.c.partner_id, each.c.tx_date, func.sum(-each.c.amount))
    found: dict[UUID, dict[date, Decimal]] = {}
    for vendor_id, day, paid in session.exec(by_day.group_by(each.c.partner_id, each.c.tx_date)):
        found.setdefault(vendor_id, {})[day] = paid
    return found


def _item(row: PaymentRunItemRow) -> RunItem:
    return RunItem(
        item_id=row.id,
        invoice_id=row.invoice_id,
        open_item_id=row.open_item_id,
        vendor_id=row.vendor_id,
        vendor_name=row.vendor_name,
        vendor_iban=row.vendor_iban,
        vendor_bic=row.vendor_bic,
        invoice_number=row.invoice_number,
        amount=row.amount,
        reference=row.reference,
        currency=row.currency,
        transfer=row.transfer,
        outcome=_outcome(row),
        is_released=row.released_at is not None,
        discount=row.discount,
        discount_until=row.discount_until,
    )


def _outcome(row: PaymentRunItemRow) -> Outcome | None:
    if row.standing is None:
        return None
    return Outcome(Standing(row.standing), row.reason, row.reason_text)


def _of_run() -> Any:
    return and_(
        col(PaymentRunLabelRow.tenant_id) == PaymentRunRow.tenant_id,
        col(PaymentRunLabelRow.run_id) == PaymentRunRow.id,
    )


def _wish_of_run() -> Any:
    return and_(
        col(PaymentRunWishRow.tenant_id) == PaymentRunRow.tenant_id,
        col(PaymentRunWishRow.run_id) == PaymentRunRow.id,
    )


def _of_invoice() -> Any:
    state = INVOICE_PAYABLE.c
    return and_(state.tenant_id == InvoiceRow.tenant_id, state.id == InvoiceRow.id)


def _of_vendor() -> Any:
    return and_(
        col(VendorRow.tenant_id) == InvoiceRow.tenant_id, col(VendorRow.id) == InvoiceRow.vendor_id
    )
