"""Wire models of the approval policy."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.review_cases import OutcomeName, ReasonOut
from api.schemas.types import BodyIn, BodyOut, Day, Money, NonNegativeMoney, Rate
from domain.approvals.policy import (
    DEFAULT,
    MOST_APPROVALS,
    MOST_ENTRIES,
    ApprovalPolicy,
    Approvers,
    Band,
    Deadlines,
    Substitute,
    Touchless,
    VendorLimit,
)
from domain.approvals.simulate import Simulation
from domain.approvals.views import PolicyVersion
from domain.money import ZERO

Role = Literal["owner", "admin", "member"]
Count = Annotated[int, Field(ge=1, le=MOST_APPROVALS)]
Days = Annotated[int, Field(ge=1, le=365)]
_STANDARD = DEFAULT.touchless


class ApproversIn(BodyIn):
    """People by role or by id; nobody named means everybody who may write."""

    roles: list[Role] = Field(default_factory=list, max_length=3)
    users: list[UUID] = Field(default_factory=list, max_length=MOST_ENTRIES)

    def value(self) -> Approvers:
        """Those people."""
        return Approvers(tuple(self.roles), tuple(self.users))


class BandIn(BodyIn):
    """What amounts above `above` need, up to the next band; in EUR, the first is 0."""

    above: NonNegativeMoney = ZERO
    approvals: Count = 1
    approvers: ApproversIn = Field(default_factory=ApproversIn)

    def value(self) -> Band:
        """The band."""
        return Band(self.above, self.approvals, self.approvers.value())


class SubstituteIn(BodyIn):
    """Who approves in another's place, from the first to the last day, both included."""

    user_id: UUID
    substitute_id: UUID
    first_day: Day
    last_day: Day

    def value(self) -> Substitute:
        """The substitute."""
        return Substitute(self.user_id, self.substitute_id, self.first_day, self.last_day)


class VendorLimitIn(BodyIn):
    """Above the limit an invoice of the vendor needs so many people and is never touchless."""

    vendor_id: UUID
    limit: NonNegativeMoney
    approvals: Count = 2

    def value(self) -> VendorLimit:
        """The limit."""
        return VendorLimit(self.vendor_id, self.limit, self.approvals)


class DeadlinesIn(BodyIn):
    """After how many days people are reminded, and when a case is escalated."""

    reminder_days: Days = DEFAULT.deadlines.reminder_days
    escalation_days: Days = DEFAULT.deadlines.escalation_days
    remind: ApproversIn = Field(default_factory=ApproversIn)
    escalate_to: ApproversIn = Field(default_factory=lambda: ApproversIn(roles=["owner", "admin"]))

    def value(self) -> Deadlines:
        """The deadlines."""
        return Deadlines(
            self.reminder_days,
            self.escalation_days,
            self.remind.value(),
            self.escalate_to.value(),
        )


class TouchlessIn(BodyIn):
    """Which documents may be posted without a person; amounts are gross in EUR."""

    is_on: bool = False
    up_to: NonNegativeMoney = ZERO
    least_confidence: Rate = _STANDARD.least_confidence
    history: int = Field(default=_STANDARD.history, ge=3, le=100)
    least_history: int = Field(default=_STANDARD.least_history, ge=3, le=100)
    range_factor: Rate = _STANDARD.range_factor
    daily_limit: NonNegativeMoney | None = None
    total_limit: NonNegativeMoney | None = None

    def value(self) -> Touchless:
        """The settings."""
        return Touchless(**self.model_dump())


class ApprovalPolicyIn(BodyIn):
    """A whole policy; `version` is the one that was looked at (or `If-Match`)."""

    version: int | None = Field(default=None, ge=0)
    valid_from: Day | None = Field(default=None, description="In force from; today if left out")
    invoices: list[BandIn] = Field(min_length=1, max_length=MOST_ENTRIES)
    payment_runs: list[BandIn] = Field(min_length=1, max_length=MOST_ENTRIES)
    substitutes: list[SubstituteIn] = Field(default_factory=list, max_length=MOST_ENTRIES)
    vendor_limits: list[VendorLimitIn] = Field(default_factory=list, max_length=MOST_ENTRIES)
    deadlines: DeadlinesIn = Field(default_factory=DeadlinesIn)
    touchless: TouchlessIn = Field(default_factory=TouchlessIn)
    alone_may_approve: bool = True

    def value(self, today: Day) -> ApprovalPolicy:
        """The policy, its version not yet known."""
        return ApprovalPolicy(
            valid_from=self.valid_from or today,
            invoices=tuple(each.value() for each in self.invoices),
            payment_runs=tuple(each.value() for each in self.payment_runs),
            substitutes=tuple(each.value() for each in self.substitutes),
            vendor_limits=tuple(each.value() for each in self.vendor_limits),
            deadlines=self.deadlines.value(),
            touchless=self.touchless.value(),
            alone_may_approve=self.alone_may_approve,
        )


class ApproversOut(BodyOut):
    """People by role or by id; nobody named means everybody who may write."""

    roles: list[Role]
    users: list[UUID]


class BandOut(BodyOut):
    """What amounts above `above` need, up to the next band."""

    above: Money
    approvals: int
    approvers: ApproversOut


class SubstituteOut(BodyOut):
    """Who approves in another's place."""

    user_id: UUID
    substitute_id: UUID
    first_day: Day
    last_day: Day


class VendorLimitOut(BodyOut):
    """Above the limit an invoice of the vendor needs so many people and is never touchless."""

    vendor_id: UUID
    limit: Money
    approvals: int


class DeadlinesOut(BodyOut):
    """After how many days people are reminded, and when a case is escalated."""

    reminder_days: int
    escalation_days: int
    remind: ApproversOut
    escalate_to: ApproversOut


class TouchlessOut(BodyOut):
    """Which documents may be posted without a person."""

    is_on: bool
    up_to: Money
    least_confidence: Rate
    history: int
    least_history: int
    range_factor: Rate
    daily_limit: Money | None
    total_limit: Money | None


class ApprovalPolicyOut(BodyOut):
    """One version of the policy; version 0 is what holds until there is another."""

    version: int
    valid_from: Day
    invoices: list[BandOut]
    payment_runs: list[BandOut]
    substitutes: list[SubstituteOut]
    vendor_limits: list[VendorLimitOut]
    deadlines: DeadlinesOut
    touchless: TouchlessOut
    alone_may_approve: bool
    created_by: UUID | None = None
    created_at: datetime | None = None

    @classmethod
    def of(cls, found: PolicyVersion) -> "ApprovalPolicyOut":
        """Policy of the wire."""
        facts = {name: getattr(found.policy, name) for name in ApprovalPolicy.__slots__}
        made = {"created_by": found.created_by, "created_at": found.created_at}
        return cls.model_validate(facts | made)


class SimulateIn(BodyIn):
    """Which policy (the one in force if left out), over how many of the last documents."""

    policy: ApprovalPolicyIn | None = None
    last: int = Field(default=100, ge=1, le=1000)


class SimulatedOut(BodyOut):
    """What the policy would have said of one document."""

    review_case_id: UUID
    outcome: OutcomeName
    approvals: int
    reasons: list[ReasonOut]


class SimulationOut(BodyOut):
    """Every document, oldest first; how often each outcome occurs, and each reason."""

    policy_version: int = Field(description="0 for a policy that is only tried")
    documents: int
    outcomes: dict[str, int]
    reason_counts: dict[str, int]
    decisions: list[SimulatedOut]

    @classmethod
    def of(cls, policy: ApprovalPolicy, found: Simulation) -> "SimulationOut":
        """Simulation of the wire."""
        made = [
            {
                "review_case_id": each.case_id,
                "outcome": each.decision.outcome,
                "approvals": each.decision.approvals,
                "reasons": each.decision.reasons,
            }
            for each in found.decisions
        ]
        return cls.model_validate(
            {
                "policy_version": policy.version,
                "documents": len(made),
                "outcomes": dict(found.outcomes),
                "reason_counts": dict(found.reasons),
                "decisions": made,
            }
        )
