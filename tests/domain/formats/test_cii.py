"""Cross Industry Invoice: what only this syntax has."""

from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from domain.formats import cii
from domain.formats.invoice_record import InvoiceRecord


def record(settlement: str, lines: str = "") -> InvoiceRecord:
    """A record of a settlement and lines between their frames."""
    return cii.read(
        etree.fromstring(
            f"<CrossIndustryInvoice><SupplyChainTradeTransaction>{lines}"
            f"<ApplicableHeaderTradeSettlement><InvoiceCurrencyCode>GBP</InvoiceCurrencyCode>"
            f"{settlement}</ApplicableHeaderTradeSettlement>"
            "</SupplyChainTradeTransaction></CrossIndustryInvoice>"
        )
    )


def line(reason: str, net: str) -> str:
    """A line of some kind."""
    return (
        "<IncludedSupplyChainTradeLineItem><AssociatedDocumentLineDocument>"
        f"<LineStatusReasonCode>{reason}</LineStatusReasonCode></AssociatedDocumentLineDocument>"
        "<SpecifiedLineTradeSettlement><SpecifiedTradeSettlementLineMonetarySummation>"
        f"<LineTotalAmount>{net}</LineTotalAmount>"
        "</SpecifiedTradeSettlementLineMonetarySummation></SpecifiedLineTradeSettlement>"
        "</IncludedSupplyChainTradeLineItem>"
    )


def test_tax_is_taken_in_the_currency_of_the_document() -> None:
    """A second total may be in the accounting currency (BT-111)."""
    found = record(
        "<SpecifiedTradeSettlementHeaderMonetarySummation>"
        '<TaxTotalAmount currencyID="EUR">5.00</TaxTotalAmount>'
        '<TaxTotalAmount currencyID="GBP">4.00</TaxTotalAmount>'
        "</SpecifiedTradeSettlementHeaderMonetarySummation>"
    )

    assert found.totals.tax == Decimal("4.00")


@pytest.mark.parametrize(("reason", "count"), [("DETAIL", 1), ("GROUP", 0), ("INFORMATION", 0)])
def test_group_and_information_lines_do_not_count_twice(reason: str, count: int) -> None:
    """They repeat or announce what detail lines say."""
    assert len(record("", line(reason, "10.00")).lines) == count


def test_allowances_are_negative_and_charges_positive() -> None:
    """So that lines and adjustments add up to the net total."""
    found = record(
        "<SpecifiedTradeAllowanceCharge><ChargeIndicator><Indicator>false</Indicator>"
        "</ChargeIndicator><ActualAmount>3.00</ActualAmount></SpecifiedTradeAllowanceCharge>"
        "<SpecifiedTradeAllowanceCharge><ChargeIndicator><Indicator>true</Indicator>"
        "</ChargeIndicator><ActualAmount>2.00</ActualAmount></SpecifiedTradeAllowanceCharge>"
        "<SpecifiedLogisticsServiceCharge><AppliedAmount>1.00</AppliedAmount>"
        "</SpecifiedLogisticsServiceCharge>"
    )

    assert [item.net for item in found.adjustments] == [Decimal(-3), Decimal(2), Decimal(1)]


@pytest.mark.parametrize(
    ("indicator", "net"),
    [
        ("true", Decimal(20)), ("1", Decimal(20)), (" 1\n", Decimal(20)),
        ("false", Decimal(-20)), ("0", Decimal(-20)),
    ],
)  # fmt: skip
def test_a_charge_is_one_in_any_spelling(indicator: str, net: Decimal) -> None:
    """`xs:boolean` has four, with blanks around."""
    charge = (
        f"<SpecifiedTradeAllowanceCharge><ChargeIndicator><Indicator>{indicator}</Indicator>"
        "</ChargeIndicator><ActualAmount>20.00</ActualAmount></SpecifiedTradeAllowanceCharge>"
    )

    found = record(charge)

    assert [item.net for item in found.adjustments] == [net]
    assert found.unreadable == ()


def test_an_indicator_of_nobody_is_told() -> None:
    """It is neither a charge nor an allowance."""
    found = record(
        "<SpecifiedTradeAllowanceCharge><ChargeIndicator><Indicator>yes</Indicator>"
        "</ChargeIndicator><ActualAmount>20.00</ActualAmount></SpecifiedTradeAllowanceCharge>"
    )

    assert found.unreadable == ("ChargeIndicator",)


def test_the_debited_account_is_not_the_vendors() -> None:
    """With a direct debit the IBAN in the file is the customer's."""
    found = record(
        "<SpecifiedTradeSettlementPaymentMeans><TypeCode>59</TypeCode>"
        "<PayerPartyDebtorFinancialAccount><IBANID>DE21860000000086001055</IBANID>"
        "</PayerPartyDebtorFinancialAccount></SpecifiedTradeSettlementPaymentMeans>"
    )

    assert found.payment.means
    assert found.payment.ibans == ()


def test_a_date_of_an_unknown_form_is_named() -> None:
    """Format 1020 is nobody's."""
    root = etree.fromstring(
        "<CrossIndustryInvoice><ExchangedDocument><IssueDateTime>"
        '<DateTimeString format="1020">20151008</DateTimeString>'
        "</IssueDateTime></ExchangedDocument></CrossIndustryInvoice>"
    )

    assert cii.read(root).unreadable == ("IssueDateTime",)


def test_a_line_has_a_period_of_its_own() -> None:
    """Its end is the day of its supply (BT-135), its start where it has no end (BT-134)."""

    def dated(*parts: tuple[str, str]) -> str:
        inner = "".join(
            f'<{part}DateTime><DateTimeString format="102">{day}</DateTimeString></{part}DateTime>'
            for part, day in parts
        )
        period = f"<BillingSpecifiedPeriod>{inner}</BillingSpecifiedPeriod>"
        opening = "<SpecifiedLineTradeSettlement>"
        return line("DETAIL", "10.00").replace(opening, opening + period)

    both, start, none = record(
        "",
        dated(("Start", "20201201"), ("End", "20201231"))
        + dated(("Start", "20210101"))
        + line("DETAIL", "10.00"),
    ).lines

    assert (both.supply_date, start.supply_date) == (date(2020, 12, 31), date(2021, 1, 1))
    assert none.supply_date is None
