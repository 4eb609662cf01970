"""What a policy would have done with documents of the past, made from what was kept of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.approvals.decisions import Decision, DocumentFacts, Outcome, decide
from domain.approvals.policy import ApprovalPolicy
from domain.money import ZERO


@dataclass(frozen=True, slots=True)
class Recorded:
    """A document that was judged: its case, and the facts of that moment."""

    case_id: UUID
    facts: DocumentFacts


@dataclass(frozen=True, slots=True)
class Simulated:
    """What the policy would have said of one document."""

    case_id: UUID
    decision: Decision


@dataclass(frozen=True, slots=True)
class Simulation:
    """Every decision, oldest first, and how often each outcome and each reason occurs."""

    decisions: tuple[Simulated, ...]

    @property
    def outcomes(self) -> Mapping[str, int]:
        """How many documents end in each outcome."""
        found = Counter(each.decision.outcome.value for each in self.decisions)
        return {outcome.value: found[outcome.value] for outcome in Outcome}

    @property
    def reasons(self) -> Mapping[str, int]:
        """How many documents each reason keeps for a person, the most frequent first."""
        found = Counter(
            code for each in self.decisions for code in {r.code for r in each.decision.reasons}
        )
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def simulate(policy: ApprovalPolicy, documents: Iterable[Recorded]) -> Simulation:
    """Go through documents in their order.

    What was posted for a vendor is counted anew: limits are used up by what this policy lets
    through, not by what another one did.
    """
    today: dict[tuple[UUID | None, date], Decimal] = {}
    total: dict[UUID | None, Decimal] = {}
    made = []
    for each in documents:
        vendor, day = each.facts.vendor_id, each.facts.day
        facts = replace(
            each.facts,
            posted_today=today.get((vendor, day), ZERO),
            posted_total=total.get(vendor, ZERO),
        )
        decision = decide(policy, facts)
        if decision.outcome is Outcome.TOUCHLESS and facts.amount is not None:
            today[vendor, day] = facts.posted_today + facts.amount
            if day >= policy.valid_from:
                total[vendor] = facts.posted_total + facts.amount
        made.append(Simulated(each.case_id, decision))
    return Simulation(tuple(made))
