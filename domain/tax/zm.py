"""The recapitulative statement (ZM): supplies to businesses in other member states, by VAT id.

Sums for each VAT id and kind, in whole euros (§ 18a UStG DE; Art. 21 Abs. 3 to 10 BMR AT). What is
booked after its period was stated is a correction of that period.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from domain.dates import DateRange, month_range
from domain.money import ZERO

_EURO = Decimal(1)
_MONTH = slice(0, 7)


class Kind(StrEnum):
    """What was supplied."""

    GOODS = "goods"
    SERVICES = "services"
    TRIANGULAR = "triangular"

    @property
    def letter(self) -> str:
        """The letter of the form.

        >>> Kind.GOODS.letter, Kind.SERVICES.letter, Kind.TRIANGULAR.letter
        ('L', 'S', 'D')
        """
        return {Kind.GOODS: "L", Kind.SERVICES: "S", Kind.TRIANGULAR: "D"}[self]


class Lack(StrEnum):
    """Why a supply cannot be stated."""

    NO_CUSTOMER = "no_customer"
    NO_VAT_ID = "no_vat_id"
    WRONG_VAT_ID = "wrong_vat_id"
    OWN_COUNTRY = "own_country"


@dataclass(frozen=True, slots=True)
class Buyer:
    """To whom something was supplied; `vat_id` without blanks, and what is amiss with it."""

    customer_id: UUID | None
    name: str | None
    vat_id: str | None
    lack: Lack | None = None


@dataclass(frozen=True, slots=True)
class Supply:
    """What one intent supplied of one kind: its base, and on which day it counts.

    What a reversal takes back counts on the day of what it takes back. `intent_id` is where it is
    booked, `reference` the number of the document, where it has one.
    """

    buyer: Buyer
    kind: Kind
    base: Decimal
    booked: date
    counts_on: date
    intent_id: UUID | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class ZmLine:
    """The base to state of a VAT id, in whole euros, beside what was booked.

    Of a correction `period` is the month that it corrects, by what is added to it.
    """

    vat_id: str
    kind: Kind
    base: Decimal
    booked: Decimal
    period: str | None = None

    @property
    def name(self) -> "LineName":
        """What the line is called."""
        return LineName(self.vat_id, self.kind, self.period)


@dataclass(frozen=True, slots=True)
class Unstated:
    """A supply that no line takes, and why."""

    buyer: Buyer
    kind: Kind
    base: Decimal


@dataclass(frozen=True, slots=True)
class Zm:
    """The statement of a range; `later` is the base that was booked in it and counts after it."""

    lines: tuple[ZmLine, ...]
    corrections: tuple[ZmLine, ...]
    unstated: tuple[Unstated, ...]
    later: Decimal

    @property
    def is_complete(self) -> bool:
        """Whether every supply has a VAT id that can be stated."""
        return not any(each.base for each in self.unstated)


def counts_on(kind: Kind, booked: date, document: date | None, supply: date | None) -> date:
    """The day by which a supply falls into a period.

    A service when it is supplied. Goods when they are invoiced, not before they are supplied and at
    the latest at the end of the month that follows (§ 18a Abs. 8 UStG DE, Art. 67 and 264 of
    Directive 2006/112/EC).

    >>> counts_on(Kind.GOODS, date(2026, 5, 2), date(2026, 5, 2), date(2026, 2, 27))
    datetime.date(2026, 3, 31)
    """
    if kind is Kind.SERVICES or supply is None:
        return supply or document or booked
    following = month_range(f"{supply:%Y-%m}").last + timedelta(days=1)
    latest = month_range(f"{following:%Y-%m}").last
    return min(max(document or booked, supply), latest)


_Key: TypeAlias = tuple[str | None, str, Kind]


@dataclass(frozen=True, slots=True)
class LineName:
    """Which line of a statement: of a VAT id and kind, and the month that it corrects."""

    vat_id: str
    kind: Kind
    period: str | None = None

    def __str__(self) -> str:
        """As an address has it.

        >>> str(LineName("IT00743110157", Kind.GOODS, "2026-02"))
        'IT00743110157.L.2026-02'
        """
        return ".".join(filter(None, (self.vat_id, self.kind.letter, self.period)))

    @classmethod
    def named(cls, words: str) -> "LineName | None":
        """The line that words name; None where they are no name of one.

        >>> LineName.named("IT00743110157.S").kind.value, LineName.named("x")
        ('services', None)
        """
        vat_id, *more = words.split(".")
        kinds = {kind.letter: kind for kind in Kind}
        if len(more) not in {1, 2} or more[0] not in kinds:
            return None
        return cls(vat_id, kinds[more[0]], more[1] if len(more) > 1 else None)


def _key_of(days: DateRange, each: Supply) -> _Key | None:
    """The line that a supply is part of; None where it is part of none."""
    is_earlier = each.counts_on < days.first
    if (is_earlier and each.booked < days.first) or each.counts_on > days.last:
        return None
    if each.buyer.lack is not None or each.buyer.vat_id is None:
        return None
    return (
        each.counts_on.isoformat()[_MONTH] if is_earlier else None,
        each.buyer.vat_id,
        each.kind,
    )


def behind(days: DateRange, supplies: Iterable[Supply], line: LineName) -> list[Supply]:
    """The supplies that a line is the sum of, in their order."""
    wanted = line.period, line.vat_id, line.kind
    return [each for each in supplies if _key_of(days, each) == wanted]


def zm(days: DateRange, supplies: Iterable[Supply]) -> Zm:
    """State what counts in a range and was booked by its end, and what it corrects before."""
    sums: defaultdict[_Key, Decimal] = defaultdict(lambda: ZERO)
    unstated: defaultdict[tuple[Buyer, Kind], Decimal] = defaultdict(lambda: ZERO)
    later = ZERO
    for each in supplies:
        is_earlier = each.counts_on < days.first
        key = _key_of(days, each)
        if key is not None:
            sums[key] += each.base
        elif each.counts_on > days.last:
            later += each.base if each.booked >= days.first else ZERO
        elif not is_earlier or each.booked >= days.first:
            unstated[each.buyer, each.kind] += each.base
    lines = [
        ZmLine(vat_id, kind, base.quantize(_EURO, ROUND_HALF_UP), base, period)
        for (period, vat_id, kind), base in sorted(
            sums.items(), key=lambda pair: (pair[0][0] or "", *pair[0][1:])
        )
        if base
    ]
    return Zm(
        tuple(line for line in lines if line.period is None),
        tuple(line for line in lines if line.period is not None),
        tuple(Unstated(*key, base) for key, base in unstated.items() if base),
        later,
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement as it was sent: when and by whom, its days, the last entry that it knew."""

    at: datetime
    user_id: UUID | None
    first: date
    last: date
    last_number: int
    lines: Mapping[LineName, Decimal]


@dataclass(frozen=True, slots=True)
class Changed:
    """A line that would be stated otherwise now than it was: what was sent, and what it is now."""

    line: LineName
    sent: Decimal
    now: Decimal


def changed(sent: Mapping[LineName, Decimal], now: Zm) -> list[Changed]:
    """Lines of which the books say something else since they were sent, in whole euros."""
    current = {each.name: each.base for each in (*now.lines, *now.corrections)}
    return [
        Changed(line, sent.get(line, ZERO), current.get(line, ZERO))
        for line in sorted({*sent, *current}, key=str)
        if sent.get(line, ZERO) != current.get(line, ZERO)
    ]
