"""When a debtor is dunned, at which level, and for what.

Each item has the level of the last released letter that raised it. It asks for the next one some
days after its due date, or after that letter. A letter names everything that is overdue, less what
the debtor has to its credit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.dates import LATEST
from domain.errors import Conflict, NotFound
from domain.money import BASE_CURRENCY, ZERO
from domain.receivables.dunning_policy import DunningPolicy

NOTICE = "dunning_notice"
"""What a letter to a debtor is called as the subject of a mail."""


class Delivery(StrEnum):
    """How a letter goes out: by mail where the debtor has an address, else on paper."""

    MAIL = "mail"
    PRINT = "print"


class NoticeState(StrEnum):
    """Where a letter to a debtor stands."""

    PROPOSED = "proposed"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class Stage(StrEnum):
    """Where the dunning of a debtor stands."""

    OVER = "over"
    WAITING = "waiting"
    PROPOSED = "proposed"
    STOPPED = "stopped"


class NoticeNotFound(NotFound):
    """There is no such letter."""

    code = "NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such dunning notice.")


class NoticeNotProposed(Conflict):
    """The letter was released or withdrawn already."""

    code = "INVALID_STATE_TRANSITION"

    def __init__(self, state: NoticeState) -> None:
        super().__init__(f"The notice is {state}.", state=state.value)


class NoticeNotDrawn(Conflict):
    """The PDF is not made yet: whoever releases a letter has to be able to see it."""

    code = "INVALID_STATE_TRANSITION"

    def __init__(self) -> None:
        super().__init__("The letter is not drawn yet; try again in a moment.", state="proposed")


class NoticeOutdated(Conflict):
    """What the letter says is not what is owed any more; it is withdrawn, or made anew."""

    def __init__(self) -> None:
        super().__init__("Something was paid or booked since: the letter is not right any more.")


@dataclass(frozen=True, slots=True)
class DebtorItem:
    """What is left of an item of a debtor, below zero where we owe it; `level` is its last one.

    `is_being_collected` while a direct debit of ours is on its way: nobody is asked for that.
    """

    open_item_id: UUID
    document_number: str | None
    document_date: date
    due_date: date | None
    remaining_amount: Decimal
    currency: str = BASE_CURRENCY
    level: int = 0
    dunned_on: date | None = None
    is_being_collected: bool = False

    @property
    def is_in_base_currency(self) -> bool:
        """Whether it is owed in EUR: only that is dunned."""
        return self.currency == BASE_CURRENCY

    def is_overdue(self, today: date) -> bool:
        """Whether its day is over and something is owed that nobody collects."""
        if self.is_being_collected:
            return False
        return self.remaining_amount > ZERO and self.due_date is not None and self.due_date < today

    def asks_on(self, policy: DunningPolicy) -> date | None:
        """Day on which it asks for its next level; None where there is none."""
        since = self.dunned_on if self.level else self.due_date
        if self.remaining_amount <= ZERO or self.is_being_collected:
            return None
        if since is None or self.level >= len(policy.levels):
            return None
        if since > LATEST:  # due at the end of all days: never
            return None
        return since + timedelta(days=policy.levels[self.level].after_days)


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """One line of a letter; `level` is what the item has once the letter is released."""

    open_item_id: UUID
    level: int
    document_number: str | None
    document_date: date
    due_date: date | None
    remaining_amount: Decimal


@dataclass(frozen=True, slots=True)
class Proposal:
    """A letter that is due: level, lines, and the fee that goes with the level."""

    level: int
    fee: Decimal
    items: tuple[NoticeItem, ...]

    @property
    def total(self) -> Decimal:
        """What the debtor is asked for: everything overdue less its credits, and the fee."""
        return sum((item.remaining_amount for item in self.items), ZERO) + self.fee


@dataclass(frozen=True, slots=True)
class DebtorState:
    """Where a debtor stands: ids and states only. `look_at` is when to look again."""

    stage: Stage
    notice_id: UUID | None = None
    level: int = 0
    is_drawn: bool = False
    needs_release: bool = True
    look_at: datetime | None = None


def proposal(items: Iterable[DebtorItem], policy: DunningPolicy, today: date) -> Proposal | None:
    """The letter that is due today, or None. Only what is owed in EUR is dunned."""
    known = [item for item in items if item.is_in_base_currency]
    overdue = [item for item in known if item.is_overdue(today)]
    asking = {item.open_item_id for item in overdue if _asks(item, policy, today)}
    if not asking:
        return None
    lines = [_line(item, item.level + (item.open_item_id in asking)) for item in overdue]
    credits_ = [_line(item, 0) for item in known if item.remaining_amount < ZERO]
    level = max(line.level for line in lines if line.open_item_id in asking)
    found = Proposal(level, policy.levels[level - 1].fee, (*lines, *credits_))
    return found if found.total - found.fee >= max(policy.least_amount, _LEAST) else None


_LEAST = Decimal("0.01")


def is_over(items: Iterable[DebtorItem], today: date) -> bool:
    """Whether nothing is overdue any more."""
    return not any(item.is_overdue(today) for item in items if item.is_in_base_currency)


def next_day(items: Sequence[DebtorItem], policy: DunningPolicy, today: date) -> date | None:
    """The next day on which an item asks for its next level, after today."""
    days = (item.asks_on(policy) for item in items if item.is_in_base_currency)
    return min((day for day in days if day is not None and day > today), default=None)


def _asks(item: DebtorItem, policy: DunningPolicy, today: date) -> bool:
    day = item.asks_on(policy)
    return day is not None and day <= today


def _line(item: DebtorItem, level: int) -> NoticeItem:
    return NoticeItem(
        open_item_id=item.open_item_id,
        level=level,
        document_number=item.document_number,
        document_date=item.document_date,
        due_date=item.due_date,
        remaining_amount=item.remaining_amount,
    )
