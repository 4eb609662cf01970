"""Reads what the bank said of a payment run: its messages, and what moved on the account."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, String, and_, cast, func, or_
from sqlmodel import Session, col, select

from domain.banking import witness_views
from domain.banking.file_ids import RUN_LENGTH, names_of_file, run_part, transfer_of
from domain.banking.rows import BankTransactionRow
from domain.database.among import among
from domain.database.session import tenant_of
from domain.ledger.rows import SettlementRow
from domain.payables.rows import InvoiceRow
from domain.payments.bank_answer import REFUSED, Answer, Evidence, Movement, Standing
from domain.payments.rows import (
    CollectionRow,
    PaymentAnswerRow,
    PaymentFileRow,
    PaymentRunItemRow,
    PaymentRunRow,
    PaymentWithdrawalRow,
)
from domain.payments.run import RunItem, RunStatus, VendorCredit, credits_of, invoices_of

RECALLED = timedelta(days=400)
"""How long after its end a transfer may come back: a recall has 13 months."""


def run_of_message(session: Session, original_message_id: str) -> UUID | None:
    """The run whose file has this message id."""
    return session.exec(
        select(PaymentFileRow.run_id).where(
            PaymentFileRow.tenant_id == tenant_of(session),
            PaymentFileRow.message_id == original_message_id,
        )
    ).first()


@dataclass(frozen=True, slots=True)
class Refused:
    """An earlier order that a bank is said to have refused, and who says so.

    A file has no proof of its origin: what one person uploads is that person's word. Who asked
    for the withdrawal of the whole file says it, too.
    """

    run_id: UUID
    said_by: frozenset[UUID | None]


def refused(session: Session, run_id: UUID, items: Collection[RunItem]) -> list[Refused]:
    """The refusals that freed what these items name from other runs."""
    item, answer = PaymentRunItemRow, PaymentAnswerRow
    of_item = and_(
        col(answer.tenant_id) == item.tenant_id,
        col(answer.run_id) == item.run_id,
        or_(col(answer.transfer).is_(None), col(answer.transfer) == item.transfer),
    )
    query = (
        select(item.id, item.run_id, answer.created_by)
        .join(answer, of_item)
        .where(
            item.tenant_id == tenant_of(session),
            item.run_id != run_id,
            item.standing == Standing.REFUSED.value,
            col(item.released_at).is_not(None),
            col(answer.status).in_(REFUSED),
        )
        .distinct()
    )
    said: defaultdict[tuple[UUID, UUID], set[UUID | None]] = defaultdict(set)
    for same in _naming(items):
        for item_id, earlier, who in session.exec(query.where(same)):
            said[earlier, item_id].add(who)
    asked = {each: {row.asked_by for row in withdrawals(session, each)} for each, _ in said}
    return [
        Refused(earlier, frozenset(said[earlier, item_id] | asked[earlier]))
        for earlier, item_id in sorted(said)
    ]


def sent_back(session: Session, run_id: UUID, items: Collection[RunItem]) -> list[Refused]:
    """Returns on statements that freed what these items name from other runs, and who tells them.

    A statement is a file, too. Who brings the same bytes says it as well; so does who has tied the
    movement in the books, who has looked at it for that.
    """
    item = PaymentRunItemRow
    query: Any = select(item.run_id, item.transfer).where(
        item.tenant_id == tenant_of(session),
        item.run_id != run_id,
        item.standing == Standing.RETURNED.value,
        col(item.released_at).is_not(None),
    )
    freed: defaultdict[UUID, set[int]] = defaultdict(set)
    for same in _naming(items):
        for earlier, transfer in session.exec(query.where(same)):
            freed[earlier].add(transfer)
    found = []
    for earlier, transfers in sorted(freed.items()):
        run = session.get_one(PaymentRunRow, (tenant_of(session), earlier))
        asked = {row.asked_by for row in withdrawals(session, earlier)}
        moved: defaultdict[int | None, list[BankTransactionRow]] = defaultdict(list)
        for row in session.exec(movements_of(run)):
            if row.amount > 0:
                moved[transfer_of(row.end_to_end_id, earlier)].append(row)
        for transfer in sorted(transfers):
            said = asked | witness_views.witnesses(session, moved[transfer])
            found.append(Refused(earlier, frozenset(said)))
    return found


def evidence(session: Session, run: PaymentRunRow) -> Evidence:
    """What is known of a run."""
    found = Evidence()
    query = select(PaymentAnswerRow).where(
        PaymentAnswerRow.tenant_id == run.tenant_id, PaymentAnswerRow.run_id == run.id
    )
    for row in session.exec(query):
        found.answers[row.transfer].append(
            Answer(row.status, row.told_at, row.depth, row.message_id, row.reason, row.reason_text)
        )
        found.count += 1
    for moved in session.exec(movements_of(run)):
        _take(found, moved, run.id)
    return found


def movements_of(file: PaymentRunRow | CollectionRow) -> Any:
    """Movements of an account that carry the ids of a file that left over it."""
    return select(BankTransactionRow).where(*_of_run(file.id), _of_account(file))


def withdrawals(session: Session, run_id: UUID) -> list[PaymentWithdrawalRow]:
    """Who asks that the file of a run is withdrawn, in their order."""
    return list(
        session.exec(
            select(PaymentWithdrawalRow)
            .where(
                PaymentWithdrawalRow.tenant_id == tenant_of(session),
                PaymentWithdrawalRow.run_id == run_id,
            )
            .order_by(col(PaymentWithdrawalRow.asked_at), col(PaymentWithdrawalRow.asked_by))
        )
    )


def runs_with_news(session: Session) -> list[UUID]:
    """Runs of which the bank said something that they do not know yet."""
    query = select(PaymentRunRow).where(
        PaymentRunRow.tenant_id == tenant_of(session),
        or_(
            col(PaymentRunRow.status) == RunStatus.EXPORTED.value,
            and_(
                col(PaymentRunRow.exported_at).is_not(None),
                col(PaymentRunRow.exported_at) > func.now() - RECALLED,
            ),
        ),
    )
    return [row.id for row in session.exec(query) if _count(session, row) != row.evidence]


def paid_by_others(
    session: Session, run_id: UUID, items: Collection[RunItem]
) -> list[tuple[UUID | None, UUID | None]]:
    """What another run's transfer has paid or taken off after all, by the word of the bank.

    Each an invoice and no open item, or the other way.
    """
    query: Any = (
        select(PaymentRunItemRow.invoice_id, PaymentRunItemRow.open_item_id)
        .where(
            PaymentRunItemRow.tenant_id == tenant_of(session),
            PaymentRunItemRow.run_id != run_id,
            is_being_paid(),
        )
        .order_by(col(PaymentRunItemRow.invoice_id), col(PaymentRunItemRow.open_item_id))
    )
    found = (each for same in _naming(items) for each in session.exec(query.where(same)))
    return [(invoice_id, open_item_id) for invoice_id, open_item_id in found]


def taken_by_others(
    session: Session, run_id: UUID, credits_: Iterable[VendorCredit]
) -> dict[UUID, UUID]:
    """Runs that take of some credits and are not over, by the invoice or the open item named."""
    row, listed = PaymentRunItemRow, list(credits_)
    named = (
        (row.invoice_id, [each.invoice_id for each in listed if each.invoice_id]),
        (row.open_item_id, [each.open_item_id for each in listed if not each.invoice_id]),
    )
    query: Any = select(func.coalesce(row.invoice_id, row.open_item_id), row.run_id).where(
        row.tenant_id == tenant_of(session), row.run_id != run_id, is_being_paid()
    )
    # Each has an index, and both none.
    each_in = (query.where(among(col(column), ids)) for column, ids in named if ids)
    return {key: other for found in each_in for key, other in session.exec(found)}


def _naming(items: Collection[RunItem]) -> list[Any]:
    """Whether a row names what one of these does: each condition has an index, and both none."""
    row, invoices, credits_ = PaymentRunItemRow, invoices_of(items), credits_of(items)
    named = ((row.invoice_id, invoices), (row.open_item_id, credits_))
    return [among(col(column), ids) for column, ids in named if ids]


UNDER_WAY = timedelta(days=10)
UNSEEN = timedelta(days=60)
"""How long a payment counts as under way where no statement of its days has come in."""


def is_being_paid() -> Any:
    """Whether an item's money is promised: in an active run, or on its way to a statement.

    A bank books, and sends back what it cannot book, within days. Until then an invoice whose
    statement has not come in must not be paid a second time, and no statement may come for a
    month; nor one whose payment is on a statement and waits to be matched. One that a movement of
    the run has settled has nothing on its way, and what is left of it may be paid.
    """
    item = PaymentRunItemRow
    on_its_way = or_(
        col(item.executed_at) > func.now() - UNDER_WAY, _is_completed(), _waits_to_be_matched()
    )
    return or_(
        col(item.is_active),
        and_(
            col(item.released_at).is_(None),
            on_its_way,
            _settled_by_run() < func.abs(item.amount),
        ),
    )


def _is_completed() -> Any:
    """Whether the run of an item is completed: some days ago, or longer and unseen since."""
    run, moved = PaymentRunRow, BankTransactionRow
    come_in = (
        select(moved.id)
        .where(
            moved.tenant_id == run.tenant_id,
            moved.bank_account_id == run.bank_account_id,
            ~col(moved.is_announced),
            moved.tx_date > func.greatest(run.execution_date, cast(run.exported_at, Date)),
        )
        .correlate(run)
        .exists()
    )
    return (
        select(run.id)
        .where(
            run.tenant_id == PaymentRunItemRow.tenant_id,
            run.id == PaymentRunItemRow.run_id,
            or_(
                col(run.completed_at) > func.now() - UNDER_WAY,
                and_(col(run.completed_at) > func.now() - UNSEEN, ~come_in),
            ),
        )
        .exists()
    )


def _waits_to_be_matched() -> Any:
    """Whether a movement that names the item's transfer, or its whole file, is not matched yet."""
    item, run, moved = PaymentRunItemRow, PaymentRunRow, BankTransactionRow
    is_transfer = and_(
        func.substr(moved.end_to_end_id, RUN_LENGTH + 1) == func.concat("-", item.transfer),
        func.coalesce(moved.counterparty_iban, item.vendor_iban) == item.vendor_iban,
    )
    of_file = col(moved.batch_reference) == func.replace(cast(item.run_id, String), "-", "")
    return (
        select(moved.id)
        .join(
            run,
            and_(
                col(run.tenant_id) == moved.tenant_id,
                col(run.bank_account_id) == moved.bank_account_id,
            ),
        )
        .where(
            moved.tenant_id == item.tenant_id,
            run.id == item.run_id,
            col(run.exported_at).is_not(None),
            moved.status == "unreconciled",
            moved.amount < 0,
            moved.tx_date >= cast(run.exported_at, Date) - 1,
            or_(is_transfer, of_file),
        )
        .correlate(item)
        .exists()
    )


def _settled_by_run() -> Any:
    """What movements since the file left settled of an item, that bear its transfer's number.

    The number is behind the run's part of the id, or the booking is of the whole file.
    """
    item, run, moved = PaymentRunItemRow, PaymentRunRow, BankTransactionRow
    of_invoice = (
        select(InvoiceRow.open_item_id)
        .where(InvoiceRow.tenant_id == item.tenant_id, InvoiceRow.id == item.invoice_id)
        .correlate(item)
        .scalar_subquery()
    )
    number = func.concat("-", item.transfer)
    of_file = func.replace(cast(item.run_id, String), "-", "")
    of_movement = and_(
        col(moved.tenant_id) == SettlementRow.tenant_id,
        col(moved.intent_id) == SettlementRow.intent_id,
    )
    of_run = and_(
        col(run.tenant_id) == moved.tenant_id, col(run.bank_account_id) == moved.bank_account_id
    )
    return (
        select(func.coalesce(func.sum(SettlementRow.amount), 0))
        .join(moved, of_movement)
        .join(run, of_run)
        .where(
            SettlementRow.tenant_id == item.tenant_id,
            SettlementRow.open_item_id == func.coalesce(item.open_item_id, of_invoice),
            run.id == item.run_id,
            moved.tx_date >= cast(run.exported_at, Date) - 1,
            or_(
                func.substr(moved.end_to_end_id, RUN_LENGTH + 1) == number,
                col(moved.batch_reference) == of_file,
            ),
        )
        .correlate(item)
        .scalar_subquery()
    )


def _count(session: Session, run: PaymentRunRow) -> int:
    told = select(func.count()).where(
        PaymentAnswerRow.tenant_id == run.tenant_id, PaymentAnswerRow.run_id == run.id
    )
    moved = (
        select(func.count())
        .select_from(BankTransactionRow)
        .where(*_of_run(run.id), _of_account(run))
    )
    return int(session.exec(told).one()) + int(session.exec(moved).one())


def _of_account(file: PaymentRunRow | CollectionRow) -> Any:
    return and_(
        col(BankTransactionRow.tenant_id) == file.tenant_id,
        col(BankTransactionRow.bank_account_id) == file.bank_account_id,
    )


def _of_run(run_id: UUID) -> tuple[Any, ...]:
    """Movements that carry the ids of a run: of its transfers, or of the file as a whole."""
    end_to_end_id = col(BankTransactionRow.end_to_end_id)
    by_transfer = and_(
        func.substr(end_to_end_id, RUN_LENGTH + 1, 1) == "-",
        func.left(end_to_end_id, RUN_LENGTH) == run_part(run_id),
    )
    return (or_(by_transfer, col(BankTransactionRow.batch_reference).in_(names_of_file(run_id))),)


def movement_of(row: BankTransactionRow, sign: int = 1) -> Movement:
    """What moved for a transfer; of a collection, which brings money, with the other sign."""
    details = row.details or {}
    reason, words = details.get("return_reason"), details.get("return_text")
    return Movement(
        sign * row.amount, str(reason) if reason else None, str(words) if words else None
    )


def _take(found: Evidence, row: BankTransactionRow, run_id: UUID) -> None:
    found.count += 1
    moved = movement_of(row)
    number = transfer_of(row.end_to_end_id, run_id)
    if number is None:
        found.collected.append(moved)
    else:
        found.movements[number].append(moved)
