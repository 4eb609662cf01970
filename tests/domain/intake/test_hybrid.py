"""Page and XML of one invoice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.formats.invoice_record import (
    InvoiceRecord,
    RecordMeans,
    RecordParty,
    RecordPayment,
    RecordTax,
    RecordTotals,
)
from domain.intake import from_pages, from_record
from domain.intake.hybrid import differences, doubted
from domain.reading.finding import Finding, Severity
from domain.reading.layout import Layout
from domain.reading.origin import OwnParty
from tests.layouts import INVOICE, typed

RECORD = InvoiceRecord(
    syntax="CII",
    profile=None,
    type_code="380",
    number="2026-17",
    issue_date=date(2026, 2, 3),
    delivery_date=date(2026, 2, 1),
    currency="EUR",
    seller=RecordParty(name="Muster Handel Ges.m.b.H.", vat_id="ATU 13585627"),
    buyer=RecordParty(name="Bauer AG"),
    totals=RecordTotals(
        net=Decimal("100.00"),
        tax=Decimal("20.00"),
        gross=Decimal("120.00"),
        payable=Decimal("120.00"),
    ),
    payment=RecordPayment(
        due_date=date(2026, 2, 17), means=(RecordMeans(iban="AT61 1904 3002 3457 3201"),)
    ),
    taxes=(RecordTax("S", Decimal(20), Decimal("100.00"), Decimal("20.00")),),
)
OTHER_IBAN = "DE89370400440532013000"
Change = Callable[[InvoiceRecord], InvoiceRecord]


def found(record: InvoiceRecord, layout: Layout) -> list[Finding]:
    """What differs, as a document of both would tell."""
    return list(differences(record, from_pages.extraction_of(layout, OwnParty()), layout))


def seller(**values: str) -> Change:
    """Another seller."""
    return lambda record: replace(record, seller=replace(record.seller, **values))


def totals(**values: Any) -> Change:
    """Other totals."""
    return lambda record: replace(record, totals=replace(record.totals, **values))


def accounts(*ibans: str) -> Change:
    """Other accounts."""
    means = tuple(RecordMeans(iban=iban) for iban in ibans)
    return lambda record: replace(record, payment=replace(record.payment, means=means))


def test_the_same_invoice_twice_is_no_finding() -> None:
    """Legal form, blanks and a day by terms are form, not content."""
    assert not found(RECORD, typed(INVOICE))


@pytest.mark.parametrize(
    ("field", "change", "severity"),
    [
        ("invoice_number", lambda record: replace(record, number="2026-18"), Severity.BLOCKING),
        ("invoice_number", lambda record: replace(record, number="2026-1"), Severity.BLOCKING),
        ("invoice_number", lambda record: replace(record, number="026-17"), Severity.BLOCKING),
        (
            "invoice_date",
            lambda record: replace(record, issue_date=date(2026, 3, 2)),
            Severity.BLOCKING,
        ),
        (
            "delivery_date",
            lambda record: replace(record, delivery_date=date(2025, 2, 1)),
            Severity.WARNING,
        ),
        (
            "due_date",
            lambda record: replace(
                record, payment=replace(record.payment, due_date=date(2026, 2, 10))
            ),
            Severity.WARNING,
        ),
        ("vendor_name", seller(name="Muster Import GmbH"), Severity.BLOCKING),
        ("vendor_vat_id", seller(vat_id="ATU13585628"), Severity.BLOCKING),
        ("vendor_tax_id", seller(tax_id="12 345/6789"), Severity.HINT),
        ("vendor_iban", accounts(OTHER_IBAN), Severity.BLOCKING),
        ("vendor_iban", accounts("AT611904300234573201", OTHER_IBAN), Severity.BLOCKING),
        ("currency", lambda record: replace(record, currency="CHF"), Severity.BLOCKING),
        ("total_net", totals(net=Decimal("101.00")), Severity.BLOCKING),
        ("total_tax", totals(tax=Decimal("20.01")), Severity.BLOCKING),
        ("total_gross", totals(gross=Decimal("1120.00")), Severity.BLOCKING),
        ("amount_due", totals(payable=Decimal("90.00")), Severity.BLOCKING),
        (
            "recipient_name",
            lambda record: replace(record, buyer=RecordParty(name="Huber AG")),
            Severity.WARNING,
        ),
    ],
)
def test_a_value_that_only_the_xml_has_is_told(
    field: str, change: Change, severity: Severity
) -> None:
    """Whichever of the two was changed, the person who looks sees the other."""
    told = [(finding.fields, finding.severity) for finding in found(change(RECORD), typed(INVOICE))]

    assert ((field,), severity) in told


def test_a_changed_account_names_both() -> None:
    """The one that would be paid, and the one that the page shows."""
    messages = [finding.message for finding in found(accounts(OTHER_IBAN)(RECORD), typed(INVOICE))]

    assert any("DE89 3704" in message for message in messages)
    assert any("AT61 1904" in message for message in messages)


@pytest.mark.parametrize("code", ["30", "58", None])
@pytest.mark.parametrize(
    ("words", "is_told"),
    [
        ("Der Betrag wird am 17.02.2026 von Ihrem Konto eingezogen.", True),
        ("Betrag dankend erhalten.", True),
        ("Bitte \u00fcberweisen Sie den Betrag.", False),
        ("", False),
    ],
)
def test_a_page_against_a_transfer_stops_it(code: str | None, words: str, *, is_told: bool) -> None:
    """What the vendor collects, or has, must not be transferred as well."""
    means = RecordMeans(code=code, iban="AT611904300234573201")
    record = replace(RECORD, payment=replace(RECORD.payment, means=(means,)))

    told = [
        each
        for each in found(record, typed(f"{INVOICE}\n{words}"))
        if each.fields == ("payment_method",)
    ]
    assert [(each.code, each.severity) for each in told] == (
        [("PAYMENT_METHOD_UNCLEAR", Severity.BLOCKING)] if is_told else []
    )


def test_the_account_of_the_customer_is_no_other_account() -> None:
    """A direct debit names it on the page, and as the payer's in the XML."""
    means = RecordMeans(code="59", iban="AT611904300234573201", payer_iban=OTHER_IBAN)
    record = replace(RECORD, payment=replace(RECORD.payment, means=(means,)))

    assert not found(record, typed(f"{INVOICE}\nAbbuchung von IBAN {OTHER_IBAN}"))


def test_an_account_may_stand_there_as_bank_code_and_number() -> None:
    """As it was written before IBANs, and is still in many footers."""
    page = INVOICE.replace("IBAN: AT61 1904 3002 3457 3201", "BLZ: 19043   Konto: 00234573201")

    assert not found(RECORD, typed(page))


@pytest.mark.parametrize("page", ["", "Please find our invoice enclosed."])
def test_a_page_that_shows_nothing_blocks(page: str) -> None:
    """One finding about the whole, which no changed value answers, and no confidence in any."""
    (finding,) = found(RECORD, typed(page))
    sure = doubted(from_record.extraction_of(RECORD), (finding,)).confidence.overall

    assert finding.severity is Severity.BLOCKING
    assert finding.fields == ()
    assert sure <= Decimal("0.30")


def test_totals_may_follow_from_what_is_shown() -> None:
    """Two rates without a sum of the tax; what is left after a deposit."""
    page = INVOICE.replace(
        "zuzüglich 20% USt                           20,00",
        "USt 10% von 40,00       4,00\nUSt 20% von 80,00      16,00\nAnzahlung   50,00",
    )
    taxes = (
        RecordTax("S", Decimal(10), Decimal("40.00"), Decimal("4.00")),
        RecordTax("S", Decimal(20), Decimal("80.00"), Decimal("16.00")),
    )
    honest = replace(RECORD, taxes=taxes)
    deposit = totals(prepaid=Decimal("50.00"), payable=Decimal("70.00"))

    assert not found(deposit(honest), typed(page))
    assert found(totals(tax=Decimal("21.00"))(honest), typed(page))
    assert found(totals(prepaid=Decimal("51.00"), payable=Decimal("69.00"))(honest), typed(page))


days = st.dates(date(2010, 1, 1), date(2040, 1, 1))
cents = st.integers(1, 99_999_999).map(lambda number: Decimal(number) / 100)


@settings(deadline=None)
@given(days, cents, st.sampled_from([timedelta(1), timedelta(31), timedelta(-365)]))
def test_any_page_shows_its_own_invoice_and_no_other(
    day: date, gross: Decimal, later: timedelta
) -> None:
    """Whatever day and sum: both are seen as printed, and a changed one is told."""
    page = INVOICE.replace("03.02.2026", day.strftime("%d.%m.%Y")).replace(
        "120,00", f"{gross:,.2f}".translate(str.maketrans(",.", ".,"))
    )
    honest = replace(
        totals(gross=gross, payable=gross)(RECORD),
        issue_date=day,
        payment=replace(RECORD.payment, due_date=day + timedelta(14)),
    )
    layout = typed(page)
    shown = {date(2026, 2, 1), day}
    changed = replace(honest, issue_date=day + later)

    # A sum of whole euros may stand on the page as the number of a house.
    assume(f"{gross + 1:f}".removesuffix(".00") not in page)
    assert not found(honest, layout)
    assert found(totals(gross=gross + 1)(honest), layout)
    assert day + later in shown or found(changed, layout)
