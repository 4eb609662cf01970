"""The approval policy of a tenant as data: bands, approvers, substitutes, deadlines, touchless.

A policy only says how many people must agree and who they may be. That a payment run is approved
by another person than its creator is no setting (FOUR_EYES).
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from domain.errors import InvalidInput
from domain.money import ZERO

ROLES = frozenset({"owner", "admin", "member"})
MOST_APPROVALS = 5
MOST_ENTRIES = 200
_LONGEST_DAYS = 365
_LEAST_HISTORY = 3
_MOST_HISTORY = 100


@dataclass(frozen=True, slots=True)
class Approvers:
    """People by role or by name; nobody named means every person who may write."""

    roles: tuple[str, ...] = ()
    users: tuple[UUID, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a role that does not exist."""
        for role in self.roles:
            if role not in ROLES:
                raise InvalidInput("/roles", f"{role!r} is no role")

    @property
    def is_open(self) -> bool:
        """Whether everybody counts.

        >>> Approvers().is_open, Approvers(roles=("owner",)).is_open
        (True, False)
        """
        return not (self.roles or self.users)


@dataclass(frozen=True, slots=True)
class Band:
    """What is needed for amounts above `above`, in EUR, up to the next band."""

    above: Decimal = ZERO
    approvals: int = 1
    approvers: Approvers = field(default_factory=Approvers)

    def __post_init__(self) -> None:
        """Refuse a band that asks for nobody or for a crowd."""
        if self.above < 0:
            raise InvalidInput("/above", "must not be negative")
        if not 1 <= self.approvals <= MOST_APPROVALS:
            raise InvalidInput("/approvals", f"must be 1 to {MOST_APPROVALS}")


@dataclass(frozen=True, slots=True)
class Substitute:
    """Who may approve in another's place, from the first to the last day, both included."""

    user_id: UUID
    substitute_id: UUID
    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        """Refuse one who stands in for themselves, and days in the wrong order."""
        if self.user_id == self.substitute_id:
            raise InvalidInput("/substitutes", "names the same person twice")
        if self.last_day < self.first_day:
            raise InvalidInput("/substitutes", "ends before it begins")


@dataclass(frozen=True, slots=True)
class VendorLimit:
    """Above `limit`, an invoice of this vendor needs so many people and is never touchless."""

    vendor_id: UUID
    limit: Decimal
    approvals: int = 2

    def __post_init__(self) -> None:
        """Refuse a limit below nothing."""
        if self.limit < 0:
            raise InvalidInput("/vendor_limits", "must not be negative")
        if not 1 <= self.approvals <= MOST_APPROVALS:
            raise InvalidInput("/vendor_limits", f"approvals must be 1 to {MOST_APPROVALS}")


@dataclass(frozen=True, slots=True)
class Deadlines:
    """After how many days people are reminded, then ever more rarely, and when it is escalated.

    `remind` names who is reminded: every person who may write, unless somebody is named.
    """

    reminder_days: int = 3
    escalation_days: int = 9
    remind: Approvers = field(default_factory=Approvers)
    escalate_to: Approvers = field(default_factory=lambda: Approvers(roles=("owner", "admin")))

    def __post_init__(self) -> None:
        """Refuse days that never come, and an escalation before the first reminder."""
        if not 1 <= self.reminder_days <= _LONGEST_DAYS:
            raise InvalidInput("/deadlines/reminder_days", f"must be 1 to {_LONGEST_DAYS}")
        if not self.reminder_days <= self.escalation_days <= _LONGEST_DAYS:
            raise InvalidInput(
                "/deadlines/escalation_days", f"must be reminder_days to {_LONGEST_DAYS}"
            )


@dataclass(frozen=True, slots=True)
class Touchless:
    """Which documents may be posted without a person; off unless a tenant turns it on.

    Amounts are gross in EUR. The usual range runs from the smallest of the vendor's last
    `history` invoices that people posted, divided by `range_factor`, to the largest times it.
    `daily_limit` and `total_limit` bound what is posted so for one vendor, on one day and since
    the policy became valid; None is no limit.
    """

    is_on: bool = False
    up_to: Decimal = ZERO
    least_confidence: Decimal = Decimal("0.95")
    history: int = 12
    least_history: int = _LEAST_HISTORY
    range_factor: Decimal = Decimal("1.25")
    daily_limit: Decimal | None = None
    total_limit: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse settings that would let everything through."""
        if self.is_on and self.up_to <= 0:
            raise InvalidInput("/touchless/up_to", "is needed where touchless is on")
        if not Decimal("0.5") <= self.least_confidence <= 1:
            raise InvalidInput("/touchless/least_confidence", "must be 0.5 to 1")
        if not _LEAST_HISTORY <= self.least_history <= self.history <= _MOST_HISTORY:
            raise InvalidInput(
                "/touchless/least_history",
                f"must be {_LEAST_HISTORY} to history, and that at most {_MOST_HISTORY}",
            )
        if not 1 <= self.range_factor <= 10:  # noqa: PLR2004 (ten times is no usual amount)
            raise InvalidInput("/touchless/range_factor", "must be 1 to 10")


@dataclass(frozen=True, slots=True)
class ApprovalPolicy:
    """One version of a tenant's policy, in force from `valid_from` until the next one is.

    `alone_may_approve`: the only active person of a tenant may approve what they asked for.
    """

    version: int = 0
    valid_from: date = date(1900, 1, 1)
    invoices: tuple[Band, ...] = (Band(),)
    payment_runs: tuple[Band, ...] = (Band(),)
    substitutes: tuple[Substitute, ...] = ()
    vendor_limits: tuple[VendorLimit, ...] = ()
    deadlines: Deadlines = field(default_factory=Deadlines)
    touchless: Touchless = field(default_factory=Touchless)
    alone_may_approve: bool = True

    def __post_init__(self) -> None:
        """Refuse bands that leave a gap or stand in no order, and lists without an end."""
        _check_bands("/invoices", self.invoices)
        _check_bands("/payment_runs", self.payment_runs)
        for name in ("substitutes", "vendor_limits"):
            if len(getattr(self, name)) > MOST_ENTRIES:
                raise InvalidInput(f"/{name}", f"at most {MOST_ENTRIES}")
        vendors = [each.vendor_id for each in self.vendor_limits]
        if len(set(vendors)) < len(vendors):
            raise InvalidInput("/vendor_limits", "names a vendor twice")

    @property
    def people(self) -> frozenset[UUID]:
        """Everybody whom the policy names."""
        groups = [band.approvers for band in (*self.invoices, *self.payment_runs)]
        groups += [self.deadlines.remind, self.deadlines.escalate_to]
        named = {user for group in groups for user in group.users}
        for each in self.substitutes:
            named |= {each.user_id, each.substitute_id}
        return frozenset(named)

    @property
    def vendors(self) -> frozenset[UUID]:
        """Every vendor that the policy names."""
        return frozenset(each.vendor_id for each in self.vendor_limits)

    def to_json(self) -> dict[str, Any]:
        """The policy as it is stored: amounts as strings, dates in ISO form."""
        stored: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "ApprovalPolicy":
        """The policy again."""
        return _ADAPTER.validate_python(stored)


def _check_bands(pointer: str, bands: tuple[Band, ...]) -> None:
    starts = [band.above for band in bands]
    if not starts or starts[0] != 0 or len(starts) > MOST_ENTRIES:
        raise InvalidInput(pointer, "needs bands, the first of them above 0")
    if any(low >= high for low, high in pairwise(starts)):
        raise InvalidInput(pointer, "bands must rise")


_ADAPTER = TypeAdapter(ApprovalPolicy)

DEFAULT = ApprovalPolicy()
"""What holds until a tenant says otherwise: one approval, of a run by another person."""
