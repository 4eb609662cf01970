"""Boxes, results and what does not agree, from movements alone."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import ZERO, cents
from domain.tax.code import TaxCode, TaxPart, system_codes
from domain.tax.vat_form import form_of, places_of, zm_type_of
from domain.tax.vat_return import (
    EXPLAINED,
    CodePlaces,
    Movement,
    Reason,
    VatReturn,
    Version,
    vat_return,
)

CHARTS = {"AT": "at_ekr", "DE": "de_skr04"}
JULY, JUNE = date(2026, 7, 31), date(2026, 6, 30)
SPACE = st.integers(-(10**9), 10**9).map(lambda n: Decimal(n).scaleb(-2))


def codes_of(country: str) -> Mapping[Version, CodePlaces]:
    """System codes of a country, as they are."""
    chart = CHARTS[country]
    return {
        (code.code, None): CodePlaces(places_of(code, chart), zm_type_of(code, chart))
        for code in system_codes(chart)
    }


def moved(account: str, code: str | None, part: TaxPart | None, net: str) -> Movement:
    """A movement of one entry; net is debit minus credit."""
    return Movement(account, code, part, Decimal(net), 1, on_vat_account=part is not TaxPart.BASE)


def sold(code: str, base: str, tax: str, account: str = "3500") -> list[Movement]:
    """A supply with tax."""
    return [
        moved("4000", code, TaxPart.BASE, f"-{base}".replace("--", "")),
        moved(account, code, TaxPart.TAX, f"-{tax}".replace("--", "")),
    ]


def filled(country: str, movements: list[Movement], day: date = JULY) -> VatReturn:
    """The return of a country."""
    return vat_return(form_of(country, day), codes_of(country), movements)


def amounts(found: VatReturn) -> dict[str, str]:
    """Boxes that are not empty."""
    return {b.box.number: f"{b.amount:.2f}" for b in found.boxes if b.amount}


def reasons(found: VatReturn) -> dict[Reason, Decimal]:
    """What differs, and why."""
    return {a.reason: a.difference for a in found.agreements if a.reason is not Reason.NONE}


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
    """No VAT account moved at all."""
    bases = Movement("4000", "UST20", TaxPart.BASE, Decimal("-2.00"), 100)
    found = filled("AT", [bases])

    assert found.result == Decimal("0.40")
    assert (found.ledger, found.rounding) == (ZERO, Decimal("-0.40"))
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


def test_what_is_booked_by_hand_on_a_vat_account_is_a_difference() -> None:
    """No code says where it belongs, even where two such bookings cancel."""
    found = filled(
        "AT",
        [moved("3500", None, None, "-20.00"), moved("2500", None, None, "20.00")],
    )

    assert amounts(found) == {}
    assert found.difference == ZERO
    assert not found.is_reconciled


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
