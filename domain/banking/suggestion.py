"""Which intent a bank transaction may belong to, how sure, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.banking.bank_transaction import BankTransaction
from domain.banking.remittance import WORD, core_of, folded, number_of
from domain.money import BASE_CURRENCY

MOST = 5
"""Candidates that are named for one movement."""
LEAST = Decimal("0.5")
"""What scores less is not named."""
CLOSE = Decimal("0.01")
"""How far an amount may be off to be a close one."""
_NEAR_DAYS, _FAR_DAYS = 3, 14
_SHORTEST = 3


class CandidateKind(StrEnum):
    """What a candidate is: money booked on the bank account, or an item still open."""

    BANK_BOOKING = "bank_booking"
    OPEN_RECEIVABLE = "open_receivable"
    OPEN_LIABILITY = "open_liability"


@dataclass(frozen=True, slots=True)
class DiscountTerm:
    """What may be taken off until a day; `amount` is positive, in the item's currency."""

    until: date
    amount: Decimal
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What waits for money. `amount` is positive where money is to come in.

    It is in EUR, or in the currency of a foreign bank account. `day` is when money is due,
    `document_day` when it began to be owed; `due_amount` what is due of it where that is less.
    `references` are what the payer was asked to name instead of the number. `payee_iban` is that of
    another payee than the partner. `is_collected` where nobody transfers it: its vendor collects
    it, or a card is charged.
    """

    intent_id: UUID
    kind: CandidateKind
    amount: Decimal
    day: date
    description: str
    open_item_account: str | None = None
    invoice_number: str | None = None
    external_reference: str | None = None
    counterparty_iban: str | None = None
    counterparty_name: str | None = None
    open_item_id: UUID | None = None
    partner_id: UUID | None = None
    document_day: date | None = None
    due_amount: Decimal | None = None
    references: tuple[str, ...] = ()
    discounts: tuple[DiscountTerm, ...] = ()
    currency: str = BASE_CURRENCY
    is_collected: bool = False
    payee_iban: str | None = None

    @property
    def party(self) -> UUID | str | None:
        """Who stands behind it: the partner, else the name, else the account."""
        return self.partner_id or self.counterparty_name or self.counterparty_iban


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A candidate with its score from 0 to 1 and the reasons for it."""

    candidate: Candidate
    score: Decimal
    reasons: tuple[str, ...]


def score(transaction: BankTransaction, candidate: Candidate) -> Suggestion:
    """Weigh amount, reference, counterparty and date."""
    reasons = dict(_reasons(transaction, candidate))
    total = min(sum(reasons.values(), Decimal()), Decimal(1))
    return Suggestion(candidate, total, tuple(name for name in reasons if name != "date_far"))


def _reasons(transaction: BankTransaction, candidate: Candidate) -> Iterable[tuple[str, Decimal]]:
    gap = abs(transaction.amount - candidate.amount)
    if not gap:
        yield "amount_exact", Decimal("0.5")
    elif gap <= abs(candidate.amount) * CLOSE:
        yield "amount_close", Decimal("0.25")
    if named_in(candidate.invoice_number, transaction.words):
        yield "invoice_number", Decimal("0.25")
    elif any(named_in(each, transaction.words) for each in _others(candidate)):
        yield "external_reference", Decimal("0.25")
    yield from _party_reasons(transaction, candidate)
    yield from _date_reasons(abs((transaction.tx_date - candidate.day).days))


def _party_reasons(
    transaction: BankTransaction, candidate: Candidate
) -> Iterable[tuple[str, Decimal]]:
    iban = candidate.counterparty_iban
    if iban and iban == transaction.counterparty_iban:
        yield "counterparty_iban", Decimal("0.15")
    if _same_name(candidate.counterparty_name, transaction.counterparty_name):
        yield "counterparty_name", Decimal("0.1")


def _date_reasons(days: int) -> Iterable[tuple[str, Decimal]]:
    if days <= _NEAR_DAYS:
        yield "date_close", Decimal("0.1")
    elif days <= _FAR_DAYS:
        yield "date_far", Decimal("0.05")


def _others(candidate: Candidate) -> Iterable[str]:
    yield from candidate.references
    if candidate.external_reference:
        yield candidate.external_reference


def named_in(number: str | None, words: str) -> bool:
    """Say whether a number stands in a text, whatever separates its parts.

    >>> named_in("RE-2026/15", "Rechnung RE 2026 15 vom"), named_in("15", "RE 2026 15")
    (True, False)
    """
    wanted = number_of(number or "").squashed
    if len(wanted) < _SHORTEST:
        return False
    parts = WORD.findall(folded(words))
    return any(_begins(parts[at:], wanted) for at in range(len(parts)))


def _begins(parts: list[str], wanted: str) -> bool:
    """Whether the first parts together are a text."""
    squashed = ""
    for part in parts:
        squashed += part
        if len(squashed) >= len(wanted):
            break
    return squashed == wanted


def _same_name(one: str | None, other: str | None) -> bool:
    """Whether one name holds all words of the other; banks cut and abbreviate."""
    first, second = core_of(one or ""), core_of(other or "")
    return bool(first and second) and (first <= second or second <= first)
