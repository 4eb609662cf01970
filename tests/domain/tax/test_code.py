"""Tax codes as they stand on the wire."""

import re
from datetime import date
from decimal import Decimal

import pytest

from domain.ledger.chart import Chart
from domain.tax.code import InvalidTaxCode, TaxCode, domestic_input_code, system_codes


@pytest.mark.parametrize("chart", Chart)
def test_codes_are_short_upper_case_and_unique(chart: Chart) -> None:
    """Letters, digits and hyphens, at most twenty (semantics 8)."""
    codes = [code.code for code in system_codes(chart)]

    assert all(re.fullmatch(r"[A-Z0-9-]{1,20}", code) for code in codes)
    assert len(codes) == len(set(codes))


def test_the_codes_named_publicly_exist() -> None:
    """Semantics 2.4 names them, with their accounts in SKR04."""
    found = {c.code: (c.vat_account, c.self_assess_account) for c in system_codes(Chart.DE_SKR04)}

    assert found["VST19"] == ("1406", None)
    assert found["UST7"] == ("3801", None)
    assert found["VST-IGE19"] == ("1404", "3804")
    assert found["VST-IGE7"] == ("1402", "3802")
    assert found["VST-13B19"] == ("1407", "3837")


@pytest.mark.parametrize(
    ("rate", "code"), [("0.19", "VST19"), ("0.049", "VST4-9"), ("0.2", "VST20"), ("0", None)]
)
def test_a_rate_names_the_domestic_code(rate: str, code: str | None) -> None:
    """As an invoice line without a code books (semantics 5.6)."""
    assert domestic_input_code(Decimal(rate)) == code


@pytest.mark.parametrize("day", [date(2006, 12, 31), date(2020, 7, 1), date(2020, 12, 31)])
@pytest.mark.parametrize("chart", [Chart.DE_SKR03, Chart.DE_SKR04])
def test_nineteen_percent_was_suspended(day: date, chart: Chart) -> None:
    """19 % holds since 2007, but for the second half of 2020 (§ 28 UStG), whoever owes it."""
    nineteen = [code for code in system_codes(chart) if code.rate == 19 and _is_taxed(code)]

    assert {"VST19", "UST19", "EV19", "UST19-EU", "VST-IGE19", "VST-13B19"} <= {
        code.code for code in nineteen
    }
    for code in nineteen:
        with pytest.raises(InvalidTaxCode):
            code.check_valid_on(day)
        for valid in (date(2020, 6, 30), date(2021, 1, 1), date(2026, 11, 21)):
            code.check_valid_on(valid)


@pytest.mark.parametrize("chart", [Chart.DE_SKR03, Chart.DE_SKR04])
def test_seven_percent_was_suspended(chart: Chart) -> None:
    """It was 5 % in the second half of 2020; a supply of June still has 7."""
    seven = [code for code in system_codes(chart) if code.rate == 7 and _is_taxed(code)]

    assert {"VST7", "UST7", "VST-IGE7", "VST-13B7"} <= {code.code for code in seven}
    for code in seven:
        with pytest.raises(InvalidTaxCode):
            code.check_valid_on(date(2020, 10, 1))
        code.check_valid_on(date(2020, 6, 30))
        code.check_valid_on(date(2021, 1, 1))


def _is_taxed(code: TaxCode) -> bool:
    """Whether tax is booked by its rate; tax that an invoice should not show has the rate shown."""
    return code.kind not in {"non_deductible", "wrong_invoice_tax"}
