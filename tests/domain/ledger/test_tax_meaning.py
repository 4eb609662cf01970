"""What own tax codes mean in the VAT return."""

from decimal import Decimal

import pytest

from domain.errors import InvalidInput
from domain.ledger.account import AccountType
from domain.ledger.chart import Chart, accounts
from domain.ledger.tax_meaning import Meaning, meaning_of, named_meaning, with_meaning
from domain.tax.code import TaxCode, system_codes


def code(rate: str, vat_account: str, self_assess_account: str | None = None) -> TaxCode:
    """An own code as it comes from the wire."""
    return TaxCode("OWN", "Own", Decimal(rate), "", "", vat_account, self_assess_account)


@pytest.mark.parametrize(
    ("chart", "rate", "vat_account", "self_assess_account", "expected"),
    [
        (Chart.DE_SKR04, "19", "1406", None, "VST19"),
        (Chart.DE_SKR04, "19", "3806", None, "UST19"),
        (Chart.DE_SKR04, "19", "1404", "3804", "VST-IGE19"),
        (Chart.DE_SKR04, "19", "1407", "3837", "VST-13B19"),
        (Chart.DE_SKR03, "7", "1571", None, "VST7"),
        (Chart.AT_EKR, "20", "3500", None, "UST20"),
        (Chart.AT_EKR, "10", "2500", None, "VST10"),
        (Chart.AT_EKR, "20", "2511", "3511", "VST-IGE20"),
        (Chart.AT_EKR, "20", "2510", "3510", "VST-RC20"),
        # on accounts that no system code has
        (Chart.AT_EKR, "20", "2700", None, "VST20"),
        (Chart.AT_EKR, "20", "3530", None, "UST20"),
        (Chart.AT_EKR, "20", "2700", "3530", "VST-RC20"),
        (Chart.AT_EKR, "20", "6815", None, "VST20-ND"),
        # nothing to stand for
        (Chart.AT_EKR, "5", "3500", None, None),
        (Chart.AT_EKR, "0", "3500", None, None),
        (Chart.DE_SKR04, "0", "3806", None, None),
    ],
)
def test_accounts_and_rate_say_which_system_code_it_is_like(
    chart: Chart, rate: str, vat_account: str, self_assess_account: str | None, expected: str | None
) -> None:
    """The ordinary case comes first: own use and special reverse charges are never guessed."""
    wanted = code(rate, vat_account, self_assess_account)
    types = {account.number: account.type for account in accounts(chart)}
    found = meaning_of(wanted, types[vat_account], chart)

    assert found.reports_as == expected
    if expected:
        like = next(each for each in system_codes(chart) if each.code == expected)
        meant = with_meaning(wanted, found)
        assert (meant.direction, meant.kind) == (like.direction, like.kind)
        assert meant.in_boxes_of == expected


@pytest.mark.parametrize(
    ("kind", "self_assess_account", "expected"),
    [
        (AccountType.ASSET, None, Meaning("input", "domestic", deductible=True)),
        (AccountType.LIABILITY, None, Meaning("output", "domestic", deductible=True)),
        (AccountType.EXPENSE, None, Meaning("input", "non_deductible", deductible=False)),
        (AccountType.ASSET, "3530", Meaning("input", "reverse_charge", deductible=True)),
        (AccountType.EXPENSE, "3530", Meaning("input", "reverse_charge", deductible=False)),
    ],
)
def test_the_type_of_the_account_says_input_or_output(
    kind: AccountType, self_assess_account: str | None, expected: Meaning
) -> None:
    """Without a system code of the rate it is in no box, and the return says so."""
    wanted = code("11", "2700", self_assess_account)

    assert meaning_of(wanted, kind, Chart.AT_EKR) == expected
    assert with_meaning(wanted, expected).in_boxes_of is None


def test_a_system_code_may_be_named() -> None:
    """Construction services look like any other reverse charge."""
    found = named_meaning(code("20", "2510", "3510"), "vst-rc20-bau", Chart.AT_EKR)

    assert (found.reports_as, found.kind) == ("VST-RC20-BAU", "reverse_charge")


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        (code("20", "2510", "3510"), "VST-13B19"),
        (code("20", "2500"), "VST-RC20"),
        (code("10", "2500"), "VST20"),
    ],
)
def test_what_does_not_fit_cannot_be_named(wanted: TaxCode, named: str) -> None:
    """Another chart's, one with the other debtor, one of another rate."""
    with pytest.raises(InvalidInput):
        named_meaning(wanted, named, Chart.AT_EKR)
