"""Wire models of transactions; bank accounts are `acc_…`, transactions `txn_…`."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool

from api.schemas.types import BodyIn, BodyOut, Day, Money, PositiveMoney, Rate
from domain.money import BASE_CURRENCY
from domain.transactions.category import Direction
from domain.transactions.transaction import (
    Reference,
    ReferenceType,
    Transaction,
    TransactionType,
    account_id_of,
    account_name,
    transaction_name,
)
from domain.transactions.views import Flow, TransactionView

TypeName = Literal["income", "expense", "transfer"]
ShortText = Annotated[str, Field(min_length=1, max_length=200)]
AccountId = Annotated[str, Field(max_length=60)]
Tag = Annotated[str, Field(min_length=1, max_length=50)]


class ReferenceIn(BodyIn):
    """The paper that is referred to; an invoice in the books is settled."""

    type: Literal["invoice", "receipt", "contract"]
    id: ShortText
    number: ShortText | None = None

    def reference(self) -> Reference:
        """The reference as the ledger takes it."""
        return Reference(ReferenceType(self.type), self.id, self.number)


class TransactionIn(BodyIn):
    """An income, an expense, or a transfer between two bank accounts."""

    type: TypeName
    amount: PositiveMoney = Field(description="Gross")
    description: str = Field(min_length=1, max_length=500, pattern=r"\S")
    date: Day
    category: str | None = Field(
        default=None,
        description="`[a-z0-9_]`, at most 50; one that is not known yet is created",
    )
    account_id: AccountId | None = Field(
        default=None, description="Bank account; without it the default one"
    )
    from_account_id: AccountId | None = Field(default=None, description="Needed for a transfer")
    to_account_id: AccountId | None = Field(default=None, description="Needed for a transfer")
    reference: ReferenceIn | None = None
    vat_rate: Rate | None = Field(
        default=None, description="Percent: 20, 13, 10 or 0 (Germany: 19, 7 or 0)"
    )
    vat_deductible: StrictBool | None = Field(
        default=None, description="Of an expense; true by default"
    )
    receipt_id: ShortText | None = None
    payment_method: ShortText | None = None
    currency: Literal["EUR"] | None = "EUR"
    notes: str | None = Field(default=None, max_length=5000)
    tags: Annotated[list[Tag], Field(max_length=50)] | None = None

    def transaction(self, transaction_id: UUID) -> Transaction:
        """The transaction as the ledger takes it."""
        return Transaction(
            transaction_id=transaction_id,
            type=TransactionType(self.type),
            amount=self.amount,
            description=self.description,
            booking_date=self.date,
            category=self.category,
            account_id=self._account("account_id"),
            from_account_id=self._account("from_account_id"),
            to_account_id=self._account("to_account_id"),
            reference=self.reference.reference() if self.reference else None,
            vat_rate=self.vat_rate,
            vat_deductible=self.vat_deductible,
            receipt_id=self.receipt_id,
            payment_method=self.payment_method,
            notes=self.notes,
            tags=tuple(self.tags or ()),
        )

    def _account(self, field: str) -> UUID | None:
        named = getattr(self, field)
        return None if named is None else account_id_of(named, f"/{field}")


class AccountShownOut(BodyOut):
    """The bank account of a transaction."""

    id: str
    name: str


class ReferenceOut(BodyOut):
    """The paper that a transaction refers to."""

    type: Literal["invoice", "receipt", "contract"]
    id: str
    number: str | None


class BookedLineOut(BodyOut):
    """One line of the booking."""

    account_code: str
    account_name: str
    debit: Money
    credit: Money


class TransactionOut(BodyOut):
    """One transaction with its booking."""

    id: str
    type: Literal["income", "expense", "transfer", "reversal"]
    status: Literal["booked", "reversed"]
    amount: Money
    currency: str = BASE_CURRENCY
    description: str
    category: str | None
    account_id: str | None
    account: AccountShownOut | None
    from_account_id: str | None
    to_account_id: str | None
    reference: ReferenceOut | None
    date: dt.date
    vat_rate: Rate | None
    vat_amount: Money | None
    net_amount: Money | None
    vat_deductible: bool | None
    receipt_id: str | None
    payment_method: str | None
    reconciled: bool
    journal_entries: list[BookedLineOut]
    tags: list[str]
    notes: str | None
    created_at: dt.datetime

    @classmethod
    def of(cls, view: TransactionView) -> "TransactionOut":
        """Transaction of the wire."""
        row = view.row
        facts = row.model_dump(include=set(cls.model_fields) - {"id", "reference"})
        return cls.model_validate(
            {
                **facts,
                "id": transaction_name(row.id),
                "status": "reversed" if view.is_reversed else "booked",
                "date": row.booking_date,
                **_accounts(view),
                "reference": _reference(view),
                "reconciled": view.is_reconciled,
                "journal_entries": [BookedLineOut.model_validate(line) for line in view.lines],
            }
        )


class TransactionAnswerOut(BodyOut):
    """One transaction in its envelope."""

    data: TransactionOut


class PaginationOut(BodyOut):
    """Where a page stands in its list."""

    page: int
    per_page: int
    total_pages: int
    total_count: int

    @classmethod
    def at(cls, page: int, per_page: int, total_count: int) -> "PaginationOut":
        """Page of a list that is so long."""
        total_pages = -(-total_count // per_page)
        return cls(page=page, per_page=per_page, total_pages=total_pages, total_count=total_count)


class TransactionsOut(BodyOut):
    """A page of transactions, latest first."""

    data: list[TransactionOut]
    pagination: PaginationOut


class TransactionReversalIn(BodyIn):
    """Why a transaction is reversed."""

    reason: str = Field(min_length=1, max_length=500)


class ReversedTransactionOut(BodyOut):
    """The transaction that holds no longer."""

    id: str
    status: Literal["reversed"]


class ReversalTransactionOut(BodyOut):
    """The mirror entry."""

    id: str
    type: Literal["reversal"]
    amount: Money = Field(description="Negative")
    description: str
    reason: str
    journal_entries: list[BookedLineOut]
    created_at: dt.datetime


class TransactionReversedOut(BodyOut):
    """Both sides of a reversal."""

    original_transaction: ReversedTransactionOut
    reversal_transaction: ReversalTransactionOut

    @classmethod
    def of(cls, original: UUID, view: TransactionView) -> "TransactionReversedOut":
        """Reversal of the wire."""
        return cls(
            original_transaction=ReversedTransactionOut(
                id=transaction_name(original), status="reversed"
            ),
            reversal_transaction=ReversalTransactionOut(
                id=transaction_name(view.row.id),
                type="reversal",
                amount=view.row.amount,
                description=view.row.description,
                reason=view.row.reason or "",
                journal_entries=[BookedLineOut.model_validate(line) for line in view.lines],
                created_at=view.row.created_at,
            ),
        )


class TransactionReversalOut(BodyOut):
    """A reversal in its envelope."""

    data: TransactionReversedOut


class DaysOut(BodyOut):
    """Days of a summary, both included."""

    first: dt.date = Field(serialization_alias="from")
    last: dt.date = Field(serialization_alias="to")


class FlowOut(BodyOut):
    """Income or expenses: gross sums."""

    total: Money
    count: int
    by_category: dict[str, Money]


class VatOut(BodyOut):
    """VAT within what came in and, as far as it may be deducted, within what went out."""

    collected: Money
    paid: Money
    due: Money


class TransactionSummaryOut(BodyOut):
    """What came in and went out; transfers and what was reversed are left out."""

    period: DaysOut
    income: FlowOut
    expenses: FlowOut
    balance: Money
    vat: VatOut

    @classmethod
    def of(
        cls, first: dt.date, last: dt.date, flows: dict[Direction, Flow]
    ) -> "TransactionSummaryOut":
        """Summary of the wire."""
        income, expenses = flows[Direction.INCOME], flows[Direction.EXPENSE]
        due = income.vat - expenses.vat
        return cls(
            period=DaysOut(first=first, last=last),
            income=FlowOut.model_validate(income),
            expenses=FlowOut.model_validate(expenses),
            balance=income.total - expenses.total,
            vat=VatOut(collected=income.vat, paid=expenses.vat, due=due),
        )


class SummaryAnswerOut(BodyOut):
    """A summary in its envelope."""

    data: TransactionSummaryOut


def _accounts(view: TransactionView) -> dict[str, object]:
    """Income and expenses have one account, a transfer has two."""
    row = view.row
    own = account_name(row.bank_account_id) if row.bank_account_id else None
    target = account_name(row.to_bank_account_id) if row.to_bank_account_id else None
    shown = None if target else own
    return {
        "account_id": shown,
        "account": {"id": shown, "name": view.account_name} if shown else None,
        "from_account_id": own if target else None,
        "to_account_id": target,
    }


def _reference(view: TransactionView) -> dict[str, object] | None:
    row = view.row
    if row.reference_type is None:
        return None
    return {"type": row.reference_type, "id": row.reference_id, "number": row.reference_number}
