"""Bank transactions: what the bank moved, and when two rows are the same movement."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.banking.identity import Evidence, with_proper_references
from domain.errors import Conflict, Invalid, NotFound
from domain.formats.statement import ReferenceKind
from domain.money import BASE_CURRENCY, ZERO

MOST_ROWS = 1000


class BankStatus(StrEnum):
    """Whether a movement has found its place in the books."""

    UNRECONCILED = "unreconciled"
    RECONCILED = "reconciled"
    EXCLUDED = "excluded"


class TxNotFound(NotFound):
    """The bank transaction is unknown."""

    def __init__(self) -> None:
        super().__init__("The bank transaction is unknown.")


class TxAlreadyHandled(Conflict):
    """The transaction is reconciled or dismissed."""

    def __init__(self, status: BankStatus) -> None:
        super().__init__(f"The transaction is {status}.", status=status.value)


class TxNotMatched(Conflict):
    """The transaction is open already."""

    def __init__(self) -> None:
        super().__init__("The transaction is open already.")


class TxAnnounced(Conflict):
    """The bank has only announced the transaction; a statement must bring it first."""

    code = "TX_ALREADY_HANDLED"

    def __init__(self) -> None:
        super().__init__("The bank has only announced this; a statement must bring it first.")


class TxNotZero(Invalid):
    """Only a transaction of nothing can be dismissed."""

    def __init__(self) -> None:
        super().__init__("The amount is not 0.")


@dataclass(frozen=True, slots=True)
class BankTransaction:
    """One movement; positive is money in.

    `batch_reference` is the message id of the file whose payments the bank booked as one.
    """

    tx_date: date
    amount: Decimal
    currency: str = BASE_CURRENCY
    value_date: date | None = None
    counterparty_name: str | None = None
    counterparty_iban: str | None = None
    reference: str | None = None
    bank_reference: str | None = None
    tx_type: str | None = None
    end_to_end_id: str | None = None
    batch_reference: str | None = None
    statement_id: UUID | None = None

    @property
    def content(self) -> tuple[str, ...]:
        """What two imports of the same movement have in common."""
        return (
            self.tx_date.isoformat(),
            f"{self.amount:.2f}",
            self.currency,
            self.counterparty_name or "",
            self.counterparty_iban or "",
            self.reference or "",
            self.bank_reference or "",
        )

    @property
    def words(self) -> str:
        """Everything that may name an invoice."""
        return " ".join(filter(None, (self.reference, self.end_to_end_id, self.bank_reference)))


def together(movements: Sequence[BankTransaction]) -> BankTransaction:
    """Movements as one: their sum, on the last day, with the words of all."""
    first = movements[0]
    if len(movements) == 1:
        return first
    names = {each.counterparty_name for each in movements}
    ibans = {each.counterparty_iban for each in movements}
    return replace(
        first,
        tx_date=max(each.tx_date for each in movements),
        amount=sum((each.amount for each in movements), ZERO),
        counterparty_name=first.counterparty_name if len(names) == 1 else None,
        counterparty_iban=first.counterparty_iban if len(ibans) == 1 else None,
        reference=" ".join(filter(None, (each.reference for each in movements))) or None,
        bank_reference=None,
        end_to_end_id=None,
        batch_reference=None,
        statement_id=None,
    )


def content_hash(bank_account_id: UUID, content: Sequence[str], occurrence: int) -> str:
    """Hash of what makes a movement itself; `occurrence` counts equal rows, from 1."""
    parts = [str(bank_account_id), *content, str(occurrence)]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def evidence_of(transactions: Sequence[BankTransaction]) -> list[Evidence]:
    """Rows by the bank's reference, where it is fit to be evidence."""
    said = [
        Evidence(
            each.tx_date,
            each.amount,
            ((ReferenceKind.SERVICER, each.bank_reference),) if each.bank_reference else (),
        )
        for each in transactions
    ]
    return [*with_proper_references(said)]


def hashed(
    bank_account_id: UUID, transactions: Sequence[BankTransaction]
) -> Iterator[tuple[str, BankTransaction]]:
    """Each row of one import with its hash.

    By the bank's reference and amount where it gives one, else by content and count, so that
    equal purchases of a day stay two.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for transaction, evidence in zip(transactions, evidence_of(transactions), strict=True):
        content = transaction.content
        if evidence.references:
            content = ("reference", evidence.references[0][1], f"{evidence.amount:.2f}")
        seen[content] += 1
        yield content_hash(bank_account_id, content, seen[content]), transaction


def former_hashes(bank_account_id: UUID, transactions: Iterable[BankTransaction]) -> Iterator[str]:
    """Hashes as the first release made them: by content and count alone."""
    seen: Counter[tuple[str, ...]] = Counter()
    for transaction in transactions:
        seen[transaction.content] += 1
        yield content_hash(bank_account_id, transaction.content, seen[transaction.content])
