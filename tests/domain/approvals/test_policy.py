"""Policies: what cannot be one, and that what is stored is what was meant."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.approvals.policy import (
    DEFAULT,
    ApprovalPolicy,
    Approvers,
    Band,
    Deadlines,
    Substitute,
    Touchless,
    VendorLimit,
)
from domain.errors import InvalidInput
from tests.domain.approvals.policies import BOSS, CLERK, DAY, TOUCHLESS, VENDOR

WHOLE = ApprovalPolicy(
    version=7,
    valid_from=DAY,
    invoices=(Band(), Band(Decimal(10_000), 2, Approvers(("owner",), (BOSS,)))),
    payment_runs=(Band(), Band(Decimal(50_000), 2)),
    substitutes=(Substitute(BOSS, CLERK, DAY, DAY),),
    vendor_limits=(VendorLimit(VENDOR, Decimal(1000)),),
    deadlines=Deadlines(2, 4),
    touchless=TOUCHLESS,
    alone_may_approve=False,
)


def test_a_stored_policy_is_the_same_again() -> None:
    """Amounts, days and people survive the way through JSON."""
    assert ApprovalPolicy.from_json(WHOLE.to_json()) == WHOLE
    assert WHOLE.people == {BOSS, CLERK}
    assert WHOLE.vendors == {VENDOR}


def test_without_a_policy_it_is_as_it_always_was() -> None:
    """One approval, of anyone who may write; nothing is posted without a person."""
    assert [band.approvals for band in (*DEFAULT.invoices, *DEFAULT.payment_runs)] == [1, 1]
    assert DEFAULT.invoices[0].approvers.is_open
    assert not DEFAULT.touchless.is_on
    assert DEFAULT.alone_may_approve


@pytest.mark.parametrize(
    "make",
    [
        lambda: Approvers(roles=("boss",)),
        lambda: Band(Decimal(-1)),
        lambda: Band(approvals=0),
        lambda: Band(approvals=6),
        lambda: Substitute(BOSS, BOSS, DAY, DAY),
        lambda: Substitute(BOSS, CLERK, DAY, date(2026, 3, 1)),
        lambda: VendorLimit(VENDOR, Decimal(-1)),
        lambda: VendorLimit(VENDOR, Decimal(1), 0),
        lambda: Deadlines(0, 9),
        lambda: Deadlines(5, 4),
        lambda: Touchless(is_on=True),
        lambda: Touchless(least_confidence=Decimal("0.4")),
        lambda: Touchless(least_history=2),
        lambda: Touchless(history=3, least_history=4),
        lambda: Touchless(range_factor=Decimal("0.9")),
        lambda: ApprovalPolicy(invoices=()),
        lambda: ApprovalPolicy(payment_runs=(Band(Decimal(1)),)),
        lambda: ApprovalPolicy(invoices=(Band(), Band(Decimal(5)), Band(Decimal(5), 2))),
        lambda: ApprovalPolicy(vendor_limits=(VendorLimit(VENDOR, Decimal(1)),) * 2),
    ],
)
def test_what_makes_no_sense_is_refused(make: Callable[[], Any]) -> None:
    """A payment run without a second person cannot even be written down."""
    with pytest.raises(InvalidInput):
        make()
