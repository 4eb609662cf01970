"""Writes payment runs: each step in one transaction, on the locked row of the run."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.dates import local_day
from domain.errors import InvalidInput, NotFound
from domain.formats.pain001 import Party, Version, write
from domain.iban import is_iban
from domain.ids import derived_id, sha256_hex
from domain.money import BASE_CURRENCY, ZERO
from domain.payments.run import (
    LABEL_LENGTH,
    MOST_INVOICES,
    BankAccountNotFound,
    InvoiceAlreadyInActiveRun,
    InvoiceNotFound,
    Payable,
    RunItem,
    RunState,
    RunStatus,
    Step,
    check_items,
    check_payees,
    check_second_person,
    check_unchanged,
)
from domain.payments.transfer import initiation, item_of
from domain.store import audit
from domain.tables.access import TenantRow
from domain.tables.bank import BankAccountRow
from domain.tables.bound import actor_of, tenant_of
from domain.tables.payables import (
    PaymentFileRow,
    PaymentRunItemRow,
    PaymentRunLabelRow,
    PaymentRunRow,
)
from domain.views import payment_runs as views
from domain.views.access import is_one_person


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run as it is asked for; the day of execution is `today` or later."""

    run_id: UUID
    bank_account_id: UUID
    execution_date: date
    invoice_ids: tuple[UUID, ...]

    def check(self, today: date) -> None:
        """Refuse a day in the past, and a list that is empty, too long or names one twice."""
        if self.execution_date < today:
            raise InvalidInput("/execution_date", "lies in the past")
        if not 0 < len(self.invoice_ids) <= MOST_INVOICES:
            raise InvalidInput("/invoice_ids", f"needs 1 to {MOST_INVOICES} invoices")
        if len(set(self.invoice_ids)) < len(self.invoice_ids):
            raise InvalidInput("/invoice_ids", "names an invoice twice")


def name(session: Session, run_id: UUID, label: str) -> None:
    """Give a run that is about to be made a label; the first one stays."""
    if not 0 < len(label) <= LABEL_LENGTH:
        raise InvalidInput("/label", f"needs 1 to {LABEL_LENGTH} characters")
    session.execute(
        upsert(PaymentRunLabelRow)
        .values(tenant_id=tenant_of(session), run_id=run_id, label=label)
        .on_conflict_do_nothing()
    )


def create(session: Session, new: NewRun, at: datetime) -> RunState:
    """Store a draft run with copies of what it pays; the same id again is the same run."""
    known = _row(session, new.run_id)
    if known is not None:
        return _state(known)
    _check_bank_account(session, new.bank_account_id)
    items = _items(session, new)
    check_items(items)
    row = PaymentRunRow(
        tenant_id=tenant_of(session),
        id=new.run_id,
        bank_account_id=new.bank_account_id,
        status=RunStatus.DRAFT.value,
        execution_date=new.execution_date,
        total_amount=sum((item.amount for item in items), ZERO),
        invoice_count=len(items),
        created_by=actor_of(session).user_id,
        created_at=at,
    )
    session.add(row)
    session.flush()
    _insert_items(session, new.run_id, items)
    after = {"status": row.status, "total_amount": row.total_amount, "invoices": len(items)}
    audit.record(session, "payment_run.created", "payment_run", new.run_id, after=after)
    return _state(row)


def approve(session: Session, run_id: UUID, at: datetime) -> RunState:
    """Approve as another person than the creator (FOUR_EYES)."""
    row = _claimed(session, run_id)
    after = _state(row).after(Step.APPROVE)
    actor = actor_of(session)
    check_second_person(row.created_by, actor, alone=is_one_person(session))
    _check_present(session, row)
    return _moved(session, row, after, approved_by=actor.user_id, approved_at=at)


def export(session: Session, run_id: UUID, at: datetime) -> RunState:
    """Write, validate and store the file; exported before, the stored file stays."""
    row = _claimed(session, run_id)
    state = _state(row)
    after = state.after(Step.EXPORT)
    if state.status is RunStatus.EXPORTED:
        return state
    _check_present(session, row)
    account = session.get_one(BankAccountRow, (row.tenant_id, row.bank_account_id))
    version = Version(account.payment_version)
    owner = session.get_one(TenantRow, row.tenant_id)
    debtor = Party(owner.company_name, account.iban, account.bic)
    # A day that has passed while people decided would be refused by the bank.
    day = max(row.execution_date, local_day(at, owner.country))
    order = initiation(run_id, at, day, debtor, views.items(session, run_id))
    content = write(order, version)
    session.add(
        PaymentFileRow(
            tenant_id=row.tenant_id,
            run_id=run_id,
            message_id=order.message_id,
            version=version.value,
            content=content,
            sha256=sha256_hex(content),
            transfer_count=len(order.transfers),
            control_sum=order.control_sum,
            created_at=at,
        )
    )
    return _moved(session, row, after, exported_at=at)


def complete(session: Session, run_id: UUID, at: datetime) -> RunState:
    """Say that the bank has paid. It books nothing; settlement comes with the statement.

    What stays open, because the bank sent it back, can be paid again some days later.
    """
    row = _claimed(session, run_id)
    after = _state(row).after(Step.COMPLETE)
    _free(session, run_id)
    return _moved(session, row, after, completed_at=at)


def cancel(session: Session, run_id: UUID, at: datetime) -> RunState:
    """Give up a run that has not left the house; its invoices are free again."""
    row = _claimed(session, run_id)
    after = _state(row).after(Step.CANCEL)
    _free(session, run_id)
    return _moved(session, row, after, cancelled_at=at)


def remind(session: Session, run_id: UUID, at: datetime) -> RunState:
    """Note that people were reminded of a run that waits shortly before its day."""
    row = _claimed(session, run_id)
    state = _state(row)
    if row.reminded_at is None and state.status in {RunStatus.DRAFT, RunStatus.APPROVED}:
        _update(session, run_id, reminded_at=at)
        audit.record(session, "payment_run.reminded", "payment_run", run_id)
    return _state(row)


def _items(session: Session, new: NewRun) -> tuple[RunItem, ...]:
    present = {found.invoice_id: found for found in views.payables(session, new.invoice_ids)}
    for invoice_id in new.invoice_ids:
        if invoice_id not in present:
            raise InvoiceNotFound(invoice_id)
    taken = session.exec(
        select(PaymentRunItemRow.invoice_id).where(
            PaymentRunItemRow.tenant_id == tenant_of(session),
            col(PaymentRunItemRow.invoice_id).in_(new.invoice_ids),
            views.is_being_paid(),
        )
    ).all()
    if taken:
        raise InvoiceAlreadyInActiveRun(taken)
    return tuple(_item(new.run_id, present[invoice_id]) for invoice_id in new.invoice_ids)


def _item(run_id: UUID, payable: Payable) -> RunItem:
    return item_of(derived_id("payment-run-item", run_id, payable.invoice_id), payable)


def _insert_items(session: Session, run_id: UUID, items: tuple[RunItem, ...]) -> None:
    rows = []
    for position, item in enumerate(items, 1):
        facts = asdict(item)
        facts["id"] = facts.pop("item_id")
        owner = {"tenant_id": tenant_of(session), "run_id": run_id, "position": position}
        rows.append(facts | owner)
    try:
        session.execute(insert(PaymentRunItemRow), rows)
    except IntegrityError as error:
        # Another run took an invoice meanwhile: the partial unique index is the real guard.
        diag = getattr(error.orig, "diag", None)
        if getattr(diag, "constraint_name", None) == "uq_payment_run_item_active":
            raise InvoiceAlreadyInActiveRun from error
        raise


def _check_bank_account(session: Session, bank_account_id: UUID) -> None:
    row = session.get(BankAccountRow, (tenant_of(session), bank_account_id))
    if row is None:
        raise BankAccountNotFound(bank_account_id)
    if not is_iban(row.iban) or row.currency != BASE_CURRENCY:
        raise InvalidInput("/bank_account_id", "needs a valid IBAN and the currency EUR")


def _check_present(session: Session, row: PaymentRunRow) -> None:
    """Hold the run against its invoices and payees as they are now."""
    items = views.items(session, row.id)
    check_items(items)
    payables = views.payables(session, [item.invoice_id for item in items])
    check_unchanged(items, payables)
    check_payees(items, payables, row.created_by)


def _row(session: Session, run_id: UUID) -> PaymentRunRow | None:
    return session.exec(
        select(PaymentRunRow)
        .where(PaymentRunRow.tenant_id == tenant_of(session), PaymentRunRow.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def _claimed(session: Session, run_id: UUID) -> PaymentRunRow:
    row = _row(session, run_id)
    if row is None:
        raise NotFound("There is no such payment run.")
    return row


def _state(row: PaymentRunRow) -> RunState:
    return RunState(
        tenant_id=row.tenant_id,
        run_id=row.id,
        execution_date=row.execution_date,
        status=RunStatus(row.status),
        reminded=row.reminded_at is not None,
    )


def _moved(session: Session, row: PaymentRunRow, after: RunStatus, **facts: object) -> RunState:
    before = row.status
    _update(session, row.id, status=after.value, **facts)
    audit.record(
        session,
        f"payment_run.{after}",
        "payment_run",
        row.id,
        before={"status": before},
        after={"status": after.value},
    )
    return RunState(
        row.tenant_id, row.id, row.execution_date, after, reminded=row.reminded_at is not None
    )


def _update(session: Session, run_id: UUID, **values: object) -> None:
    session.execute(
        update(PaymentRunRow)
        .where(col(PaymentRunRow.tenant_id) == tenant_of(session), col(PaymentRunRow.id) == run_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _free(session: Session, run_id: UUID) -> None:
    session.execute(
        update(PaymentRunItemRow)
        .where(
            col(PaymentRunItemRow.tenant_id) == tenant_of(session),
            col(PaymentRunItemRow.run_id) == run_id,
        )
        .values(is_active=False)
    )
