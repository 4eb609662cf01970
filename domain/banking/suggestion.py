"""Which intent a bank transaction may belong to, how sure, and why."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.banking.transaction import BankTransaction

MOST = 5
_THRESHOLD = Decimal("0.5")
_CLOSE = Decimal("0.01")
_NEAR_DAYS, _FAR_DAYS = 3, 14
_SHORTEST = 3


class CandidateKind(StrEnum):
    """What a candidate is: money booked on the bank account, or an item still open."""

    BANK_BOOKING = "bank_booking"
    OPEN_RECEIVABLE = "open_receivable"
    OPEN_LIABILITY = "open_liability"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intent that waits for money. `amount` in EUR, positive where money is to come in."""

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


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A candidate with its score from 0 to 1 and the reasons for it."""

    candidate: Candidate
    score: Decimal
    reasons: tuple[str, ...]


class Candidates:
    """Everything that waits for money, ready to be asked for one transaction after the other.

    Who shares neither the amount nor a number reaches no half, so only those are weighed.
    """

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._all = sorted(candidates, key=lambda each: each.amount)
        self._amounts = [each.amount for each in self._all]
        self._numbers = [
            (_squashed(number), each)
            for each in self._all
            for number in (each.invoice_number, each.external_reference)
            if number
        ]

    def suggest(self, transaction: BankTransaction) -> tuple[Suggestion, ...]:
        """The best candidates, best first; what scores below one half is not named."""
        scored = [score(transaction, candidate) for candidate in self._likely(transaction)]
        good = [found for found in scored if found.score >= _THRESHOLD]
        good.sort(key=lambda one: (-one.score, one.candidate.day, one.candidate.intent_id))
        return tuple(good[:MOST])

    def _likely(self, transaction: BankTransaction) -> list[Candidate]:
        """Candidates on the transaction's side with a near amount, or named in its words."""
        reach = sorted((transaction.amount / (1 + _CLOSE), transaction.amount / (1 - _CLOSE)))
        first, last = bisect_left(self._amounts, reach[0]), bisect_right(self._amounts, reach[1])
        words = _squashed(transaction.words)
        named = [each for number, each in self._numbers if number in words]
        found = dict.fromkeys([*self._all[first:last], *named])
        return [each for each in found if each.amount * transaction.amount > 0]


def _squashed(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def score(transaction: BankTransaction, candidate: Candidate) -> Suggestion:
    """Weigh amount, reference, counterparty and date."""
    reasons = dict(_reasons(transaction, candidate))
    total = min(sum(reasons.values(), Decimal()), Decimal(1))
    return Suggestion(candidate, total, tuple(name for name in reasons if name != "date_far"))


def _reasons(transaction: BankTransaction, candidate: Candidate) -> Iterable[tuple[str, Decimal]]:
    gap = abs(transaction.amount - candidate.amount)
    if not gap:
        yield "amount_exact", Decimal("0.5")
    elif gap <= abs(candidate.amount) * _CLOSE:
        yield "amount_close", Decimal("0.25")
    if named_in(candidate.invoice_number, transaction.words):
        yield "invoice_number", Decimal("0.25")
    elif named_in(candidate.external_reference, transaction.words):
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


def named_in(number: str | None, words: str) -> bool:
    """Say whether a number stands in a text, whatever separates its parts.

    >>> named_in("RE-2026/15", "Rechnung RE 2026 15 vom"), named_in("15", "RE 2026 15")
    (True, False)
    """
    parts = re.findall(r"[^\W_]+", (number or "").casefold())
    if sum(map(len, parts)) < _SHORTEST:
        return False
    pattern = r"[\W_]*".join(map(re.escape, parts))
    return re.search(rf"(?<![^\W_]){pattern}(?![^\W_])", words.casefold()) is not None


def _same_name(one: str | None, other: str | None) -> bool:
    """Whether one name holds all words of the other; banks cut and abbreviate."""
    first, second = (set(re.findall(r"\w+", (name or "").casefold())) for name in (one, other))
    return bool(first and second) and (first <= second or second <= first)
