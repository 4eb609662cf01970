"""Books returns of the bank: what was paid, or collected, is open again."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, update
from sqlmodel import Session, col, select

from domain.banking.bank_transaction import BankStatus, TxAnnounced, TxNotFound
from domain.banking.file_ids import file_of, names_of_file, run_of, transfer_of
from domain.banking.reconciliation import Mode, check_open
from domain.banking.rows import BankAccountRow, BankTransactionRow
from domain.database import audit
from domain.database.session import tenant_of
from domain.ids import derived_id
from domain.ledger.booking import Line
from domain.ledger.books_store import books
from domain.ledger.intent import Side
from domain.ledger.journal_views import posted_of
from domain.ledger.reversal import HasSettlements, Posted
from domain.ledger.rows import IntentRow, OpenItemRow, SettlementRow
from domain.money import BASE_CURRENCY, ZERO
from domain.payables import clearing_store, item_views
from domain.payables.clearing import (
    Discount,
    DiscountTaxUnknown,
    account_of,
    discount_lines,
    fee_account,
)
from domain.payables.rows import InvoiceRow
from domain.payments.returned import (
    Returned,
    ReturnMismatch,
    Settled,
    booking_of,
    fee_of,
    intent_of_whole,
)
from domain.payments.rows import CollectionItemRow, PaymentRunItemRow
from domain.posting import store as journal
from domain.posting.outcome import SettlementExceedsOpenAmount
from domain.receivables.rows import OutgoingInvoiceRow


def book_return(
    session: Session,
    bank_transaction_id: UUID,
    *,
    original_id: UUID | None = None,
    fee: Decimal | None = None,
) -> UUID:
    """Book a movement as the return of another one; the intent that opened the items again.

    The other one is found by its EndToEndId, or named. Of a collective booking the items of the
    one transfer are opened. Raises TX_NOT_FOUND, TX_ALREADY_HANDLED, RETURN_MISMATCH and what a
    booking does.
    """
    row = _locked(session, bank_transaction_id)
    if row.is_announced:
        raise TxAnnounced
    check_open(BankStatus(row.status))
    original = _original(session, row, original_id)
    account = session.get_one(BankAccountRow, (row.tenant_id, row.bank_account_id))
    if row.currency != BASE_CURRENCY or account.currency != BASE_CURRENCY:
        raise ReturnMismatch("it is not in EUR")
    details = row.details or {}
    told = Decimal(str(details.get("charges", "0")))
    back = Returned(
        intent_id=derived_id("bank-return", row.tenant_id, row.id, row.match_count),
        booking_date=row.tx_date,
        amount=row.amount,
        bank_account=account.account_number,
        fee_account=fee_account(books(session, row.tenant_id).chart),
        fee=told if fee is None else fee,
        reason=str(details["return_reason"]) if details.get("return_reason") else None,
    )
    try:
        intent_id = _posted(session, back, original, row)
    except (SettlementExceedsOpenAmount, HasSettlements) as error:
        raise ReturnMismatch("it came back before, or what it left is used") from error
    _tie(session, row, intent_id, original.id)
    return intent_id


def _posted(
    session: Session, back: Returned, original: BankTransactionRow, row: BankTransactionRow
) -> UUID:
    """Post the return: the whole payment mirrored, or what a part of it has settled.

    A part is one transfer of a collective payment, or one of several movements of a match. Costs
    that were booked with a payment stay where the bank returns what it settled alone.
    """
    of_transfer = _of_transfer(session, original, row)
    settled = _settled(session, original, of_transfer)
    if of_transfer is not None:
        known = books(session, row.tenant_id)
        taken = list(_taken_off(session, original, settled, of_transfer))
        between = account_of(known.chart, "set_off")
        return journal.book(session, booking_of(back, settled, taken, between)).intent_id
    if _is_of_several(session, original):
        return journal.book(session, booking_of(back, settled)).intent_id
    paid = posted_of(session, original.intent_id or original.id)
    if _moved_on(paid, back.bank_account) != original.amount:
        raise ReturnMismatch("what was booked for the payment moved another amount")
    moved = abs(original.amount)
    gross = sum((each.amount for each in settled), ZERO)
    if gross < moved and back.fee == fee_of(back, gross) and _adds_costs_alone(back, settled, paid):
        return journal.book(session, booking_of(back, settled)).intent_id
    whole = intent_of_whole(back, moved, paid)
    return journal.post(session, lambda _: whole).intent_id


def _moved_on(paid: Posted, account: str) -> Decimal:
    """What an intent moved on an account: a booking by hand may wait for other movements, too."""
    came = (row.amount for row in paid.entries if row.debit.account == account)
    left = (row.amount for row in paid.entries if row.credit.account == account)
    return sum(came, ZERO) - sum(left, ZERO)


def _adds_costs_alone(back: Returned, settled: Sequence[Settled], paid: Posted) -> bool:
    """Whether a payment booked fees of the bank beside what it settled, and nothing else."""
    if len({each.side for each in settled}) != 1:
        return False
    known = {back.bank_account, back.fee_account, *(each.account for each in settled)}
    sides = {side.account for row in paid.entries for side in (row.debit, row.credit)}
    return not paid.opened and sides <= known


def _is_of_several(session: Session, original: BankTransactionRow) -> bool:
    """Whether other movements are tied to the same intent."""
    query = select(BankTransactionRow.id).where(
        BankTransactionRow.tenant_id == original.tenant_id,
        BankTransactionRow.intent_id == original.intent_id,
        BankTransactionRow.id != original.id,
    )
    return session.exec(query.limit(1)).first() is not None


def _taken_off(
    session: Session,
    original: BankTransactionRow,
    settled: Sequence[Settled],
    ordered: Mapping[UUID, Decimal],
) -> Iterator[Line]:
    """Discounts of one transfer of a collective payment, turned round: what was settled beyond it.

    They are split as they were when the payment was booked; raises RETURN_MISMATCH where what was
    booked does not have them, so that nothing is taken back that was never taken.
    """
    known, tenant_id = books(session, original.tenant_id), original.tenant_id
    beyond = {
        each.open_item_id: each.amount - ordered[each.open_item_id]
        for each in settled
        if each.amount > ordered[each.open_item_id] > ZERO
    }
    if not beyond:
        return
    row = session.get_one(IntentRow, (tenant_id, original.intent_id))
    sent = Counter(map(_facts, row.lines))
    for item in item_views.items(session, tuple(beyond)).values():
        wanted = Discount(item.open_item_id, beyond[item.open_item_id])
        try:
            shares = clearing_store.shares_of(session, item, known, {}, original.tx_date)
            lines = list(discount_lines(wanted, item, shares, known.chart))
        except DiscountTaxUnknown as error:
            raise ReturnMismatch("its discount cannot be told apart") from error
        if not Counter((x.account, x.side.value, x.amount, x.tax_code) for x in lines) <= sent:
            raise ReturnMismatch("its discount cannot be told apart")
        yield from (replace(line, side=line.side.other) for line in lines)


def _facts(line: Mapping[str, Any]) -> tuple[str, str, Decimal, str | None]:
    """A line as it was sent."""
    return line["account"], line["side"], Decimal(str(line["amount"])), line["tax_code"]


def _settled(
    session: Session, original: BankTransactionRow, of_transfer: Collection[UUID] | None
) -> list[Settled]:
    """What the first payment settled, of a collective one what the returned transfer paid."""
    query = (
        select(SettlementRow, OpenItemRow)
        .join(
            OpenItemRow,
            and_(
                col(OpenItemRow.tenant_id) == SettlementRow.tenant_id,
                col(OpenItemRow.open_item_id) == SettlementRow.open_item_id,
            ),
        )
        .where(
            SettlementRow.tenant_id == original.tenant_id,
            SettlementRow.intent_id == original.intent_id,
        )
        .order_by(col(OpenItemRow.open_item_id))
    )
    found = [
        Settled(
            open_item_id=item.open_item_id,
            account=item.account,
            side=Side(item.side),
            amount=settlement.amount,
            partner_id=item.partner_id,
            document_number=item.document_number,
            document_amount=settlement.document_amount,
        )
        for settlement, item in session.exec(query)
    ]
    if of_transfer is None:
        return found
    return [each for each in found if each.open_item_id in of_transfer]


def _of_transfer(
    session: Session, original: BankTransactionRow, back: BankTransactionRow
) -> dict[UUID, Decimal] | None:
    """Open items of the one transfer or debit that came back, where the payment was a whole file.

    With what was ordered of each, of a credit below zero. A bank may book the file as one sum
    without its name: then the id that comes back tells.
    """
    if original.end_to_end_id is not None:
        return None
    file_id = file_of(original.batch_reference) or run_of(back.end_to_end_id)
    number = transfer_of(back.end_to_end_id, file_id) if file_id else None
    found = _items_of(session, file_id, number) if file_id and number is not None else {}
    if not found and original.batch_reference is not None:
        raise ReturnMismatch("which transfer of the collective payment came back is not known")
    return found or None


def _items_of(session: Session, file_id: UUID, number: int) -> dict[UUID, Decimal]:
    """Open items of a transfer of a run, or of a debit of a file, with what was ordered of each."""
    item, debit, tenant_id = PaymentRunItemRow, CollectionItemRow, tenant_of(session)
    of_transfer = (item.tenant_id == tenant_id, item.run_id == file_id, item.transfer == number)
    paid: Any = select(col(InvoiceRow.open_item_id), col(item.amount)).join(
        item,
        and_(col(item.tenant_id) == InvoiceRow.tenant_id, col(item.invoice_id) == InvoiceRow.id),
    )
    collected: Any = (
        select(col(OutgoingInvoiceRow.open_item_id), col(debit.amount))
        .join(
            debit,
            and_(
                col(debit.tenant_id) == OutgoingInvoiceRow.tenant_id,
                col(debit.invoice_id) == OutgoingInvoiceRow.id,
            ),
        )
        .where(
            debit.tenant_id == tenant_id, debit.collection_id == file_id, debit.position == number
        )
    )
    found = (
        *session.exec(paid.where(*of_transfer)),
        *session.exec(select(col(item.open_item_id), col(item.amount)).where(*of_transfer)),
        *session.exec(collected),
    )
    return {open_item_id: amount for open_item_id, amount in found if open_item_id is not None}


def _original(
    session: Session, row: BankTransactionRow, original_id: UUID | None
) -> BankTransactionRow:
    """The one payment that came back, tied to the books. Raises RETURN_MISMATCH."""
    candidates = _candidates(session, row, original_id)
    tied = [
        each
        for each in candidates
        if each.status == BankStatus.RECONCILED.value and each.intent_id is not None
    ]
    if not tied:
        raise ReturnMismatch("the payment is not known, or not reconciled yet")
    if len(tied) > 1:
        raise ReturnMismatch("several payments fit: name the one")
    return tied[0]


def _candidates(
    session: Session, row: BankTransactionRow, original_id: UUID | None
) -> Sequence[BankTransactionRow]:
    moved = col(BankTransactionRow.amount)
    conditions: list[Any] = [
        BankTransactionRow.tenant_id == row.tenant_id,
        BankTransactionRow.bank_account_id == row.bank_account_id,
        BankTransactionRow.id != row.id,
        moved < ZERO if row.amount > ZERO else moved > ZERO,
    ]
    if original_id is not None:
        return session.exec(
            select(BankTransactionRow).where(*conditions, BankTransactionRow.id == original_id)
        ).all()
    if row.end_to_end_id is None:
        return []
    single = session.exec(
        select(BankTransactionRow).where(
            *conditions, BankTransactionRow.end_to_end_id == row.end_to_end_id
        )
    ).all()
    return single or _collective(session, row, conditions)


def _collective(
    session: Session, row: BankTransactionRow, conditions: Sequence[Any]
) -> Sequence[BankTransactionRow]:
    """Payments of a whole run, or a file of debits, of which this movement names one."""
    run_id = run_of(row.end_to_end_id)
    if run_id is None:
        return []
    return session.exec(
        select(BankTransactionRow).where(
            *conditions,
            col(BankTransactionRow.batch_reference).in_(names_of_file(run_id)),
        )
    ).all()


def _tie(session: Session, row: BankTransactionRow, intent_id: UUID, original_id: UUID) -> None:
    session.execute(
        update(BankTransactionRow)
        .where(
            col(BankTransactionRow.tenant_id) == row.tenant_id, col(BankTransactionRow.id) == row.id
        )
        .values(
            status=BankStatus.RECONCILED.value,
            mode=Mode.SETTLEMENT.value,
            intent_id=intent_id,
            match_count=row.match_count + 1,
        )
        .execution_options(synchronize_session=False)
    )
    after: dict[str, object] = {
        "status": BankStatus.RECONCILED.value,
        "intent_id": intent_id,
        "returns": original_id,
    }
    before: dict[str, object] = {"status": row.status, "intent_id": row.intent_id}
    audit.record(
        session, "bank_transaction.returned", "bank_transaction", row.id, before=before, after=after
    )


def _locked(session: Session, bank_transaction_id: UUID) -> BankTransactionRow:
    row = session.exec(
        select(BankTransactionRow)
        .where(
            BankTransactionRow.tenant_id == tenant_of(session),
            BankTransactionRow.id == bank_transaction_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise TxNotFound
    return row
