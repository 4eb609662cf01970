"""Invoices in foreign currency, as the books take them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.formats import e_invoice
from domain.intake.exchange import exchange_of, in_euro, tax_findings, without_stale_rate
from domain.ledger.booking import Line
from domain.ledger.intent import Exchange, Side
from domain.payables.normalized import NormalizedInvoice
from domain.payables.terms import ForeignRate

RATE = ForeignRate(Decimal("1.15"), date(2026, 11, 19), "ECB")
USD = NormalizedInvoice(currency="USD", fx=RATE, invoice_date=date(2026, 11, 20))
_CENTS = st.integers(1, 10_000_000).map(lambda cents: Decimal(cents) / 100)


def test_an_exchange_needs_currency_and_rate() -> None:
    """EUR has none; nothing is guessed."""
    gross = Decimal(115)
    assert exchange_of(NormalizedInvoice(currency="EUR"), gross) is None
    assert exchange_of(USD, gross) == Exchange(
        "USD", gross, Decimal("1.15"), date(2026, 11, 19), "ECB"
    )
    for unknown in (replace(USD, fx=None), replace(USD, currency=None)):
        with pytest.raises(InvalidInput):
            exchange_of(unknown, gross)


@given(
    costs=st.lists(_CENTS, min_size=1, max_size=6),
    rate=st.decimals("0.01", "500", places=4),
)
def test_lines_in_eur_balance_and_what_is_owed_is_exact(
    costs: list[Decimal], rate: Decimal
) -> None:
    """Rounding of the lines goes to the largest one, never to what is owed."""
    gross = sum(costs, Decimal())
    owed = Line("3300", Side.CREDIT, gross)
    lines = in_euro([*(Line("5000", Side.DEBIT, each) for each in costs), owed], rate)
    debit = sum((line.amount for line in lines if line.side is Side.DEBIT), Decimal())
    credit = sum((line.amount for line in lines if line.side is Side.CREDIT), Decimal())

    assert debit == credit
    assert abs(credit - gross / rate) <= Decimal("0.005")


def test_a_rate_does_not_outlive_what_it_is_of() -> None:
    """Another currency, or for a reference rate another day, and it is looked for again."""
    other = replace(USD, currency="GBP")
    later = replace(USD, invoice_date=date(2026, 11, 25))
    typed = ForeignRate(Decimal("1.2"), date(2026, 11, 19), "manual")
    by_hand = replace(USD, fx=typed)

    assert without_stale_rate(USD, other).fx is None
    assert without_stale_rate(USD, later).fx is None
    assert without_stale_rate(by_hand, replace(later, fx=typed)).fx == typed
    assert without_stale_rate(USD, replace(other, fx=typed)).fx == typed
    assert without_stale_rate(USD, replace(USD, invoice_number="7")).fx == RATE


@pytest.mark.parametrize(
    ("stated", "told"),
    [("210.00", ["0.952381"]), ("212.77", []), ("212.76", []), (None, []), ("0", [])],
)
def test_the_tax_that_the_document_states_in_eur_is_deducted(
    stated: str | None, told: list[str]
) -> None:
    """200.00 CHF at 0.94 are 212.77 EUR; 210.00 is told, with the rate that gives it."""
    rate = ForeignRate(Decimal("0.94"), date(2026, 11, 9), "ECB")
    swiss = replace(USD, currency="CHF", fx=rate, total_tax=Decimal(200))

    found = list(tax_findings(swiss, Decimal(stated) if stated else None))

    assert [each.severity.value for each in found] == ["warning"] * len(told)
    assert all(wanted in each.message for each, wanted in zip(found, told, strict=True))
    assert not list(tax_findings(replace(swiss, fx=None), Decimal(210)))


def test_the_accounting_currency_is_read_of_both_syntaxes() -> None:
    """BT-111 stands beside BT-110; of a document in EUR there is none."""
    for name, text in (
        ("ubl", '<cbc:TaxAmount currencyID="CHF">200</cbc:TaxAmount></cac:TaxTotal>'),
        ("cii", '<ram:TaxTotalAmount currencyID="CHF">200</ram:TaxTotalAmount>'),
    ):
        assert _stated(name, text, "CHF") == Decimal(210)
        assert _stated(name, text, "EUR") is None


def _stated(name: str, chf: str, currency: str) -> Decimal | None:
    """What a record of one of the syntaxes has of the tax in EUR."""
    eur = chf.replace("CHF", "EUR").replace("200", "210")
    if name == "ubl":
        body = f"<cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>" + "".join(
            f"<cac:TaxTotal>{each}" for each in (chf, eur)
        )
        written = f'<Invoice xmlns="{_UBL}Invoice-2" xmlns:cac="{_UBL}CommonAggregateComponents-2"'
        written += f' xmlns:cbc="{_UBL}CommonBasicComponents-2">{body}</Invoice>'
    else:
        sums = f"<ram:SpecifiedTradeSettlementHeaderMonetarySummation>{chf}{eur}"
        sums += "</ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        body = f"<ram:InvoiceCurrencyCode>{currency}</ram:InvoiceCurrencyCode>{sums}"
        body = f"<ram:ApplicableHeaderTradeSettlement>{body}</ram:ApplicableHeaderTradeSettlement>"
        written = f'<rsm:CrossIndustryInvoice xmlns:rsm="{_CII}CrossIndustryInvoice:100"'
        written += f' xmlns:ram="{_CII}ReusableAggregateBusinessInformationEntity:100">'
        written += f"<rsm:SupplyChainTradeTransaction>{body}</rsm:SupplyChainTradeTransaction>"
        written += "</rsm:CrossIndustryInvoice>"
    return e_invoice.read(written.encode()).totals.tax_in_euro


_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CII = "urn:un:unece:uncefact:data:standard:"
