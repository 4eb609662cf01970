"""ebInterface: what only this format has."""

from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from domain.formats import ebinterface
from domain.formats.invoice_record import InvoiceRecord


def record(content: str, version: str = "6p1", kind: str = "Invoice") -> InvoiceRecord:
    """A record of some content."""
    return ebinterface.read(
        etree.fromstring(
            f'<Invoice xmlns="http://www.ebinterface.at/schema/{version}/" DocumentType="{kind}"'
            f' InvoiceCurrency="EUR">{content}</Invoice>'
        )
    )


@pytest.mark.parametrize(
    "items",
    [
        (
            "<Tax><VAT><Item><TaxedAmount>10</TaxedAmount><TaxRate>20</TaxRate><Amount>2</Amount></Item>"
            "</VAT></Tax>"
        ),
        (
            "<Tax><VAT><VATItem><TaxedAmount>10</TaxedAmount><VATRate>20</VATRate><Amount>2</Amount>"
            "</VATItem></VAT></Tax>"
        ),
        (
            "<Tax><TaxItem><TaxableAmount>10</TaxableAmount><TaxPercent>20</TaxPercent>"
            "<TaxAmount>2</TaxAmount></TaxItem></Tax>"
        ),
        "<Tax><TaxItem><TaxableAmount>10</TaxableAmount><TaxPercent>20</TaxPercent></TaxItem></Tax>",
    ],
    ids=["4.0", "4.3", "6.1", "6.1 without tax"],
)
def test_every_version_gives_net_and_tax(items: str) -> None:
    """Names changed, and since 5.0 the tax may be left to the rate."""
    totals = record(items).totals

    assert (totals.net, totals.tax) == (Decimal(10), Decimal(2))


def test_a_credit_memo_is_a_credit_note() -> None:
    """By the attribute of the root."""
    assert ebinterface.is_credit_note(record("", kind="CreditMemo"))
    assert ebinterface.is_credit_note(record("", kind="SubsequentCredit"))
    assert not ebinterface.is_credit_note(record("", kind="SubsequentDebit"))
    assert not ebinterface.is_credit_note(record(""))


def test_reductions_are_negative_and_surcharges_positive() -> None:
    """So that lines and adjustments add up to the net total."""
    found = record(
        "<ReductionAndSurchargeDetails><Reduction><Amount>3</Amount></Reduction>"
        "<Surcharge><Amount>2</Amount></Surcharge></ReductionAndSurchargeDetails>"
    )

    assert [item.net for item in found.adjustments] == [Decimal(-3), Decimal(2)]


def test_a_direct_debit_has_no_account_to_pay_to() -> None:
    """The IBAN below SEPADirectDebit is the customer's."""
    found = record(
        "<PaymentMethod><SEPADirectDebit><IBAN>NO9386011117947</IBAN></SEPADirectDebit>"
        "</PaymentMethod>"
    )

    assert found.payment.means
    assert found.payment.ibans == ()


@pytest.mark.parametrize(
    "delivery",
    [
        "<Date>2020-12-31</Date>",
        "<Period><FromDate>2020-12-01</FromDate><ToDate>2020-12-31</ToDate></Period>",
    ],
)
def test_a_line_has_a_delivery_of_its_own(delivery: str) -> None:
    """A day or a period, whose end is the day of supply."""
    (found,) = record(
        "<Details><ItemList><ListLineItem><Description>Miete</Description>"
        f"<Delivery>{delivery}</Delivery><LineItemAmount>10</LineItemAmount></ListLineItem>"
        "</ItemList></Details>"
    ).lines

    assert found.supply_date == date(2020, 12, 31)
