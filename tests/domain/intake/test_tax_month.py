"""In which month input tax is deducted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.intake.tax_facts import TaxTenant
from domain.intake.tax_month import is_paid, month_findings
from domain.ledger.chart import Chart
from domain.payables.normalized import NormalizedInvoice
from domain.payables.terms import PaymentMethod
from domain.reading.document_type import DocumentType
from domain.reading.finding import Severity
from tests.domain.intake.test_tax_facts import COLOGNE, VIENNA, invoice, line
from tests.domain.intake.test_tax_proposal import advice, blocking
from tests.vat_boxes import books_of, boxes, posted

OCTOBER, NOVEMBER = date(2026, 10, 28), date(2026, 11, 3)
AT, DE = TaxTenant(country="AT"), TaxTenant(country="DE")


def late(code: str = "VST20", **changes: object) -> NormalizedInvoice:
    """Of October, 100.00 net, with a code on its line."""
    one = replace(
        invoice(VIENNA, line("Papier", "100", "0.2", "S")),
        invoice_number="R-1",
        invoice_date=OCTOBER,
        delivery_date=OCTOBER,
        total_net=Decimal(100),
        total_tax=Decimal(20),
        total_gross=Decimal(120),
    )
    named = replace(one, line_items=(replace(one.line_items[0], tax_code=code),))
    return replace(named, **changes)  # type: ignore[arg-type]


def told(
    one: NormalizedInvoice, received: date, chart: Chart = Chart.AT_EKR, *closed: str
) -> list[str]:
    """What is said of the month."""
    found = month_findings(one, received, books_of(chart), lambda: closed)
    return [each.message for each in found]


def test_an_invoice_of_october_that_comes_in_november() -> None:
    """Booked on its date box 060 of October has it, which is too early; the day is named."""
    (said,) = told(late(), NOVEMBER)

    assert said == (
        "Booked on 2026-10-28, input tax is deducted in 2026-10; the invoice came in on 2026-11-03:"
        " it belongs to 2026-11. A booking date of 2026-11-03 states it there."
    )
    right = late(booking_date=NOVEMBER)
    assert told(right, NOVEMBER) == []
    assert boxes(posted(right, Chart.AT_EKR, "6815"), Chart.AT_EKR, NOVEMBER) == {
        "060": Decimal("20.00")
    }


def test_a_supply_that_is_made_after_its_invoice() -> None:
    """Both have to be there: the later one counts."""
    (said,) = told(late(delivery_date=date(2026, 12, 1)), OCTOBER)

    assert "the supply is of 2026-12-01: it belongs to 2026-12" in said


@pytest.mark.parametrize(
    ("words", "supplied", "month"),
    [
        ("Wartung", date(2026, 12, 1), "2026-12"),
        ("Miete Dezember 2026", date(2026, 12, 31), "2026-12"),
        ("Lizenz 01.10.2026 bis 31.12.2026", date(2026, 12, 31), None),  # has begun
        ("Papier", OCTOBER, None),
    ],
)
def test_a_line_that_is_supplied_after_its_invoice(
    words: str, supplied: date, month: str | None
) -> None:
    """Where the document as a whole names no day."""
    own = replace(late().line_items[0], description=words, supply_date=supplied)
    found = told(late(delivery_date=None, line_items=(own,)), OCTOBER)

    assert [f"it belongs to {month}" in each for each in found] == ([True] if month else [])


@pytest.mark.parametrize(
    ("one", "received"),
    [
        (late(), date(2026, 10, 31)),  # there in its month
        (late("VST-RC20"), NOVEMBER),  # owed by oneself: deducted without an invoice
        (late("VST0"), NOVEMBER),
        (late("VST20-ND"), NOVEMBER),
        (late("VST-EUST-PAID"), NOVEMBER),  # import VAT has its own rules
        (late(invoice_date=None), NOVEMBER),
        (late(document_type=DocumentType.CREDIT_NOTE), NOVEMBER),
        (late(), date(2027, 1, 4)),  # of an earlier year: booked when it is approved
    ],
)
def test_what_is_in_its_month(one: NormalizedInvoice, received: date) -> None:
    """Nothing is said."""
    assert told(one, received) == []


@pytest.mark.parametrize(
    ("seller", "rate", "tenant", "code"),
    [(VIENNA, "0.2", AT, "VST20"), (COLOGNE, "0.19", DE, "VST19")],
)
def test_a_prepayment_is_asked_until_it_is_paid(
    seller: object, rate: str, tenant: TaxTenant, code: str
) -> None:
    """The day of payment as booking date answers it, and so does a paper that says paid."""
    one = invoice(seller, line("Anzahlung Maschine", "5000", rate, "S"))  # type: ignore[arg-type]

    def asked(made: NormalizedInvoice) -> list[str]:
        return blocking(advice(made, tenant, "Anzahlungsrechnung Nr. 1"))

    assert asked(one) == ["VAT_PREPAYMENT"]
    assert asked(replace(one, payment_method=PaymentMethod.TRANSFER)) == ["VAT_PREPAYMENT"]
    named = replace(one.line_items[0], tax_code=code)
    assert asked(replace(one, line_items=(named,))) == ["VAT_PREPAYMENT"]
    assert asked(replace(one, booking_date=NOVEMBER)) == []
    assert asked(replace(one, payment_method=PaymentMethod.PAID)) == []
    found = advice(replace(one, booking_date=NOVEMBER), tenant, "Anzahlungsrechnung Nr. 1").findings
    assert Severity.WARNING in {each.severity for each in found if each.code == "VAT_PREPAYMENT"}


def test_nothing_left_to_pay_is_paid() -> None:
    """As far as the total is known."""
    assert is_paid(late(amount_due=Decimal(0)))
    assert not is_paid(late(amount_due=Decimal(120)))
    assert not is_paid(NormalizedInvoice(amount_due=Decimal(0)))


def test_a_closed_month_takes_nothing() -> None:
    """The day is the one on which it is booked; where that is in the right month, all is well."""
    september = late(invoice_date=date(2026, 9, 20), delivery_date=date(2026, 9, 20))
    (said,) = told(september, NOVEMBER, Chart.AT_EKR, "2026-09")
    assert said.startswith("Booked on 2026-10-01, input tax is deducted in 2026-10;")
    assert told(september, NOVEMBER, Chart.AT_EKR, "2026-09", "2026-10") == []
    (said,) = told(late(), NOVEMBER, Chart.AT_EKR, "2026-11")
    assert said.endswith("it belongs to 2026-12. A booking date of 2026-12-01 states it there.")
    chosen = late(booking_date=OCTOBER)
    (said,) = told(chosen, NOVEMBER, Chart.AT_EKR, "2026-10")
    assert said.startswith("Booked on 2026-10-28")
