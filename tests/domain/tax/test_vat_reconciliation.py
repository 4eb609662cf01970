"""What VAT accounts moved is the tax of the boxes, or told with its reason."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import ZERO, cents
from domain.tax.code import TaxCode, TaxPart, system_codes
from domain.tax.vat_movement import Movement
from domain.tax.vat_reconciliation import EXPLAINED, Reason
from tests.vat import CHARTS, JUNE, amounts, filled, moved, reasons, sold

SPACE = st.integers(-(10**9), 10**9).map(lambda n: Decimal(n).scaleb(-2))


def test_tax_of_the_wrong_height_is_no_rounding() -> None:
    """Somebody changed the rate of the code: the form computes with its own."""
    found = filled("AT", sold("UST20", "1000.00", "100.00"))

    assert amounts(found) == {"000": "1000.00", "022": "1000.00", "095": "200.00"}
    assert reasons(found) == {Reason.RATE: Decimal("-100.00")}
    assert found.difference == Decimal("-100.00")
    assert not found.is_reconciled


def test_a_cent_for_each_document_is_rounding() -> None:
    """Tax is rounded on each document, the form computes it from the sum."""
    found = filled("AT", sold("UST20", "0.02", "0.01"))

    assert found.rounding == Decimal("0.01")
    assert found.result == ZERO
    assert found.is_reconciled


def test_tax_too_small_to_be_booked_is_rounding_as_well() -> None:
    """No VAT account moved at all; the cents are told of the one that would have."""
    bases = Movement("4000", "UST20", TaxPart.BASE, Decimal("-2.00"), 100)
    found = filled("AT", [bases])

    assert {each.account for each in found.agreements} == {"3500"}

    assert found.result == Decimal("0.40")
    assert (found.ledger, found.rounding) == (ZERO, Decimal("-0.40"))
    assert found.is_reconciled


def test_what_is_booked_by_hand_on_a_vat_account_is_a_difference() -> None:
    """No code says where it belongs, even where two such bookings cancel."""
    found = filled(
        "AT",
        [moved("3500", None, None, "-20.00"), moved("2500", None, None, "20.00")],
    )

    assert amounts(found) == {}
    assert found.difference == ZERO
    assert not found.is_reconciled


def test_what_was_booked_by_hand_and_taken_back_needs_no_explanation() -> None:
    """Its line stands there with nothing on both sides; so does a code without a box."""
    found = filled(
        "AT",
        [
            moved("2500", None, None, "0.00"),
            Movement("4030", "UST4-9", TaxPart.BASE, ZERO, 2),
            Movement("3500", "UST4-9", TaxPart.TAX, ZERO, 2),
        ],
        JUNE,
    )

    assert not any(reasons(found).values())
    assert [code.tax_code for code in found.unassigned] == ["UST4-9"]
    assert found.is_reconciled


def test_the_settlement_with_the_tax_office_is_none() -> None:
    """It moves VAT accounts, and is no tax of the range."""
    settled = Movement("3500", None, None, Decimal(500), 1, on_vat_account=True, is_transfer=True)
    found = filled("AT", [*sold("UST20", "100.00", "20.00"), settled])

    assert found.result == Decimal("20.00")
    assert found.ledger == Decimal("-480.00")
    assert found.differing(Reason.TRANSFER) == Decimal("-500.00")
    assert found.is_reconciled


def test_a_base_on_a_vat_account_is_a_difference() -> None:
    """Someone booked the supply itself there."""
    wrong = Movement("3500", "UST20", TaxPart.BASE, Decimal(-100), 1, on_vat_account=True)
    found = filled("AT", [wrong, moved("3500", "UST20", TaxPart.TAX, "-20.00")])

    assert reasons(found) == {Reason.BASE: Decimal(100)}
    assert not found.is_reconciled


def test_tax_of_another_country_lies_outside() -> None:
    """The one-stop shop has a return of its own."""
    found = filled("AT", [moved("3518", "UST-OSS", TaxPart.TAX, "-19.00")])

    assert amounts(found) == {}
    assert found.differing(Reason.OUTSIDE) == Decimal("19.00")
    assert found.is_reconciled


def test_import_vat_on_the_tax_account_is_deducted_and_owed_elsewhere() -> None:
    """Both sides bear the code; only the deduction stands in the return."""
    found = filled(
        "AT",
        [
            moved("2515", "VST-EUST-ACC", TaxPart.TAX, "75.00"),
            moved("3515", "VST-EUST-ACC", TaxPart.SELF, "-75.00"),
        ],
    )

    assert amounts(found) == {"083": "75.00", "095": "-75.00"}
    assert found.differing(Reason.OUTSIDE) == Decimal("75.00")


@st.composite
def booked(draw: st.DrawFn, country: str) -> list[Movement]:
    """Movements of any codes, each booked with the tax that its rate makes."""
    codes = [c for c in system_codes(CHARTS[country]) if c.rate is not None]
    found: list[Movement] = []
    for code in draw(st.lists(st.sampled_from(codes), max_size=6)):
        found += _parts(code, draw(SPACE))
    return found


def _parts(code: TaxCode, base: Decimal) -> list[Movement]:
    sign = -1 if code.direction == "output" else 1
    net, tax = sign * base, cents(sign * base * (code.rate or ZERO) / 100)
    parts = [Movement("4000", code.code, TaxPart.BASE, net, 1)]
    if code.vat_account and tax:
        parts.append(
            Movement(code.vat_account, code.code, TaxPart.TAX, tax, 1, on_vat_account=True)
        )
    if code.self_assess_account and tax:
        parts.append(
            Movement(
                code.self_assess_account, code.code, TaxPart.SELF, -tax, 1, on_vat_account=True
            )
        )
    return parts


@pytest.mark.parametrize("country", ["AT", "DE"])
def test_the_tax_of_the_boxes_is_the_movement_of_the_vat_accounts(country: str) -> None:
    """Whatever was booked: what differs are cents of rounding, and nothing is unexplained."""

    @given(booked(country))
    def check(movements: list[Movement]) -> None:
        found = filled(country, movements)
        vat_accounts = -sum((m.net for m in movements if m.on_vat_account), ZERO)

        assert found.ledger == vat_accounts
        assert all(a.reason in EXPLAINED for a in found.agreements)
        assert found.ledger == found.result + found.rounding + found.differing(Reason.OUTSIDE)
        assert abs(found.rounding) <= (1 if country == "DE" else Decimal("0.10"))
        if country == "AT":
            assert all(b.amount >= 0 for b in found.boxes if not b.box.signed)

    check()
