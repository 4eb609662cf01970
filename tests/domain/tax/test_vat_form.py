"""Where the tax codes of each chart stand in the forms."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.ledger.chart import Chart
from domain.tax.code import TaxCode, TaxPart, system_codes
from domain.tax.vat_form import Content, Place, form_of, places_of, zm_type_of

TODAY = date(2026, 11, 30)
ALL = [(chart, code) for chart in Chart for code in system_codes(chart)]


def code_of(chart: Chart, name: str) -> TaxCode:
    """A system code of a chart."""
    return next(code for code in system_codes(chart) if code.code == name)


def boxes_of(chart: Chart, code: TaxCode) -> list[str] | None:
    """Numbers of the boxes of a code."""
    places = places_of(code, chart)
    return None if places is None else [place.box for place in places]


@pytest.mark.parametrize(("chart", "code"), ALL, ids=lambda one: getattr(one, "code", one))
def test_every_system_code_stands_in_boxes_of_its_form(chart: Chart, code: TaxCode) -> None:
    """Each part that moves a VAT account is stated, or lies outside the return by law."""
    form = {box.number: box for box in form_of(chart.country, TODAY).boxes}
    places = places_of(code, chart)

    assert places is not None
    for place in places:
        content = form[place.box].content
        assert content is (Content.BASE if place.part is TaxPart.BASE else Content.TAX)
    if code.deductible and code.direction == "input":
        assert any(place.part is TaxPart.TAX for place in places)


def test_the_reduced_rate_on_food_has_boxes_from_july_2026() -> None:
    """Earlier returns are rendered in the older form."""
    older = {box.number for box in form_of("AT", date(2026, 6, 30)).boxes}
    newer = {box.number for box in form_of("AT", date(2026, 7, 31)).boxes}

    assert newer - older == {"124", "125"}


def test_the_supplier_states_a_shifted_supply_twice() -> None:
    """In the total, and in what is taken off it."""
    assert places_of(code_of(Chart.AT_EKR, "UST0-RC"), Chart.AT_EKR) == (
        Place("000", TaxPart.BASE, -1),
        Place("021", TaxPart.BASE, -1, total="000"),
    )


def test_services_to_businesses_in_the_union_stand_in_the_zm_alone() -> None:
    """In Austria; Germany states them in box 21 as well."""
    austrian = code_of(Chart.AT_EKR, "UST0-EUSVC")
    german = code_of(Chart.DE_SKR04, "UST0-EUSVC")

    assert boxes_of(Chart.AT_EKR, austrian) == []
    assert boxes_of(Chart.DE_SKR04, german) == ["21"]
    assert zm_type_of(austrian, Chart.AT_EKR) == zm_type_of(german, Chart.DE_SKR04) == "services"


@pytest.mark.parametrize(
    ("chart", "like", "boxes"),
    [
        (Chart.AT_EKR, "UST20", None),
        (Chart.AT_EKR, "VST20", ["060"]),
        (Chart.AT_EKR, "VST-RC20", None),
        (Chart.DE_SKR04, "UST19", ["35", "36"]),
        (Chart.DE_SKR04, "VST19", ["66"]),
        (Chart.DE_SKR04, "VST-IGE19", ["95", "98", "61"]),
        (Chart.DE_SKR04, "VST-IGE19-ND", ["95", "98"]),
        (Chart.DE_SKR04, "VST-13B19", None),
    ],
)
def test_other_rates_have_boxes_in_germany_alone(
    chart: Chart, like: str, boxes: list[str] | None
) -> None:
    """Input tax is one box at any rate; where there is no box, nobody guesses."""
    own = replace(code_of(chart, like), code="EIGEN", is_system=False, rate=Decimal(16))

    assert boxes_of(chart, own) == boxes


def test_a_code_of_ones_own_stands_where_the_code_stands_that_it_reports_as() -> None:
    """Whatever it is called; it is in the ZM as well."""
    like = code_of(Chart.DE_SKR04, "UST0-EUSVC")
    own = replace(like, code="EIGEN", is_system=False, reports_as=like.code)

    assert boxes_of(Chart.DE_SKR04, own) == ["21"]
    assert zm_type_of(own, Chart.DE_SKR04) == "services"
