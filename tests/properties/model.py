"""What the books should hold, kept in the plainest way."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.ledger.intent import Posting
from domain.periods.period import PeriodStatus

Moves = Mapping[str, Decimal]


@dataclass(slots=True)
class Known:
    """An intent as it was stored: its moves, what it opened, and what it settles of which item.

    `opening` names the opening balances that it is, undoes or restores.
    """

    day: date
    period: str
    moves: Moves
    opened: frozenset[UUID] = frozenset()
    settles: dict[UUID, Decimal] = field(default_factory=dict)
    opening: UUID | None = None
    reversed_by: UUID | None = None


@dataclass(slots=True)
class Item:
    """An open item, and how much of it is still open."""

    account: str
    is_debit: bool
    amount: Decimal
    remaining: Decimal


class Model:
    """Expected books of one tenant."""

    def __init__(self) -> None:
        self.intents: dict[UUID, Known] = {}
        self.items: dict[UUID, Item] = {}
        self.closed: dict[str, PeriodStatus] = {}
        self.in_force: dict[UUID, date] = {}

    def status(self, period: str) -> PeriodStatus:
        """State of a period."""
        return self.closed.get(period, PeriodStatus.OPEN)

    def is_open(self, period: str) -> bool:
        """Whether a period takes bookings."""
        return self.status(period) is PeriodStatus.OPEN

    def keep(self, intent_id: UUID, known: Known) -> None:
        """Take an intent that was stored."""
        assert intent_id not in self.intents
        self.intents[intent_id] = known
        for item, amount in known.settles.items():
            self.items[item].remaining -= amount
        if known.opening and self.in_force.pop(known.opening, None) is None:
            self.in_force[known.opening] = self.intents[known.opening].day

    def is_opened(self, *, but_for: UUID | None = None) -> bool:
        """Whether other opening balances hold."""
        return any(each != but_for for each in self.in_force)

    def undone(self, known: Known) -> dict[UUID, Decimal]:
        """What a reversal settles: all that the intent opened, and less what it settled."""
        opened = {item: self.items[item].amount for item in known.opened}
        return opened | {item: -amount for item, amount in known.settles.items()}

    def can_settle(self, settles: Mapping[UUID, Decimal]) -> bool:
        """Whether every item would stay between nothing and its amount."""
        left = ((self.items[item], amount) for item, amount in settles.items())
        return all(0 <= item.remaining - amount <= item.amount for item, amount in left)

    def has_settlements(self, known: Known) -> bool:
        """Whether something of what the intent opened is settled."""
        opened = (self.items[item] for item in known.opened)
        return any(item.remaining != item.amount for item in opened)

    def balance(self, account: str) -> Decimal:
        """Balance of an account over all periods."""
        return sum((k.moves.get(account, Decimal()) for k in self.intents.values()), Decimal())

    @property
    def by_period(self) -> dict[tuple[str, str], Decimal]:
        """Net of each account in each period, where there is one."""
        found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for known in self.intents.values():
            for account, amount in known.moves.items():
                found[known.period, account] += amount
        return {key: amount for key, amount in found.items() if amount}


def moves_of(postings: Iterable[Posting]) -> Moves:
    """Net of each account."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for posting in postings:
        found[posting.account] += posting.signed
    return {account: amount for account, amount in found.items() if amount}


def mirrored(moves: Moves) -> Moves:
    """The same moves the other way."""
    return {account: -amount for account, amount in moves.items()}
