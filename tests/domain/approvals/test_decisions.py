"""What a policy says: bands, people, substitutes, and every reason against touchless."""

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.approvals.decisions import (
    ApproverNotEntitled,
    DocumentFacts,
    IbanState,
    Outcome,
    check_entitled,
    decide,
    is_entitled,
    need_of_invoice,
    need_of_run,
)
from domain.approvals.policy import ApprovalPolicy, Approvers, Band, Substitute, VendorLimit
from tests.domain.approvals.policies import (
    BOSS,
    CLERK,
    DAY,
    OWNER,
    PEOPLE,
    POLICY,
    VENDOR,
    touchless,
    usual,
)

BANDS = (Band(), Band(Decimal(1000), 2), Band(Decimal(5000), 3, Approvers(("owner",))))
BANDED = replace(POLICY, invoices=BANDS, payment_runs=BANDS)


@pytest.mark.parametrize(
    ("amount", "approvals"),
    [("0", 1), ("1000.00", 1), ("1000.01", 2), ("-1000.01", 2), ("5000", 2), ("5000.01", 3)],
)
def test_a_band_begins_above_its_amount(amount: str, approvals: int) -> None:
    """A credit note counts by its size; a run by its total."""
    assert need_of_invoice(BANDED, Decimal(amount), None).approvals == approvals
    assert need_of_run(BANDED, Decimal(amount)).approvals == approvals


def test_an_amount_that_nobody_knows_needs_the_most() -> None:
    """What is not understood is not taken for little."""
    assert need_of_invoice(BANDED, None, None).approvals == 3


def test_a_vendor_may_have_a_limit_of_its_own() -> None:
    """Above it more people are needed, never fewer than the band says."""
    limited = replace(BANDED, vendor_limits=(VendorLimit(VENDOR, Decimal(100)),))

    needs = [need_of_invoice(limited, Decimal(n), VENDOR).approvals for n in (100, 101, 6000)]
    assert needs == [1, 2, 3]
    assert need_of_invoice(limited, Decimal(101), OWNER).approvals == 1


def test_who_may_approve() -> None:
    """By role or by name; nobody named is everybody."""
    owners = Approvers(("owner",))
    assert is_entitled(POLICY, Approvers(), CLERK, PEOPLE, DAY)
    assert is_entitled(POLICY, owners, OWNER, PEOPLE, DAY)
    assert is_entitled(POLICY, Approvers(users=(CLERK,)), CLERK, PEOPLE, DAY)
    assert not is_entitled(POLICY, owners, CLERK, PEOPLE, DAY)
    with pytest.raises(ApproverNotEntitled):
        check_entitled(POLICY, need_of_run(BANDED, Decimal(9000)), CLERK, PEOPLE, DAY)


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (6, True), (7, False)])
def test_a_substitute_stands_in_for_some_days(days: int, holds: bool) -> None:  # noqa: FBT001
    """From the first to the last day, both included, and for that person alone."""
    policy = replace(POLICY, substitutes=(Substitute(OWNER, CLERK, DAY, DAY + timedelta(6)),))

    day = DAY + timedelta(days)
    assert is_entitled(policy, Approvers(("owner",)), CLERK, PEOPLE, day) is holds
    assert not is_entitled(policy, Approvers(("owner",)), BOSS, PEOPLE, day)


def test_whom_the_policy_knows_well_is_posted_without_a_person() -> None:
    """Nothing speaks against it, so nothing is said."""
    decision = decide(POLICY, usual())

    assert (decision.outcome, decision.reasons) == (Outcome.TOUCHLESS, ())
    assert (decision.policy_version, decision.approvals) == (1, 0)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"is_invoice": False}, "NOT_AN_INVOICE"),
        ({"is_complete": False}, "INCOMPLETE"),
        ({"adds_up": False}, "BALANCE_MISMATCH"),
        ({"is_compliant": False}, "NOT_COMPLIANT"),
        ({"is_tax_known": False}, "TAX_UNKNOWN"),
        ({"is_duplicate": True}, "DUPLICATE"),
        ({"amount_due": Decimal("20.00")}, "DUE_DIFFERS"),
        ({"currency": "USD"}, "FOREIGN_CURRENCY"),
        ({"currency": None}, "FOREIGN_CURRENCY"),
        ({"amount": None}, "AMOUNT_UNKNOWN"),
        ({"findings": ("VENDOR_IBAN_CHANGED",)}, "FINDING"),
        ({"is_amended": True}, "AMENDED"),
        ({"is_read": False}, "UNSURE"),
        ({"confidence": Decimal("0.94")}, "UNSURE"),
        ({"confidence": None}, "UNSURE"),
        ({"vendor_id": None}, "VENDOR_UNKNOWN"),
        ({"is_vendor_sure": False}, "VENDOR_UNSURE"),
        ({"has_other_payee": True}, "OTHER_PAYEE"),
        ({"iban": IbanState.UNKNOWN}, "IBAN_UNKNOWN"),
        ({"iban": IbanState.UNCONFIRMED}, "IBAN_UNCONFIRMED"),
        ({"iban": IbanState.DIFFERENT}, "IBAN_DIFFERENT"),
        ({"history": (Decimal(120),) * 2}, "TOO_FEW_BEFORE"),
        ({"history": (Decimal(1200),) * 3}, "UNUSUAL_AMOUNT"),
        ({"history": (Decimal(12),) * 3}, "UNUSUAL_AMOUNT"),
        ({"amount": Decimal(0), "history": (Decimal(0),) * 3}, "NOT_POSITIVE"),
    ],
)
def test_each_reason_alone_keeps_it_for_a_person(changed: dict[str, Any], code: str) -> None:
    """One is enough, and it is named."""
    decision = decide(POLICY, usual(**changed))

    assert decision.outcome is Outcome.PERSON
    assert [reason.code for reason in decision.reasons] == [code]
    assert decision.approvals >= 1


@pytest.mark.parametrize(
    ("settings", "posted", "code"),
    [
        ({"is_on": False}, {}, "TOUCHLESS_OFF"),
        ({"up_to": Decimal("119.99")}, {}, "ABOVE_AMOUNT"),
        (
            {"daily_limit": Decimal(200)},
            {"posted_today": Decimal("80.01")},
            "ABOVE_DAILY_LIMIT",
        ),
        (
            {"total_limit": Decimal(200)},
            {"posted_total": Decimal("80.01")},
            "ABOVE_TOTAL_LIMIT",
        ),
    ],
)
def test_settings_bound_it(settings: dict[str, Any], posted: dict[str, Any], code: str) -> None:
    """To the cent: what fills the limit passes, a cent more does not."""
    decision = decide(touchless(**settings), usual(**posted))
    assert [reason.code for reason in decision.reasons] == [code]

    exact = {name: value - Decimal("0.01") for name, value in posted.items()}
    if exact:
        assert decide(touchless(**settings), usual(**exact)).outcome is Outcome.TOUCHLESS


def test_a_vendors_limit_bounds_it_too() -> None:
    """Who is watched is never posted above the limit without a person."""
    limited = replace(POLICY, vendor_limits=(VendorLimit(VENDOR, Decimal(100)),))

    codes = [reason.code for reason in decide(limited, usual()).reasons]
    assert codes == ["ABOVE_VENDOR_LIMIT"]


def test_facts_are_the_same_again() -> None:
    """What was kept decides as it did."""
    facts = usual(findings=("X",), posted_today=Decimal("1.10"), amount_due=Decimal("120.00"))

    assert DocumentFacts.from_json(facts.to_json()) == facts


@given(
    st.fixed_dictionaries(
        {},
        optional={
            field.name: {
                "vendor_id": st.sampled_from([None, UUID(int=9)]),
                "amount": st.none() | st.decimals(-999, 999, places=2),
                "gross": st.none() | st.decimals(-999, 999, places=2),
                "amount_due": st.none() | st.decimals(-999, 999, places=2),
                "currency": st.sampled_from([None, "EUR", "USD"]),
                "iban": st.sampled_from(list(IbanState)),
                "confidence": st.none() | st.decimals(0, 1, places=2),
                "findings": st.sampled_from([(), ("X",)]),
                "history": st.lists(st.decimals(1, 999, places=2), max_size=5).map(tuple),
                "day": st.just(date(2026, 3, 2)),
                "posted_today": st.decimals(0, 999, places=2),
                "posted_total": st.decimals(0, 999, places=2),
            }.get(field.name, st.booleans())
            for field in fields(DocumentFacts)
        },
    )
)
def test_nothing_doubtful_is_posted_without_a_person(changed: dict[str, Any]) -> None:
    """However the facts are mixed: touchless means every one of them is as it should be."""
    facts = usual(**changed)
    if decide(POLICY, facts).outcome is Outcome.PERSON:
        return
    assert not facts.findings
    assert not any((facts.is_duplicate, facts.is_amended, facts.has_other_payee))
    assert facts.iban is IbanState.CONFIRMED
    assert facts.currency == "EUR"
    assert facts.vendor_id is not None
    assert facts.amount_due in {None, facts.gross}
    assert facts.amount is not None
    assert 0 < facts.amount <= POLICY.touchless.up_to
    assert len(facts.history) >= 3


@given(st.decimals(-10_000, 10_000, places=2), st.decimals(-10_000, 10_000, places=2))
def test_more_money_never_needs_fewer_people(one: Decimal, other: Decimal) -> None:
    """Needs rise with the amount while bands do."""
    low, high = sorted((one, other), key=abs)
    rising: ApprovalPolicy = BANDED
    assert (
        need_of_invoice(rising, low, None).approvals
        <= need_of_invoice(rising, high, None).approvals
    )
