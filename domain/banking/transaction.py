"""Bank transactions: what the bank moved, and when two rows are the same movement."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, Invalid, NotFound
from domain.money import BASE_CURRENCY

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


class TxNotZero(Invalid):
    """Only a transaction of nothing can be dismissed."""

    def __init__(self) -> None:
        super().__init__("The amount is not 0.")


@dataclass(frozen=True, slots=True)
class BankTransaction:
    """One movement; positive is money in. Its fields are what makes it itself."""

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


def content_hash(bank_account_id: UUID, transaction: BankTransaction, occurrence: int) -> str:
    """Hash of a movement; `occurrence` counts equal rows within one import, from 1."""
    parts = [str(bank_account_id), *transaction.content, str(occurrence)]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def hashed(
    bank_account_id: UUID, transactions: Iterable[BankTransaction]
) -> Iterator[tuple[str, BankTransaction]]:
    """Each transaction of one import with its hash: equal purchases of a day stay two."""
    seen: Counter[tuple[str, ...]] = Counter()
    for transaction in transactions:
        seen[transaction.content] += 1
        occurrence = seen[transaction.content]
        yield content_hash(bank_account_id, transaction, occurrence), transaction
