"""What a policy would have done: each document decided as it would be, limits counted anew."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from domain.approvals.decisions import DocumentFacts, Outcome
from domain.approvals.simulate import Recorded, simulate
from tests.domain.approvals.policies import DAY, POLICY, touchless, usual


def recorded(*documents: DocumentFacts) -> list[Recorded]:
    """Documents in their order."""
    return [Recorded(UUID(int=number), facts) for number, facts in enumerate(documents)]


def test_counts_and_reasons_are_told() -> None:
    """Each decision by its case, each reason by how many documents it keeps."""
    found = simulate(
        POLICY, recorded(usual(), usual(is_duplicate=True, findings=("A", "B")), usual())
    )

    assert found.outcomes == {"touchless": 2, "person": 1}
    assert found.reasons == {"DUPLICATE": 1, "FINDING": 1}
    assert [each.case_id for each in found.decisions] == [UUID(int=n) for n in range(3)]


def test_limits_are_used_up_by_what_this_policy_lets_through() -> None:
    """Not by what was posted then; a day starts anew, the total does not."""
    policy = touchless(daily_limit=Decimal(240), total_limit=Decimal(400))
    spent = {"posted_today": Decimal(9999), "posted_total": Decimal(9999)}
    later = DAY + timedelta(1)

    found = simulate(
        policy, recorded(*[usual(**spent)] * 3, usual(day=later, **spent), usual(day=later))
    )

    outcomes = [each.decision.outcome for each in found.decisions]
    assert outcomes == [
        Outcome.TOUCHLESS,
        Outcome.TOUCHLESS,
        Outcome.PERSON,
        Outcome.TOUCHLESS,
        Outcome.PERSON,
    ]
    assert found.reasons == {"ABOVE_DAILY_LIMIT": 1, "ABOVE_TOTAL_LIMIT": 1}
