"""Cross Industry Invoice: what only this syntax has."""

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


def test_the_debited_account_is_not_the_vendors() -> None:
    """With a direct debit the IBAN in the file is the customer's."""
    found = record(
        "<SpecifiedTradeSettlementPaymentMeans><TypeCode>59</TypeCode>"
        "<PayerPartyDebtorFinancialAccount><IBANID>DE21860000000086001055</IBANID>"
        "</PayerPartyDebtorFinancialAccount></SpecifiedTradeSettlementPaymentMeans>"
    )

    assert found.payment.direct_debit
    assert found.payment.ibans == ()


def test_a_date_of_an_unknown_form_is_named() -> None:
    """Format 1020 is nobody's."""
    root = etree.fromstring(
        "<CrossIndustryInvoice><ExchangedDocument><IssueDateTime>"
        '<DateTimeString format="1020">20151008</DateTimeString>'
        "</IssueDateTime></ExchangedDocument></CrossIndustryInvoice>"
    )

    assert cii.read(root).unreadable == ("DateTimeString",)
