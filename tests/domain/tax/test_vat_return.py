"""Boxes and results, from movements alone."""

from decimal import Decimal

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
