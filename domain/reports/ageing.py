"""Open items at a day, by how long they are overdue or when they fall due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
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
    """The items of one partner, the oldest due date first."""

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
    ordered = sorted(items, key=_by_partner)
    partners = tuple(
        PartnerAgeing(*partner, ageing_of(mine), mine)
        for partner, mine in (
            (partner, tuple(group)) for partner, group in groupby(ordered, key=_partner)
        )
    )
    controls = tuple(
        Control(
            number, name, sum((i.remaining_base for i in ordered if i.account == number), ZERO), net
        )
        for number, (name, net) in sorted(ledger.items())
    )
    return OpenItems(day, ageing_of(ordered), partners, controls)


def ageing_of(items: Iterable[AgedItem]) -> Ageing:
    """Sum items by bucket."""
    buckets, forward = dict.fromkeys(Bucket, ZERO), dict.fromkeys(Forward, ZERO)
    for item in items:
        buckets[item.bucket] += item.remaining_base
        if item.forward is not None:
            forward[item.forward] += item.remaining_base
    return Ageing(sum(buckets.values(), ZERO), buckets, forward)


def _partner(item: AgedItem) -> tuple[UUID | None, str | None]:
    return item.partner_id, item.partner_name


def _by_partner(item: AgedItem) -> tuple[bool, str, str, date, date, str]:
    return (
        item.partner_id is None,
        (item.partner_name or "").casefold(),
        str(item.partner_id),
        item.due_date,
        item.booking_date,
        str(item.open_item_id),
    )
