"""Intents, their postings, and how postings are paired into journal entries."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from domain.errors import FieldError, Invalid, InvalidInput
from domain.money import ZERO, written
from domain.tax.code import TaxPart


class BalanceMismatch(Invalid):
    """Debit and credit differ."""

    def __init__(self, difference: Decimal) -> None:
        super().__init__(
            f"Debit and credit differ by {difference}.", difference=f"{difference:.2f}"
        )


class SameAccount(Invalid):
    """A row of the journal would have the same account on both sides, and say nothing."""

    def __init__(self, number: str) -> None:
        super().__init__(
            f"Account {number} would stand on both sides of one entry.",
            fields=(FieldError("/lines", "the same account on both sides of an entry"),),
            account_number=number,
        )


class Side(StrEnum):
    """Soll or Haben."""

    DEBIT = "D"
    CREDIT = "C"

    @property
    def other(self) -> "Side":
        """The opposite side."""
        return Side.CREDIT if self is Side.DEBIT else Side.DEBIT


class Kind(StrEnum):
    """Why an intent is in the books."""

    REGULAR = "regular"
    OPENING = "opening"
    ADJUSTMENT = "adjustment"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Settling:
    """An amount in EUR that an intent settles of an open item; negative undoes a settlement.

    `document_amount` is what it settles in the currency of a foreign item; where it is not said
    it is the share that the EUR are of the item.
    """

    open_item_id: UUID
    amount: Decimal
    document_amount: Decimal | None = None

    @property
    def undone(self) -> "Settling":
        """What opens again what this settles."""
        document = None if self.document_amount is None else -self.document_amount
        return Settling(self.open_item_id, -self.amount, document)


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an intent: an account, a side and a positive amount in base currency.

    `settles` says what of the amount settles open items of the account.
    """

    account: str
    side: Side
    amount: Decimal
    tax_code: str | None = None
    tax_part: TaxPart | None = None
    partner_id: UUID | None = None
    settles: tuple[Settling, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an amount that is not positive."""
        if self.amount <= 0:
            raise InvalidInput("/lines", "an amount must be positive")

    @property
    def signed(self) -> Decimal:
        """Debit minus credit."""
        return self.amount if self.side is Side.DEBIT else -self.amount

    @property
    def unsettled(self) -> Decimal:
        """What of the amount settles nothing, and opens an item where the account has them."""
        if not self.settles:
            return self.amount
        return self.amount - sum((each.amount for each in self.settles), ZERO)

    @property
    def mirrored(self) -> "Posting":
        """The same posting on the other side."""
        return Posting(
            self.account,
            self.side.other,
            self.amount,
            self.tax_code,
            self.tax_part,
            self.partner_id,
        )


@dataclass(frozen=True, slots=True)
class Exchange:
    """A document in foreign currency: `rate` units of it are worth one euro."""

    currency: str
    amount: Decimal
    rate: Decimal
    rate_date: date
    rate_source: str


@dataclass(frozen=True, slots=True)
class OpenItemTerms:
    """What an open item knows beyond its posting."""

    document_number: str | None = None
    due_date: date | None = None


NO_TERMS = OpenItemTerms()


@dataclass(frozen=True, slots=True)
class Entry:
    """A debit and a credit of the same amount: what becomes a row of the journal."""

    debit: Posting
    credit: Posting
    amount: Decimal
    reverses: str | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """One accounting fact as it was asked for: balanced postings on one day.

    `postings` are expanded by their tax codes; `lines` keeps what was sent. `period`
    names the month or adjustment period, `fiscal_year` the calendar year it ends in.
    Postings on open-item accounts open an item over what they do not settle themselves; where
    `settles` names items and no posting does, they open none.
    `reverses_opening` is set where the first intent of a row of reversals opened the books.
    `is_arranged` where rows may be paired in another order than that of the postings.
    """

    intent_id: UUID
    booking_date: date
    period: str
    fiscal_year: int
    description: str
    postings: tuple[Posting, ...]
    source: str
    document_date: date | None = None
    supply_date: date | None = None
    kind: Kind = Kind.REGULAR
    lines: tuple[dict[str, object], ...] = ()
    external_reference: str | None = None
    custom_metadata: dict[str, object] | None = None
    document_id: UUID | None = None
    document_sha256: str | None = None
    exchange: Exchange | None = None
    reverses_intent_id: UUID | None = None
    approved_by: UUID | None = None
    check_duplicate: bool = False
    terms: OpenItemTerms = NO_TERMS
    settles: tuple[Settling, ...] = ()
    reversed_entries: tuple[Entry, ...] = field(default=())
    reverses_opening: bool = False
    is_arranged: bool = False
    entries: tuple[Entry, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse to exist empty or unbalanced, and pair postings into rows of the journal."""
        if not self.postings:
            raise InvalidInput("/lines", "a booking needs at least two lines")
        difference = sum((posting.signed for posting in self.postings), ZERO)
        if difference:
            raise BalanceMismatch(difference)
        paired = arranged if self.is_arranged else pair
        entries = self.reversed_entries or tuple(paired(self.postings))
        object.__setattr__(self, "entries", entries)

    @property
    def is_opening(self) -> bool:
        """Whether it belongs to the opening balances and is no movement of the year."""
        return self.kind is Kind.OPENING or self.reverses_opening

    @property
    def fingerprint(self) -> str:
        """Hash of day and movements: two intents that share it look like one booked twice."""
        moves = sorted((p.account, p.side, written(p.amount)) for p in self.postings)
        return hashlib.sha256(orjson.dumps([self.booking_date, moves])).hexdigest()


def pair(postings: Iterable[Posting]) -> Iterator[Entry]:
    """Pair debits and credits in the given order by the smaller remaining amount.

    The result depends on the order alone, and every account moves by its postings. Raises
    SameAccount where a row would have one account on both sides.
    """
    listed = list(postings)
    debits = [p for p in listed if p.side is Side.DEBIT]
    credits_ = [p for p in listed if p.side is Side.CREDIT]
    d = c = 0
    left_d, left_c = debits[0].amount, credits_[0].amount
    while True:
        step = min(left_d, left_c)
        if debits[d].account == credits_[c].account:
            raise SameAccount(debits[d].account)
        yield Entry(_part(debits[d], step), _part(credits_[c], step), step)
        left_d, left_c = left_d - step, left_c - step
        if not left_d:
            d += 1
            if d == len(debits):
                return
            left_d = debits[d].amount
        if not left_c:
            c += 1
            left_c = credits_[c].amount


def arranged(postings: Iterable[Posting]) -> Iterator[Entry]:
    """Pair what a document says: tax owed by oneself with its deduction, the rest so that no
    row has the same account on both sides. Raises SameAccount where that cannot be.
    """  # noqa: D205 (one sentence)
    rest: list[Posting] = []
    late: list[Posting] = []
    owed: list[Entry] = []
    for posting in postings:
        if posting.tax_part is not TaxPart.SELF:
            rest.append(posting)
        elif rest and _deducts(rest[-1], posting):
            owed.append(_row(rest.pop(), posting, posting.amount))
        else:
            late.append(posting)
    # Import VAT has lines of its own, in whatever order the document has them.
    for posting in late:
        own = (at for at, each in enumerate(rest) if each.tax_code and _deducts(each, posting))
        found = next(own, None)
        if found is None:
            rest.append(posting)
        else:
            owed.append(_row(rest.pop(found), posting, posting.amount))
    yield from _apart(rest)
    yield from owed


def _deducts(posting: Posting, owed: Posting) -> bool:
    """Whether a posting is the deduction, or the cost, of tax that is owed by oneself."""
    is_mirrored = posting.account != owed.account and posting.signed == -owed.signed
    return is_mirrored and posting.tax_code in {None, owed.tax_code}


def _apart(postings: list[Posting]) -> Iterator[Entry]:
    """Pair what is reduced first: it has fewer partners than the side that is owed."""
    owed = next((p.side for p in postings if p.partner_id is not None), Side.CREDIT)
    shared = {p.account for p in postings if p.side is owed}
    shared &= {p.account for p in postings if p.side is not owed}
    left = [[p, p.amount] for p in postings if p.side is not owed]
    for posting in sorted(
        (p for p in postings if p.side is owed), key=lambda p: p.account not in shared
    ):
        yield from _against(posting, left)


def _against(posting: Posting, left: list[list[Any]]) -> Iterator[Entry]:
    to_pair = posting.amount
    for pile in left:
        step = min(to_pair, pile[1])
        if step and pile[0].account != posting.account:
            yield _row(pile[0], posting, step)
            pile[1] -= step
            to_pair -= step
    if to_pair:
        raise SameAccount(posting.account)


def _row(one: Posting, other: Posting, amount: Decimal) -> Entry:
    debit, credit = (one, other) if one.side is Side.DEBIT else (other, one)
    return Entry(_part(debit, amount), _part(credit, amount), amount)


def _part(posting: Posting, amount: Decimal) -> Posting:
    if posting.amount == amount:
        return posting
    return Posting(
        posting.account, posting.side, amount, posting.tax_code, posting.tax_part,
        posting.partner_id,
    )  # fmt: skip
