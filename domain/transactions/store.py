"""Books income, expenses and transfers, and reverses them: intents with a row beside each."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from domain.banking import match_group_store
from domain.banking.bank_transaction import BankTransaction
from domain.banking.match_group import BankSide, settle
from domain.banking.reconciliation import OpenItem
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.documents.rows import DocumentRow
from domain.errors import InvalidInput
from domain.ledger.account import AccountRole, AccountType
from domain.ledger.booking import AccountNotFound, Booking, InvalidDate, Line, TaxCodeConflict
from domain.ledger.books_store import books
from domain.ledger.chart import Chart, role
from domain.ledger.intent import NO_TERMS, OpenItemTerms, Side
from domain.ledger.reversal import AlreadyReversed, HasSettlements
from domain.money import BASE_CURRENCY, ZERO
from domain.payments.run import InvoiceBeingPaid
from domain.posting import store as journal
from domain.posting.outcome import PeriodLocked, Posted
from domain.tax.code import InvalidTaxCode
from domain.transactions import (
    money_account_views,
    record_store,
    reversal_store,
    settleable_views,
    state_views,
    views,
)
from domain.transactions.category import Category, Direction, categories, fallback, own_category
from domain.transactions.money_account_views import MoneyAccount
from domain.transactions.rows import TransactionCategoryRow
from domain.transactions.transaction import (
    AlreadyReconciled,
    CannotReverse,
    InsufficientBalance,
    InvalidAccount,
    InvalidVatRate,
    Transaction,
    TransactionReversed,
    TransactionType,
    lines_between,
    uuid_of,
)

# Whoever ties a movement to an intent, settles it or reverses it takes this lock first.
_CLAIM_INTENT = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('tie' || CAST(:intent AS text), 0))"
)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a transaction is booked: its lines, and what they settle or open."""

    lines: tuple[Line, ...]
    terms: OpenItemTerms = NO_TERMS


def book(session: Session, transaction: Transaction, *, source: str) -> UUID:
    """Post a transaction and keep it; the same id again is the same transaction.

    An income or expense that refers to an invoice in the books settles it. Raises one of the
    refusals of `domain.ledger.transaction`, or SETTLEMENT_EXCEEDS_OPEN_AMOUNT.
    """
    chart = books(session, tenant_of(session)).chart
    transaction.check_rate(chart)
    money = _money(session, transaction, chart)
    named = transaction if transaction.is_transfer else _with_category(transaction)
    plan = _transferred(session, named, money) or _planned(session, named, money, chart)
    posted = _post(session, named, plan, source)
    if posted.replayed:
        return transaction.transaction_id
    if named.is_transfer:
        _check_balance(session, money.number, named.amount)
    record_store.keep(session, named, money.id)
    return transaction.transaction_id


def reverse(session: Session, transaction_id: UUID, *, reason: str, today: date) -> UUID:
    """Reverse a transaction today, and return the id of the reversal.

    Raises TransactionNotFound, CannotReverse, TransactionReversed, AlreadyReconciled while its
    bank movement is matched, or InvalidDate.
    """
    session.execute(_CLAIM_INTENT, {"intent": transaction_id})
    found = views.transaction(session, transaction_id)
    if found.row.type == TransactionType.REVERSAL.value:
        raise CannotReverse("A reversal cannot be reversed.")
    if found.is_reversed:
        raise TransactionReversed
    if state_views.is_matched(session, transaction_id):
        raise AlreadyReconciled("Its bank movement is reconciled; unmatch it first.")
    try:
        posted = reversal_store.reverse(session, transaction_id, today=today, reason=reason)
    except AlreadyReversed as error:
        raise TransactionReversed from error
    except HasSettlements as error:
        raise CannotReverse("What it opened is settled; undo the settlement first.") from error
    except InvoiceBeingPaid as error:
        raise CannotReverse("Its invoice is being paid; withdraw the run first.") from error
    except PeriodLocked as error:
        raise _in_closed(error) from error
    return posted.intent_id


def _in_closed(error: PeriodLocked) -> InvalidDate:
    period = error.context["period"]
    return InvalidDate(f"Period {period} is locked.", period=period)


def _money(session: Session, transaction: Transaction, chart: Chart) -> MoneyAccount:
    """The account that the money comes to or goes from; of a transfer, its source."""
    if transaction.from_account_id is not None:
        return money_account_views.money_account(
            session, transaction.from_account_id, "/from_account_id"
        )
    if transaction.account_id is not None:
        return money_account_views.money_account(session, transaction.account_id, "/account_id")
    return money_account_views.default_account(session, role(chart, AccountRole.BANK))


def _with_category(transaction: Transaction) -> Transaction:
    """Name the category of what names none: a paid invoice was revenue."""
    if transaction.category is not None:
        return transaction
    is_sale = transaction.direction is Direction.INCOME and transaction.invoice is not None
    name = "revenue" if is_sale else f"other_{transaction.direction}"
    return replace(transaction, category=name)


def _transferred(session: Session, transaction: Transaction, money: MoneyAccount) -> _Plan | None:
    if transaction.to_account_id is None:
        return None
    target = money_account_views.money_account(session, transaction.to_account_id, "/to_account_id")
    return _Plan(lines_between(transaction, money.number, target.number))


def _planned(
    session: Session, transaction: Transaction, money: MoneyAccount, chart: Chart
) -> _Plan:
    """Settle the invoice that is referred to, else book on receivables or on the category."""
    category = _category(session, transaction, chart)
    _check_receipt(session, transaction)
    item = _settleable(session, transaction)
    if item is not None:
        return _plan_of_settlement(session, transaction, item, money, chart)
    invoice = transaction.invoice
    if invoice is not None and transaction.direction is Direction.INCOME:
        receivables = role(chart, AccountRole.RECEIVABLES)
        terms = OpenItemTerms(invoice.number or invoice.id)
        return _Plan(lines_between(transaction, money.number, receivables), terms=terms)
    account = category.account_at(transaction.vat_rate)
    return _Plan(lines_between(transaction, money.number, account, transaction.tax_code))


def _category(session: Session, transaction: Transaction, chart: Chart) -> Category:
    """Category of a transaction; one that nobody used before is created."""
    name, direction = transaction.category, transaction.direction
    if name is None:
        return fallback(chart, direction)
    found = categories(chart).get(name) or _own(session, name, direction, chart)
    found.check_direction(direction)
    return found


def _own(session: Session, name: str, direction: Direction, chart: Chart) -> Category:
    found = views.own_category(session, name)
    if found is None:
        own_category(chart, name, direction)
        _create(session, name, direction)
        found = views.own_category(session, name)
    account = found.account if found else None
    kept = Direction(found.direction) if found else direction
    return own_category(chart, name, kept, account)


def _create(session: Session, name: str, direction: Direction) -> None:
    """Create a category; whoever creates it at the same moment is waited for."""
    made = session.execute(
        insert(TransactionCategoryRow)
        .values(
            tenant_id=tenant_of(session),
            name=name,
            direction=direction.value,
            created_by=actor_of(session).user_id,
            created_at=datetime.now(UTC),
        )
        .on_conflict_do_nothing()
        .returning(col(TransactionCategoryRow.name))
    ).first()
    if made is not None:
        facts: dict[str, object] = {"direction": direction.value}
        audit.record(session, "category.created", "category", name, after=facts)


def _check_receipt(session: Session, transaction: Transaction) -> None:
    """Refuse a receipt whose payment is found on the bank statement already."""
    receipt = transaction.receipt
    if receipt is not None and state_views.has_settled_receipt(session, receipt):
        raise AlreadyReconciled("The receipt is settled already.", receipt_id=receipt)


def _settleable(session: Session, transaction: Transaction) -> OpenItem | None:
    """The open item of the invoice that is referred to, claimed; None if the books know none."""
    side = Side.DEBIT if transaction.direction is Direction.INCOME else Side.CREDIT
    for intent_ids in _referred(session, transaction, side):
        for intent_id in intent_ids:
            session.execute(_CLAIM_INTENT, {"intent": intent_id})
        found = settleable_views.items(session, intent_ids, side)
        if found:
            return _the_open_one(found)
    return None


def _referred(session: Session, transaction: Transaction, side: Side) -> list[list[UUID]]:
    """Intents that the reference names, the surest first: by id, then by number."""
    invoice = transaction.invoice
    named = uuid_of(invoice.id if invoice else transaction.receipt or "")
    found = [settleable_views.intents_with_id(session, named)] if named else []
    if invoice is not None:
        kind = AccountType.ASSET if side is Side.DEBIT else AccountType.LIABILITY
        numbers = {invoice.id, *filter(None, [invoice.number])}
        found.append(settleable_views.intents_with_number(session, numbers, kind))
    return [intent_ids for intent_ids in found if intent_ids]


def _the_open_one(items: list[OpenItem]) -> OpenItem:
    remaining = [item for item in items if item.remaining_amount > ZERO]
    if not remaining:
        raise AlreadyReconciled("The invoice is settled already.")
    if len(remaining) > 1:
        raise InvalidInput("/reference/id", "names several open items")
    if remaining[0].currency != BASE_CURRENCY:
        detail = f"is owed in {remaining[0].currency}: reconcile its bank transaction"
        raise InvalidInput("/reference/id", detail)
    return remaining[0]


def _plan_of_settlement(
    session: Session,
    transaction: Transaction,
    item: OpenItem,
    money: MoneyAccount,
    chart: Chart,
) -> _Plan:
    signed = transaction.amount if item.side is Side.DEBIT else -transaction.amount
    moved = BankTransaction(tx_date=transaction.booking_date, amount=signed, currency=BASE_CURRENCY)
    limits = match_group_store.limits(session)
    plan = settle(moved, item, BankSide(money.number), chart, limits)
    return _Plan(plan.lines)


def _post(session: Session, transaction: Transaction, plan: _Plan, source: str) -> Posted:
    reference = transaction.reference
    document = _document(session, transaction)
    booking = Booking(
        intent_id=transaction.transaction_id,
        booking_date=transaction.booking_date,
        description=transaction.description,
        lines=plan.lines,
        source=source,
        external_reference=(reference.number or reference.id) if reference else None,
        document_id=document.id if document else None,
        document_sha256=document.sha256 if document else None,
        terms=plan.terms,
    )
    try:
        posted = journal.book(session, booking)
    except PeriodLocked as error:
        raise _in_closed(error) from error
    except (InvalidTaxCode, TaxCodeConflict) as error:
        raise InvalidVatRate(f"cannot be booked: {error.message.removesuffix('.')}") from error
    except AccountNotFound as error:
        raise InvalidAccount("/account_id", error.message) from error
    _check_rate(session, transaction, plan)
    return posted


def _check_rate(session: Session, transaction: Transaction, plan: _Plan) -> None:
    """Refuse what was split at another rate than was named: a tax code may have been changed.

    Nobody changes one between the posting and its commit.
    """
    codes = books(session, tenant_of(session)).tax_codes
    for code in filter(None, (line.tax_code for line in plan.lines)):
        rate = codes[code].rate
        if rate is not None and rate != transaction.vat_rate:
            raise InvalidVatRate(f"cannot be booked: tax code {code} has {rate.normalize():f}")


def _document(session: Session, transaction: Transaction) -> DocumentRow | None:
    """The stored document that the receipt is, if it is one."""
    document_id = uuid_of(transaction.receipt or "")
    if document_id is None:
        return None
    return session.get(DocumentRow, (tenant_of(session), document_id))


def _check_balance(session: Session, number: str, amount: Decimal) -> None:
    """Refuse a transfer that overdraws its source.

    The transfer is posted already, and posting holds the tenant's counter until the end of the
    transaction: nobody else can move the balance between this look and the commit.
    """
    left = money_account_views.balance(session, number)
    if left < ZERO:
        raise InsufficientBalance(left + amount)
