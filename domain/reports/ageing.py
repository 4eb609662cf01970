"""Open items at a day, by how long they are overdue or when they fall due."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import Protocol
from uuid import UUID

from domain.money import ZERO, exponent_of


class Bucket(StrEnum):
    """How long an item is overdue, in days."""

    NOT_DUE = "not_due"
    TO_30 = "overdue_1_30"
    TO_60 = "overdue_31_60"
    TO_90 = "overdue_61_90"
    TO_180 = "overdue_91_180"
    OVER_180 = "overdue_over_180"


class Forward(StrEnum):
    """Within how many days an item falls due that is not due yet."""

    IN_7 = "due_in_7"
    IN_14 = "due_in_14"
    IN_30 = "due_in_30"
    IN_60 = "due_in_60"
    LATER = "due_later"


_OVERDUE = ((0, Bucket.NOT_DUE), (30, Bucket.TO_30), (60, Bucket.TO_60), (90, Bucket.TO_90),
            (180, Bucket.TO_180))  # fmt: skip
_COMING = ((7, Forward.IN_7), (14, Forward.IN_14), (30, Forward.IN_30), (60, Forward.IN_60))
BUCKETS = (*(bucket for _, bucket in _OVERDUE), Bucket.OVER_180)
BUCKET_EDGES = tuple(last + 1 for last, _ in _OVERDUE)
"""Days overdue with which each bucket after the first begins."""
FORWARDS = (None, *(forward for _, forward in _COMING), Forward.LATER)
FORWARD_EDGES = (0, *(last + 1 for last, _ in _COMING))
"""Days left with which each bucket ahead begins; before the first of them nothing is."""


def bucket_of(days_overdue: int) -> Bucket:
    """Bucket of an item; due today is not overdue.

    >>> bucket_of(0).value, bucket_of(30).value, bucket_of(181).value
    ('not_due', 'overdue_1_30', 'overdue_over_180')
    """
    return next((bucket for days, bucket in _OVERDUE if days_overdue <= days), Bucket.OVER_180)


def forward_of(days_left: int) -> Forward | None:
    """Bucket ahead of an item that is not due yet.

    >>> forward_of(7).value, forward_of(61).value, forward_of(-1)
    ('due_in_7', 'due_later', None)
    """
    if days_left < 0:
        return None
    return next((bucket for days, bucket in _COMING if days_left <= days), Forward.LATER)


class Aged(Protocol):
    """What is left of one item, or of several that are of one age."""

    @property
    def partner_id(self) -> UUID | None:
        """Whose it is."""

    @property
    def partner_name(self) -> str | None:
        """And by name."""

    @property
    def account(self) -> str:
        """The collective account."""

    @property
    def remaining_base(self) -> Decimal:
        """What is left in base currency."""

    @property
    def bucket(self) -> Bucket:
        """How long it is overdue."""

    @property
    def forward(self) -> Forward | None:
        """When it falls due, if it has not yet."""


@dataclass(frozen=True, slots=True)
class AgedSum:
    """What is left of all items of a partner on an account that are of one age."""

    partner_id: UUID | None
    partner_name: str | None
    account: str
    bucket: Bucket
    forward: Forward | None
    remaining_base: Decimal


@dataclass(frozen=True, slots=True)
class AgedItem:
    """What is left of an item in base currency, and the item itself.

    `remaining_base` is positive for what the report is about (claims, or debts) and negative
    for credit notes, and for payments that reached the books before their invoice.
    Without a due date an item is due on the day it was booked. `remaining_document` is what is
    left of a foreign item in its currency; None in EUR.
    """

    open_item_id: UUID
    intent_id: UUID
    account: str
    partner_id: UUID | None
    partner_name: str | None
    document_number: str | None
    booking_date: date
    agreed_due_date: date | None
    currency: str
    document_amount: Decimal
    amount_base: Decimal
    remaining_base: Decimal
    day: date
    remaining_document: Decimal | None = None

    @property
    def due_date(self) -> date:
        """The day on which it falls due."""
        return self.agreed_due_date or self.booking_date

    @property
    def days_overdue(self) -> int:
        """Days since it fell due; negative before."""
        return (self.day - self.due_date).days

    @property
    def bucket(self) -> Bucket:
        """How long it is overdue."""
        return bucket_of(self.days_overdue)

    @property
    def forward(self) -> Forward | None:
        """When it falls due, if it has not yet."""
        return forward_of(-self.days_overdue)

    @property
    def remaining_amount(self) -> Decimal:
        """What is left in the currency of the document."""
        if self.remaining_document is None:
            return self.remaining_base
        return self.remaining_document.quantize(Decimal(1).scaleb(-exponent_of(self.currency)))


@dataclass(frozen=True, slots=True)
class Ageing:
    """What is left of some items in base currency, by bucket."""

    total: Decimal
    buckets: Mapping[Bucket, Decimal]
    forward: Mapping[Forward, Decimal]


@dataclass(frozen=True, slots=True)
class PartnerAgeing:
    """The items of one partner, the oldest due date first; none where they were only added up."""

    partner_id: UUID | None
    partner_name: str | None
    ageing: Ageing
    items: tuple[AgedItem, ...]


@dataclass(frozen=True, slots=True)
class Control:
    """A collective account: what its items say, and what the ledger says."""

    account: str
    name: str
    items: Decimal
    ledger: Decimal

    @property
    def difference(self) -> Decimal:
        """What the ledger has beyond the items."""
        return self.ledger - self.items


@dataclass(frozen=True, slots=True)
class OpenItems:
    """Open items of all partners at a day, and whether they agree with the ledger."""

    day: date
    ageing: Ageing
    partners: tuple[PartnerAgeing, ...]
    controls: tuple[Control, ...]

    @property
    def is_reconciled(self) -> bool:
        """Whether each collective account stands at the sum of its items."""
        return not any(control.difference for control in self.controls)

    @property
    def credit_balance(self) -> Decimal:
        """Partners with a balance on the other side: the balance sheet shows them there."""
        totals = (partner.ageing.total for partner in self.partners)
        return sum((total for total in totals if total < 0), ZERO)


def open_items(
    day: date, items: Iterable[AgedItem], ledger: Mapping[str, tuple[str, Decimal]]
) -> OpenItems:
    """Age items at a day; `ledger` has name and balance of each collective account by number.

    Balances bear the sign of the items.
    """
    ordered = in_order(items)
    partners = tuple(
        PartnerAgeing(*partner, ageing_of(mine), mine)
        for partner, mine in (
            (partner, tuple(group)) for partner, group in groupby(ordered, key=_partner)
        )
    )
    return OpenItems(day, ageing_of(ordered), partners, _controls(ordered, ledger))


def open_sums(
    day: date, sums: Iterable[AgedSum], ledger: Mapping[str, tuple[str, Decimal]]
) -> OpenItems:
    """The same of items that were added up; none of them is told."""
    ordered = sorted(sums, key=_by_name)
    partners = tuple(
        PartnerAgeing(*partner, ageing_of(mine), ())
        for partner, mine in groupby(ordered, key=_partner)
    )
    return OpenItems(day, ageing_of(ordered), partners, _controls(ordered, ledger))


def in_order(items: Iterable[AgedItem]) -> tuple[AgedItem, ...]:
    """Items by the names of their partners, and of one the oldest due date first."""
    return tuple(sorted(items, key=_by_partner))


def _controls(
    items: Iterable[Aged], ledger: Mapping[str, tuple[str, Decimal]]
) -> tuple[Control, ...]:
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for each in items:
        sums[each.account] += each.remaining_base
    return tuple(
        Control(number, name, sums[number], net) for number, (name, net) in sorted(ledger.items())
    )


def ageing_of(items: Iterable[Aged]) -> Ageing:
    """Sum items by bucket."""
    buckets, forward = dict.fromkeys(Bucket, ZERO), dict.fromkeys(Forward, ZERO)
    for item in items:
        buckets[item.bucket] += item.remaining_base
        if item.forward is not None:
            forward[item.forward] += item.remaining_base
    return Ageing(sum(buckets.values(), ZERO), buckets, forward)


def _partner(item: Aged) -> tuple[UUID | None, str | None]:
    return item.partner_id, item.partner_name


def _by_name(item: Aged) -> tuple[bool, str, str]:
    name = (item.partner_name or "").casefold()
    return item.partner_id is None, name, str(item.partner_id)


def _by_partner(item: AgedItem) -> tuple[tuple[bool, str, str], date, date, str]:
    return _by_name(item), item.due_date, item.booking_date, str(item.open_item_id)
