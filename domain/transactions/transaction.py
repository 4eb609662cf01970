"""Income, expenses and transfers: the simple form of what most intents are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.errors import FieldError, Invalid, InvalidInput, NotFound
from domain.ledger.booking import Line
from domain.ledger.chart import Chart
from domain.ledger.intent import Side
from domain.money import ZERO
from domain.tax.split import Split, split_gross
from domain.transactions.category import Direction, InvalidCategory

RATES = {
    "AT": tuple(map(Decimal, (20, 13, 10, 0))),
    "DE": tuple(map(Decimal, (19, 7, 0))),
}
"""VAT rates in percent that a transaction may name, by country."""

_TRANSACTION, _ACCOUNT = "txn_", "acc_"


class TransactionNotFound(NotFound):
    """The transaction is unknown."""

    def __init__(self) -> None:
        super().__init__("There is no such transaction.")


class InvalidAccount(Invalid):
    """A bank account is unknown, or cannot take the transaction."""

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(f"{pointer}: {reason}", fields=(FieldError(pointer, reason),))


class InsufficientBalance(Invalid):
    """A transfer is larger than the balance of the account it comes from."""

    def __init__(self, balance: Decimal) -> None:
        super().__init__(
            f"The account holds {balance:.2f}, less than the transfer.", balance=f"{balance:.2f}"
        )


class AlreadyReconciled(Invalid):
    """What the transaction refers to, or is tied to, is settled already."""


class CannotReverse(Invalid):
    """The transaction cannot be reversed: it reverses another, or later settlements need it."""


class TransactionReversed(Invalid):
    """The transaction has been reversed before."""

    code = "ALREADY_REVERSED"

    def __init__(self) -> None:
        super().__init__("The transaction is reversed already.")


class MissingRequiredField(Invalid):
    """A required field is missing."""

    def __init__(self, *fields: FieldError) -> None:
        names = ", ".join(each.pointer for each in fields)
        super().__init__(f"{names}: is required", fields=fields)


class InvalidVatRate(Invalid):
    """The VAT rate is none that may be booked in the tenant's country on that day."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The VAT rate {reason}.", fields=(FieldError("/vat_rate", reason),))


class TransactionType(StrEnum):
    """What a transaction does; a reversal comes only from reversing another."""

    INCOME = "income"
    EXPENSE = "expense"
    TRANSFER = "transfer"
    REVERSAL = "reversal"


class ReferenceType(StrEnum):
    """What kind of paper a transaction refers to."""

    INVOICE = "invoice"
    RECEIPT = "receipt"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Reference:
    """The paper that a transaction refers to, in the words of the caller."""

    type: ReferenceType
    id: str
    number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """Money that came in, went out or moved between two bank accounts; `amount` is gross."""

    transaction_id: UUID
    type: TransactionType
    amount: Decimal
    description: str
    booking_date: date
    category: str | None = None
    account_id: UUID | None = None
    from_account_id: UUID | None = None
    to_account_id: UUID | None = None
    reference: Reference | None = None
    vat_rate: Decimal | None = None
    vat_deductible: bool | None = None
    receipt_id: str | None = None
    payment_method: str | None = None
    notes: str | None = None
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what does not belong to the type; only expenses have a deduction."""
        if self.amount <= ZERO:
            raise InvalidInput("/amount", "must be greater than 0")
        if self.is_transfer:
            self._check_transfer()
        elif self.from_account_id or self.to_account_id:
            raise InvalidInput("/from_account_id", "only a transfer has two accounts")
        is_expense = self.type is TransactionType.EXPENSE
        deductible = self.vat_deductible is not False if is_expense else None
        object.__setattr__(self, "vat_deductible", deductible)

    @property
    def is_transfer(self) -> bool:
        """Whether the money stays with the tenant."""
        return self.type is TransactionType.TRANSFER

    @property
    def direction(self) -> Direction:
        """Direction of an income or expense."""
        return Direction(self.type.value)

    @property
    def vat(self) -> Split | None:
        """Net and VAT within the gross amount, where a rate is given."""
        return None if self.vat_rate is None else split_gross(self.amount, self.vat_rate)

    @property
    def invoice(self) -> Reference | None:
        """The invoice that is referred to."""
        is_one = self.reference is not None and self.reference.type is ReferenceType.INVOICE
        return self.reference if is_one else None

    @property
    def receipt(self) -> str | None:
        """Id of the receipt that is referred to, in whichever field."""
        if self.receipt_id is not None or self.reference is None:
            return self.receipt_id
        return self.reference.id if self.reference.type is ReferenceType.RECEIPT else None

    @property
    def tax_code(self) -> str | None:
        """Tax code of the line that is no money: the tax of it stands in the VAT return.

        A rate of zero, or a VAT that may not be deducted, leaves the whole amount where it is.
        """
        if not self.vat_rate or self.vat_deductible is False:
            return None
        kind = "UST" if self.type is TransactionType.INCOME else "VST"
        return f"{kind}{self.vat_rate.normalize():f}".replace(".", "-")

    def check_rate(self, chart: Chart) -> None:
        """Refuse a rate that the chart's country does not have."""
        known = RATES[chart.country]
        if self.vat_rate is not None and self.vat_rate not in known:
            raise InvalidVatRate(f"must be one of {', '.join(map(str, known))}")

    def _check_transfer(self) -> None:
        missing = [
            FieldError(f"/{name}", "is required")
            for name in ("from_account_id", "to_account_id")
            if getattr(self, name) is None
        ]
        if missing:
            raise MissingRequiredField(*missing)
        if self.from_account_id == self.to_account_id:
            raise InvalidAccount("/to_account_id", "must differ from from_account_id")
        if self.category is not None:
            raise InvalidCategory("has no place on a transfer")
        for name in ("account_id", "vat_rate", "invoice"):
            if getattr(self, name) is not None:
                field = "reference" if name == "invoice" else name
                raise InvalidInput(f"/{field}", "has no place on a transfer")


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line of a transaction's booking; one of the two amounts is zero."""

    account: str
    debit: Decimal
    credit: Decimal


def lines_between(
    transaction: Transaction, money: str, other: str, tax_code: str | None = None
) -> tuple[Line, ...]:
    """Lines of a transaction that moves a money account against one other account.

    An income debits the money, everything else credits it.
    """
    side = Side.DEBIT if transaction.type is TransactionType.INCOME else Side.CREDIT
    return (
        Line(other, side.other, transaction.amount, tax_code),
        Line(money, side, transaction.amount),
    )


def shown(
    kind: TransactionType, entries: Iterable[tuple[str, str, Decimal]]
) -> tuple[ShownLine, ...]:
    """Lines of journal entries (debit account, credit account, amount), summed by account.

    Credits stand first on incomes and reversals, debits on expenses and transfers.

    >>> [line.account for line in shown(TransactionType.EXPENSE, [("6815", "2800", Decimal(5))])]
    ['6815', '2800']
    """
    listed: Sequence[tuple[str, str, Decimal]] = list(entries)
    debits = [
        ShownLine(account, amount, ZERO)
        for account, amount in _summed((debit, amount) for debit, _, amount in listed)
    ]
    credits_ = [
        ShownLine(account, ZERO, amount)
        for account, amount in _summed((credit, amount) for _, credit, amount in listed)
    ]
    credits_first = kind in {TransactionType.INCOME, TransactionType.REVERSAL}
    return tuple(credits_ + debits if credits_first else debits + credits_)


def _summed(moves: Iterable[tuple[str, Decimal]]) -> Iterable[tuple[str, Decimal]]:
    sums: dict[str, Decimal] = {}
    for account, amount in moves:
        sums[account] = sums.get(account, ZERO) + amount
    return sums.items()


def transaction_name(transaction_id: UUID) -> str:
    """Id of a transaction as it is shown.

    >>> transaction_name(UUID(int=1))
    'txn_00000000000000000000000000000001'
    """
    return f"{_TRANSACTION}{transaction_id.hex}"


def account_name(account_id: UUID) -> str:
    """Id of a bank account as transactions show it."""
    return f"{_ACCOUNT}{account_id.hex}"


def transaction_id_of(name: str) -> UUID:
    """Id behind a name that was shown, else TransactionNotFound."""
    found = uuid_of(name.removeprefix(_TRANSACTION)) if name.startswith(_TRANSACTION) else None
    if found is None:
        raise TransactionNotFound
    return found


def account_id_of(name: str, pointer: str) -> UUID:
    """Bank account behind a name that was shown, or behind its UUID; else InvalidAccount."""
    found = uuid_of(name.removeprefix(_ACCOUNT))
    if found is None:
        raise InvalidAccount(pointer, "is no bank account")
    return found


def uuid_of(text: str) -> UUID | None:
    """The UUID that a foreign id may be."""
    try:
        return UUID(text)
    except ValueError:
        return None
