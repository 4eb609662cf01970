"""Writes payment runs: each step in one transaction, on the locked row of the run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert, or_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.access.rows import TenantRow
from domain.access.second_person import check_second_person
from domain.approvals import views as policies
from domain.approvals.agreement_store import Subject, agree
from domain.approvals.decisions import need_of_run
from domain.banking.rows import BankAccountRow
from domain.database import audit
from domain.database.among import among
from domain.database.session import actor_of, tenant_of
from domain.dates import local_day
from domain.errors import InvalidInput, NotFound, SelfApprovalDenied
from domain.iban import is_iban
from domain.ids import derived_id, sha256_hex
from domain.ledger.rows import OpenItemRow
from domain.letters import german
from domain.letters import store as letters
from domain.letters.letter import LetterKind, Note
from domain.money import BASE_CURRENCY, ZERO
from domain.payables.rows import InvoiceRow
from domain.payments import answer_store, views
from domain.payments import credit_item_views as credit_items
from domain.payments.answer_views import (
    is_being_paid,
    paid_by_others,
    refused,
    sent_back,
    withdrawals,
)
from domain.payments.bank_answer import Standing
from domain.payments.business_day import check_business_day, next_business_day
from domain.payments.netting import added_credits, grouped
from domain.payments.pain001 import Party, PostalAddress, Version, write
from domain.payments.rows import (
    PaymentFileRow,
    PaymentRunItemRow,
    PaymentRunLabelRow,
    PaymentRunRow,
    PaymentRunWishRow,
    PaymentWithdrawalRow,
)
from domain.payments.run import (
    LABEL_LENGTH,
    REASON_LENGTH,
    BankAccountNotFound,
    InvoiceAlreadyInActiveRun,
    InvoiceBeingPaid,
    InvoiceChanged,
    InvoiceNotFound,
    Manner,
    Payable,
    PayeeDetailsMissing,
    RefusalNotConfirmed,
    RunItem,
    RunState,
    RunStatus,
    Step,
    TransferExecuted,
    Wish,
    check_credits,
    check_discounts,
    check_givers,
    check_items,
    check_payees,
    check_unchanged,
    invoices_of,
)
from domain.payments.sepa_area import needs_details
from domain.payments.transfer import initiation, item_of

_PEOPLE = 2
_ACTIVE_ONCE = {"uq_payment_run_item_active", "uq_payment_run_item_credit"}
_ITEM_FACTS = (
    "invoice_id", "vendor_id", "vendor_name", "vendor_iban", "vendor_bic", "invoice_number",
    "amount", "currency", "reference", "transfer", "discount", "discount_until", "open_item_id",
)  # fmt: skip


_LATEST_DAYS = 365
"""How far ahead an order is taken: no bank keeps one longer, and it holds its invoices."""


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run as it is asked for; the day of execution is `today` or later, within a year."""

    run_id: UUID
    bank_account_id: UUID
    execution_date: date
    invoice_ids: tuple[UUID, ...]

    def check(self, today: date) -> None:
        """Refuse a day in the past or far ahead, and a list that is empty or names one twice."""
        if self.execution_date < today:
            raise InvalidInput("/execution_date", "lies in the past")
        if self.execution_date > today + timedelta(days=_LATEST_DAYS):
            raise InvalidInput("/execution_date", f"is more than {_LATEST_DAYS} days ahead")
        if not self.invoice_ids:
            raise InvalidInput("/invoice_ids", "needs an invoice")
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


def wish(session: Session, run_id: UUID, wanted: Wish) -> None:
    """Say how a run that is about to be made pays its invoices; the first wish stays."""
    session.execute(
        upsert(PaymentRunWishRow)
        .values(
            tenant_id=tenant_of(session),
            run_id=run_id,
            nets_credit_notes=wanted.nets_credit_notes,
            amounts={str(key): f"{value:.2f}" for key, value in wanted.amounts.items()},
            discounts=sorted(map(str, wanted.discounts)),
            is_instant=wanted.manner.is_instant,
            is_batch_booked=wanted.manner.is_batch_booked,
            credits=[
                [str(key), None if value is None else f"{value:.2f}"]
                for key, value in wanted.credits.items()
            ],
        )
        .on_conflict_do_nothing()
    )


def create(session: Session, new: NewRun, at: datetime) -> RunState:
    """Store a draft run with copies of what it pays; the same id again is the same run."""
    known = _row(session, new.run_id)
    if known is not None:
        return _state(known)
    _check_bank_account(session, new.bank_account_id)
    wanted = _wish_of(session, new.run_id)
    _check_bounds(session, new, wanted)
    items = _items(session, new, wanted)
    check_items(items)
    _check_debtor(session, items)
    row = PaymentRunRow(
        tenant_id=tenant_of(session),
        id=new.run_id,
        bank_account_id=new.bank_account_id,
        status=RunStatus.DRAFT.value,
        execution_date=new.execution_date,
        total_amount=sum((item.amount for item in items), ZERO),
        invoice_count=len(invoices_of(items)),
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
    """Approve as another person than the creator (FOUR_EYES).

    It stays a draft until as many have approved as the policy asks for.
    """
    row = _locked_row(session, run_id)
    after = _state(row).after(Step.APPROVE)
    actor, force = actor_of(session), policies.in_force(session, at)
    check_second_person(row.created_by, actor, alone=force.may_alone)
    day = max(row.execution_date, force.day)
    present = _check_present(session, row, day, _wish_of(session, run_id).manner)
    if not force.may_alone:
        check_givers(views.items(session, run_id), present, actor.user_id)
        _check_refusals(session, row.id, actor.user_id)
    need = need_of_run(force.policy, row.total_amount)
    if not agree(session, Subject("payment_run", run_id), need, force, at):
        return _state(row)
    return _store_transition(session, row, after, approved_by=actor.user_id, approved_at=at)


def export(session: Session, run_id: UUID, at: datetime) -> RunState:
    """Write, validate and store the file; exported before, the stored file stays."""
    row = _locked_row(session, run_id)
    state = _state(row)
    after = state.after(Step.EXPORT)
    if state.status is RunStatus.EXPORTED:
        return state
    manner = _wish_of(session, run_id).manner
    owner = session.get_one(TenantRow, row.tenant_id)
    # A day that has passed while people decided would be refused by the bank.
    day = max(row.execution_date, local_day(at, owner.country))
    day = day if manner.is_instant else next_business_day(day)
    _check_present(session, row, day, manner)
    account = session.get_one(BankAccountRow, (row.tenant_id, row.bank_account_id))
    version = Version(account.payment_version)
    debtor = Party(owner.company_name, account.iban or "", account.bic, _address(owner))
    items = views.items(session, run_id)
    addresses = views.addresses(session, {item.vendor_id for item in items})
    order = initiation(run_id, at, day, debtor, items, addresses=addresses, manner=manner)
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
    return _store_transition(session, row, after, exported_at=at)


def complete(session: Session, run_id: UUID, at: datetime) -> RunState:
    """Say that the bank has paid. It books nothing; settlement comes with the statement.

    What stays open, because the bank sent it back, can be paid again some days later.
    """
    row = _locked_row(session, run_id)
    after = _state(row).after(Step.COMPLETE)
    _free(session, run_id)
    return _store_transition(session, row, after, completed_at=at)


def cancel(session: Session, run_id: UUID, at: datetime) -> RunState:
    """Give up a run that has not left the house; its invoices are free again."""
    row = _locked_row(session, run_id)
    after = _state(row).after(Step.CANCEL)
    _free(session, run_id)
    return _store_transition(session, row, after, cancelled_at=at)


def answer(session: Session, run_id: UUID, at: datetime) -> RunState:
    """Move a run by what the bank said of it; repeated, change nothing.

    What was refused or came back is free for another run; a run is over when all of it is.
    """
    row = _locked_row(session, run_id)
    return _answered(session, row, at) or _state(row)


def ask_withdrawal(session: Session, run_id: UUID, reason: str, at: datetime) -> None:
    """Note that a person wants the file of a run to count for nothing, and why.

    The first reason of a person stays, and who repeats it is not refused: it may be what withdrew
    the run. Raises NOT_FOUND, INVALID_STATE_TRANSITION or SELF_APPROVAL_DENIED, for whom the run
    cannot be withdrawn by.
    """
    if not 0 < len(reason.strip()) <= REASON_LENGTH:
        raise InvalidInput("/reason", f"needs 1 to {REASON_LENGTH} characters")
    row = _locked_row(session, run_id)
    actor = actor_of(session)
    if actor.user_id in {each.asked_by for each in withdrawals(session, run_id)}:
        return
    _state(row).after(Step.WITHDRAW)
    if actor.kind != "person" or actor.user_id is None:
        raise SelfApprovalDenied("A person must withdraw this.")
    session.execute(
        insert(PaymentWithdrawalRow).values(
            tenant_id=tenant_of(session),
            run_id=run_id,
            asked_by=actor.user_id,
            reason=reason.strip(),
            asked_at=at,
        )
    )
    facts: dict[str, object] = {"reason": reason.strip()}
    audit.record(session, "payment_run.withdrawal_asked", "payment_run", run_id, after=facts)


def withdraw(session: Session, run_id: UUID, at: datetime) -> RunState:
    """Withdraw an exported file that the bank does not carry out, once two people have asked.

    Its invoices are free again. Raises TRANSFER_EXECUTED where money has left the account.
    """
    row = _locked_row(session, run_id)
    after = _state(row).after(Step.WITHDRAW)
    if (decided := _answered(session, row, at)) is not None:
        return decided
    _check_not_executed(session, run_id)
    asked = withdrawals(session, run_id)
    alone = policies.in_force(session, at).may_alone
    if len(asked) < (1 if alone else _PEOPLE):
        return _state(row)
    _free(session, run_id, released_at=at)
    people: dict[str, object] = {"asked_by": [str(each.asked_by) for each in asked]}
    audit.record(session, "payment_run.withdrawn", "payment_run", run_id, after=people)
    return _store_transition(session, row, after, cancelled_at=at)


def _answered(session: Session, row: PaymentRunRow, at: datetime) -> RunState | None:
    """Take over what the bank said; the state of a run that is over by it."""
    after = answer_store.apply(session, row, at)
    if after is RunStatus(row.status):
        return None
    _free(session, row.id)
    ended = "completed_at" if after is RunStatus.COMPLETED else "cancelled_at"
    return _store_transition(session, row, after, **{ended: at})


def _check_not_executed(session: Session, run_id: UUID) -> None:
    executed = {Standing.EXECUTED, Standing.RETURNED}
    moved = {
        item.transfer
        for item in views.items(session, run_id)
        if item.outcome is not None and item.outcome.standing in executed
    }
    if moved:
        raise TransferExecuted(moved)


def check_not_ordered(session: Session, intent_id: UUID) -> None:
    """Refuse to take an invoice's intent away while a bank has the order to pay the invoice.

    Entered again under another number it would be paid twice. A run that has not left the house
    waits until the caller is done, and stops then. Raises INVOICE_BEING_PAID.
    """
    of_intent = select(InvoiceRow.id).where(
        InvoiceRow.tenant_id == tenant_of(session), InvoiceRow.intent_id == intent_id
    )
    items_of_intent = select(OpenItemRow.open_item_id).where(
        OpenItemRow.tenant_id == tenant_of(session), OpenItemRow.intent_id == intent_id
    )
    being_paid = select(PaymentRunItemRow.run_id).where(
        PaymentRunItemRow.tenant_id == tenant_of(session),
        is_being_paid(),
        # Of what the bank has executed the money is seen; a mistake in it may be put right.
        or_(col(PaymentRunItemRow.is_active), col(PaymentRunItemRow.executed_at).is_(None)),
    )
    # One by one: both in one condition would be looked for in all items of all runs.
    named = (
        col(PaymentRunItemRow.invoice_id).in_(of_intent),
        col(PaymentRunItemRow.open_item_id).in_(items_of_intent),
    )
    runs = {run_id for each in named for run_id in session.exec(being_paid.where(each))}
    for run_id in sorted(runs):
        row = _locked_row(session, run_id)
        if row.exported_at is not None and row.cancelled_at is None:
            raise InvoiceBeingPaid(run_id)


def remind(session: Session, run_id: UUID, at: datetime) -> RunState:
    """Note that people were reminded of a run that waits shortly before its day."""
    row = _locked_row(session, run_id)
    state = _state(row)
    if row.reminded_at is None and state.status in {RunStatus.DRAFT, RunStatus.APPROVED}:
        _update(session, run_id, reminded_at=at)
        _write(session, row, at)
        audit.record(session, "payment_run.reminded", "payment_run", run_id)
    return _state(row)


def _write(session: Session, row: PaymentRunRow, at: datetime) -> None:
    """Write to the people who can move a run on that waits."""
    force = policies.in_force(session, at)
    facts = {
        "day": german.day(row.execution_date),
        "amount": german.money(row.total_amount, BASE_CURRENCY),
        "count": str(row.invoice_count),
        "state": row.status,
    }
    note = Note(LetterKind.RUN_REMINDER, "payment_run", row.id, facts=facts)
    readers = force.readers(force.policy.deadlines.remind, "kreditoren:write")
    letters.write(session, note, readers, at, at)


def _check_bounds(session: Session, new: NewRun, wanted: Wish) -> None:
    """Refuse more invoices than the tenant wants in a run, and a day on which no bank settles.

    Instant transfers are carried out on every day.
    """
    most = session.get_one(TenantRow, tenant_of(session)).most_invoices_in_run
    if len(new.invoice_ids) > most:
        raise InvalidInput("/invoice_ids", f"needs 1 to {most} invoices")
    if not wanted.manner.is_instant:
        check_business_day(new.execution_date)


def _items(session: Session, new: NewRun, wish: Wish) -> tuple[RunItem, ...]:
    """What the run pays, with the credit notes that lower it; held until the run is stored."""
    vendors = views.vendors_of(session, new.invoice_ids)
    credits_ = views.credit_notes(session, vendors) if wish.nets_credit_notes else []
    _hold(session, {*new.invoice_ids, *credits_})
    # Another run may have taken some while this one waited.
    free = set(credits_) & set(views.credit_notes(session, vendors)) if credits_ else set()
    found = views.payables(session, {*new.invoice_ids, *free})
    present = {each.invoice_id: each for each in found}
    _check_free(session, new, present)
    for invoice_id in new.invoice_ids:
        present[invoice_id].check_eligible()
    named = [wish.of(present[each], new.execution_date) for each in new.invoice_ids]
    added = added_credits(named, [present[each] for each in credits_ if each in free])
    items = [_item(new.run_id, payable) for payable in (*named, *added)]
    return grouped([*items, *credit_items.chosen(session, new.run_id, items, wish.credits)])


def _hold(session: Session, invoice_ids: set[UUID]) -> None:
    """Let runs that want the same invoice wait for each other, always in the same order."""
    session.execute(
        select(InvoiceRow.id)
        .where(InvoiceRow.tenant_id == tenant_of(session), among(col(InvoiceRow.id), invoice_ids))
        .order_by(col(InvoiceRow.id))
        .with_for_update(key_share=True)
    )


def _check_free(session: Session, new: NewRun, present: dict[UUID, Payable]) -> None:
    for invoice_id in new.invoice_ids:
        if invoice_id not in present:
            raise InvoiceNotFound(invoice_id)
    query: Any = select(PaymentRunItemRow.invoice_id).where(
        PaymentRunItemRow.tenant_id == tenant_of(session),
        among(col(PaymentRunItemRow.invoice_id), new.invoice_ids),
        is_being_paid(),
    )
    if taken := session.exec(query).all():
        raise InvoiceAlreadyInActiveRun(taken)


def _wish_of(session: Session, run_id: UUID) -> Wish:
    row = session.get(PaymentRunWishRow, (tenant_of(session), run_id))
    if row is None:
        return Wish()
    amounts = {UUID(key): Decimal(value) for key, value in row.amounts.items()}
    return Wish(
        amounts,
        nets_credit_notes=row.nets_credit_notes,
        discounts=frozenset(map(UUID, row.discounts)),
        credits={
            UUID(key): None if value is None else Decimal(value) for key, value in row.credits
        },
        manner=Manner(is_instant=row.is_instant, is_batch_booked=row.is_batch_booked),
    )


def _item(run_id: UUID, payable: Payable) -> RunItem:
    return item_of(derived_id("payment-run-item", run_id, payable.invoice_id), payable)


def _check_debtor(session: Session, items: tuple[RunItem, ...]) -> None:
    """Outside the EEA the bank wants to know where its own customer is, too."""
    abroad = [item for item in items if needs_details(item.vendor_iban)]
    if abroad and _address(session.get_one(TenantRow, tenant_of(session))) is None:
        raise PayeeDetailsMissing(abroad[0].vendor_id, ["debtor.street", "debtor.city"])


def _address(owner: TenantRow) -> PostalAddress | None:
    if not owner.city:
        return None
    return PostalAddress(owner.city, owner.country, owner.street, owner.postal_code)


def _insert_items(session: Session, run_id: UUID, items: tuple[RunItem, ...]) -> None:
    rows = []
    for position, item in enumerate(items, 1):
        facts = {name: getattr(item, name) for name in _ITEM_FACTS}
        owner = {"tenant_id": tenant_of(session), "run_id": run_id, "position": position}
        rows.append(facts | owner | {"id": item.item_id})
    try:
        session.execute(insert(PaymentRunItemRow), rows)
    except IntegrityError as error:
        # Another run took an invoice meanwhile: the partial unique index is the real guard.
        diag = getattr(error.orig, "diag", None)
        if getattr(diag, "constraint_name", None) in _ACTIVE_ONCE:
            raise InvoiceAlreadyInActiveRun from error
        raise


def _check_bank_account(session: Session, bank_account_id: UUID) -> None:
    row = session.get(BankAccountRow, (tenant_of(session), bank_account_id))
    if row is None:
        raise BankAccountNotFound(bank_account_id)
    if not is_iban(row.iban or "") or row.currency != BASE_CURRENCY:
        raise InvalidInput("/bank_account_id", "needs a valid IBAN and the currency EUR")


def _check_present(
    session: Session, row: PaymentRunRow, day: date, manner: Manner
) -> Sequence[Payable]:
    """Hold the run against its invoices and payees as they are now, to be executed on a day."""
    items = views.items(session, row.id)
    check_items(items)
    check_discounts(items, day, manner)
    payables = views.payables(session, invoices_of(items))
    check_unchanged(items, payables)
    check_credits(items, credit_items.left(session, items))
    for paid in paid_by_others(session, row.id, items):
        raise InvoiceChanged(*paid)
    check_payees(items, payables, row.created_by)
    return payables


def _check_refusals(session: Session, run_id: UUID, approver: UUID | None) -> None:
    """Refuse to order again what one person alone says that the bank refused or sent back.

    It takes two to say so, as it does for a withdrawal. Raises REFUSAL_NOT_CONFIRMED, or
    SELF_APPROVAL_DENIED for that person.
    """
    items = views.items(session, run_id)
    for each in (*refused(session, run_id, items), *sent_back(session, run_id, items)):
        if len(each.said_by) >= _PEOPLE:
            continue
        if approver in each.said_by:
            raise SelfApprovalDenied(
                "Who alone says that the bank refused an earlier order, or sent it back, cannot "
                "approve the next one."
            )
        raise RefusalNotConfirmed(each.run_id)


def _row(session: Session, run_id: UUID) -> PaymentRunRow | None:
    return session.exec(
        select(PaymentRunRow)
        .where(PaymentRunRow.tenant_id == tenant_of(session), PaymentRunRow.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def _locked_row(session: Session, run_id: UUID) -> PaymentRunRow:
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


def _store_transition(
    session: Session, row: PaymentRunRow, after: RunStatus, **facts: object
) -> RunState:
    before = row.status
    letters.withdraw(session, "payment_run", row.id, datetime.now(UTC))
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


def _free(session: Session, run_id: UUID, **facts: object) -> None:
    session.execute(
        update(PaymentRunItemRow)
        .where(
            col(PaymentRunItemRow.tenant_id) == tenant_of(session),
            col(PaymentRunItemRow.run_id) == run_id,
        )
        .values(is_active=False, **facts)
        .execution_options(synchronize_session=False)
    )
