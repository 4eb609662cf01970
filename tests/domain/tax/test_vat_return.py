"""Boxes and results, from movements alone."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import ZERO
from domain.tax.code import TaxPart
from domain.tax.vat_form import form_of
from domain.tax.vat_movement import Movement
from domain.tax.vat_reconciliation import Reason
from domain.tax.vat_return import vat_return
from tests.vat import JULY, JUNE, amounts, codes_of, filled, moved, reasons, sold


def test_the_form_is_complete_and_in_order() -> None:
    """Empty boxes are there, too; the result closes the form."""
    found = filled("AT", [])

    assert [b.box.number for b in found.boxes][:2] == ["000", "001"]
    assert found.boxes[-1].box.number == "095"
    assert not amounts(found)
    assert found.is_reconciled


def test_austria_shows_no_box_below_zero() -> None:
    """Credit notes beyond the supplies are corrected in 090, the total goes without them."""
    found = filled("AT", [*sold("UST20", "-500.00", "-100.00"), *sold("UST10", "300.00", "30.00")])

    assert amounts(found) == {"000": "300.00", "029": "300.00", "090": "-100.00", "095": "-70.00"}
    assert found.is_reconciled


def test_austria_corrects_input_tax_below_zero_in_067() -> None:
    """More was given back than was deducted: it is to be paid."""
    found = filled("AT", [moved("2500", "VST20", TaxPart.TAX, "-50.00")])

    assert amounts(found) == {"067": "50.00", "095": "50.00"}
    assert found.is_reconciled


def test_an_exempt_box_below_zero_leaves_the_total_as_well() -> None:
    """Else the total would not be the sum of its parts."""
    found = filled(
        "AT",
        [
            moved("4000", "UST0-IGL", TaxPart.BASE, "500.00"),
            moved("4000", "UST0-EXPORT", TaxPart.BASE, "-200.00"),
        ],
    )

    assert amounts(found) == {"000": "200.00", "011": "200.00"}


@pytest.mark.parametrize(
    ("sale", "own_use", "boxes"),
    [
        ("-100.00", "-50.00", {"090": "-30.00", "095": "-30.00"}),
        ("-700.00", "200.00", {"090": "-100.00", "095": "-100.00"}),
        ("-100.00", "200.00", {"001": "100.00", "022": "100.00", "095": "20.00"}),
    ],
)
def test_own_use_and_supplies_stay_the_sum_of_their_box(
    sale: str, own_use: str, boxes: dict[str, str]
) -> None:
    """Both stand in 022, one in 000 and one in 001: 000 and 001 together are 022."""
    tax, own_tax = (f"{Decimal(base) / 5:.2f}" for base in (sale, own_use))
    found = filled("AT", [*sold("UST20", sale, tax), *sold("EV20", own_use, own_tax)])

    assert amounts(found) == boxes


BASES = st.integers(-900, 900).map(lambda base: f"{base}.00")
OUTPUTS = ("UST20", "UST13", "UST10", "EV20", "EV10", "UST0-EXPORT", "UST0-IGL", "UST0-RC")


@given(st.lists(st.tuples(st.sampled_from(OUTPUTS), BASES), max_size=8))
def test_the_totals_are_the_boxes_that_follow(supplies: list[tuple[str, str]]) -> None:
    """000 plus 001 less 021 is what is exempt and what is taxed, as the tax office checks it."""
    lines = [moved("4000", code, TaxPart.BASE, base) for code, base in supplies]
    shown = {b.box.number: b for b in filled("AT", lines).boxes}
    parts = [n for n, b in shown.items() if b.box.section[0] in "BCD"]

    assert shown["000"].amount + shown["001"].amount - shown["021"].amount == sum(
        shown[number].amount for number in parts
    )
    assert all(b.amount >= 0 for b in shown.values() if not b.box.signed)


def test_germany_shows_boxes_below_zero() -> None:
    """In full euros, cut off towards zero."""
    found = filled("DE", sold("UST19", "-100.99", "-19.19", "3806"))

    assert amounts(found) == {"81": "-100.00", "83": "-19.00"}
    assert found.rounding == Decimal("-0.19")
    assert found.is_reconciled


def test_the_reduced_rate_on_food_has_no_box_before_july_2026() -> None:
    """A code that the form has no box for is stated nowhere, and said so."""
    movements = sold("UST4-9", "100.00", "4.90")

    assert amounts(filled("AT", movements)) == {"000": "100.00", "124": "100.00", "095": "4.90"}
    early = filled("AT", movements, JUNE)
    assert amounts(early) == {}
    assert [(u.tax_code, u.base, u.tax) for u in early.unassigned] == [
        ("UST4-9", Decimal("100.00"), Decimal("4.90"))
    ]
    assert reasons(early) == {Reason.UNASSIGNED: Decimal("4.90")}
    assert not early.is_reconciled


def test_a_code_is_stated_as_it_was_when_it_was_booked() -> None:
    """Its meaning was changed since."""
    codes = dict(codes_of("AT"))
    codes["EIGEN", None] = codes["UST10", None]
    codes["EIGEN", 7] = codes["UST20", None]
    base = Movement("4000", "EIGEN", TaxPart.BASE, Decimal(-100), 1, version=7)
    tax = Movement("3500", "EIGEN", TaxPart.TAX, Decimal(-20), 1, version=7, on_vat_account=True)

    found = vat_return(form_of("AT", JULY), codes, [base, tax])

    assert amounts(found)["022"] == "100.00"
    assert found.is_reconciled


def test_late_documents_are_told_of() -> None:
    """The earlier return may have to be corrected instead."""
    late = Movement(
        "2500", "VST20", TaxPart.TAX, Decimal(50), 2, on_vat_account=True,
        late=Decimal(20), late_entries=1,
    )  # fmt: skip
    found = filled("AT", [late])

    assert [(s.tax_code, s.base, s.tax, s.entries) for s in found.late] == [
        ("VST20", ZERO, Decimal(-20), 1)
    ]
