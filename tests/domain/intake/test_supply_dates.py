"""Lines before and after a change of rate: each is judged and booked by its own day of supply."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.intake.extraction import normalized
from domain.intake.fields import digest
from domain.intake.from_pages import extraction_of
from domain.intake.posting import booking_of
from domain.intake.tax_facts import TaxTenant, groups_of
from domain.intake.tax_proposal import date_findings
from domain.ledger.booking import intent_of
from domain.payables.content import Circumstances, check
from domain.payables.normalized import NormalizedInvoice, NormalizedTax, NormalizedVendor
from domain.reading.line_period import line_day
from domain.reading.origin import OwnParty
from domain.tax.code import InvalidTaxCode
from tests.domain.intake.test_posting import CASE
from tests.domain.intake.test_tax_facts import COLOGNE, VIENNA, invoice, line
from tests.domain.intake.test_tax_proposal import AT, DE, advice, blocking, books, codes
from tests.layouts import typed

DECEMBER, JANUARY = date(2020, 12, 31), date(2021, 1, 31)


def billed(*lines: tuple[str, date | None], day: date = JANUARY) -> NormalizedInvoice:
    """A German invoice of January 2021 whose lines have a rate and a day of supply."""
    made = [
        replace(line("Wartung", "1000", rate, "S"), supply_date=own, position=at)
        for at, (rate, own) in enumerate(lines, 1)
    ]
    return replace(invoice(COLOGNE, *made), invoice_date=day)


def test_each_line_has_the_rate_of_its_own_day() -> None:
    """16 % until the end of 2020, 19 % from then on (§ 28 Abs. 1 UStG)."""
    found = advice(billed(("0.16", DECEMBER), ("0.19", JANUARY)), DE)

    assert codes(found) == ["VST16", "VST19"]
    assert blocking(found) == []


@pytest.mark.parametrize(
    "lines",
    [
        [("0.19", DECEMBER)],
        [("0.16", JANUARY)],
        [("0.16", None)],  # the document is of January
        [("0.19", DECEMBER), ("0.19", JANUARY)],
    ],
)
def test_a_rate_that_did_not_hold_is_asked(lines: list[tuple[str, date | None]]) -> None:
    """Also beside a line of the same rate whose own day has it."""
    found = advice(billed(*lines), DE)

    assert "VAT_RATE_NOT_VALID_ON_DATE" in blocking(found)
    assert codes(found)[0] is None
    assert codes(found)[1:] == ["VST19"] * (len(lines) - 1)


def test_a_new_rate_in_austria_is_that_of_a_line() -> None:
    """Basic foods have 4.9 % from July 2026, whatever the date of the document."""
    lines = [
        replace(line("Brot", "100", rate, "S"), supply_date=day)
        for rate, day in (("0.1", date(2026, 6, 30)), ("0.049", date(2026, 7, 1)))
    ]
    found = advice(replace(invoice(VIENNA, *lines), invoice_date=date(2026, 6, 29)), AT)

    assert codes(found) == ["VST10", "VST4-9"]


def test_days_of_one_era_are_one_group_that_the_document_states() -> None:
    """Twelve months of rent are one group, whose tax is the stated one."""
    days = [date(2024, month, 28) for month in range(1, 13)]
    one = billed(*(("0.19", day) for day in days))
    stated = NormalizedTax("S", Decimal("0.19"), Decimal(12000), Decimal(2280))

    (group,) = groups_of(replace(one, taxes=(stated,)), "DE")

    assert (group.tax, group.day) == (stated, date(2024, 12, 28))


@pytest.mark.parametrize(
    ("seller", "tenant", "days", "rule"),
    [
        (COLOGNE, DE, (date(2024, 12, 28), date(2025, 1, 28)), "DE-IN-KU"),
        (COLOGNE, DE, (DECEMBER, JANUARY), "DE-IN-KU"),
        (VIENNA, AT, (date(2026, 6, 28), date(2026, 7, 28)), "AT-IN-KU"),
        (VIENNA, AT, (date(2026, 12, 28), date(2027, 1, 28)), "AT-IN-KU"),
    ],
)
@pytest.mark.parametrize("reason", ["Kleinunternehmer \u00a7 19", "Kleinunternehmer"])
def test_the_reason_of_the_breakdown_holds_on_both_sides_of_a_change(
    seller: NormalizedVendor, tenant: TaxTenant, days: tuple[date, date], rule: str, reason: str
) -> None:
    """It is stated once for all lines of its category and rate; its sums are of none of them."""
    lines = [
        replace(line("Beratung", "1000", "0", "E"), supply_date=day, position=at)
        for at, day in enumerate(days, 1)
    ]
    stated = NormalizedTax("E", Decimal(0), Decimal(2000), Decimal(0), reason)
    one = replace(invoice(seller, *lines), invoice_date=max(days), taxes=(stated,))
    split = groups_of(one, tenant.country)

    assert {each.rule for each in advice(one, tenant).proposals} == {rule}
    assert sum(each.basis for each in split) == Decimal(2000)
    assert all(each.difference == "none" for each in split)


def test_a_line_is_booked_on_its_own_day() -> None:
    """The code of December holds on the day of its line, and would not on that of the document."""
    one = billed(("0.16", DECEMBER), ("0.19", JANUARY))
    known = books("DE")
    filled = advice(one, DE).filled(one)
    case = replace(
        CASE,
        invoice=filled,
        default_account="6815",
        payables_account="3300",
        approved_on=JANUARY,
        codes=known.tax_codes,
    )

    booking = booking_of(case)

    coded = [(x.tax_code, str(x.amount), x.supply_date) for x in booking.lines if x.tax_code]
    assert coded == [("VST16", "1160.00", DECEMBER), ("VST19", "1190.00", None)]
    assert booking.lines[0].sent["supply_date"] == "2020-12-31"
    moved = {(p.account, p.tax_code): str(p.amount) for p in intent_of(booking, known).postings}
    assert moved["1400", "VST16"] == "160.00"
    assert moved["1406", "VST19"] == "190.00"


def test_a_code_that_does_not_hold_on_the_day_of_its_line_is_refused() -> None:
    """Whoever names 19 % for December is refused by the books, whatever the document's day is."""
    one = billed(("0.19", DECEMBER))
    named = replace(one, line_items=(replace(one.line_items[0], tax_code="VST19"),))
    known = books("DE")
    case = replace(
        CASE, invoice=named, default_account="6815", approved_on=JANUARY, codes=known.tax_codes
    )

    with pytest.raises(InvalidTaxCode):
        intent_of(booking_of(case), known)


def test_a_line_that_is_still_to_be_supplied_is_told() -> None:
    """As a document is: its input tax is deducted when it is made, or paid."""
    one = billed(("0.19", date(2021, 3, 31)), ("0.19", JANUARY))

    (told,) = date_findings(one, JANUARY)

    assert (told.code, told.fields) == ("SUPPLY_DATE_AHEAD", ("delivery_date", "line_items"))
    assert "2021-03-31" in told.message


@pytest.mark.parametrize(
    ("text", "issued", "told"),
    [
        ("Miete Dezember 2026", date(2026, 12, 1), []),
        ("Miete 15.12.2026 - 14.03.2027", date(2026, 12, 1), []),
        ("Wartung November 2026 bis Februar 2027", date(2026, 12, 1), []),
        ("Miete J\u00e4nner 2027", date(2026, 12, 1), ["SUPPLY_DATE_AHEAD"]),
    ],
)
def test_a_period_that_has_begun_is_not_ahead(text: str, issued: date, told: list[str]) -> None:
    """Nor one that begins in the month of the invoice: rents are asked for in advance."""
    row = replace(line(text, "1000", "0.2", "S"), supply_date=line_day(text))
    one = replace(invoice(VIENNA, row), invoice_date=issued)

    assert [each.code for each in date_findings(one, issued)] == told


def test_a_day_on_every_line_is_the_day_that_the_law_asks_for() -> None:
    """§ 14 Abs. 4 Nr. 6 UStG: it may be stated for each line."""

    def status(*days: date | None) -> str:
        found = check(billed(*(("0.19", day) for day in days)), Circumstances("DE"))
        return next(each.status.value for each in found.checks if each.rule == "delivery_date")

    assert (status(JANUARY, JANUARY), status(JANUARY, None)) == ("pass", "warning")


def test_a_page_says_it_in_words() -> None:
    """A month or a period in the row."""
    text = """
Haus GmbH, Domweg 1, 50667 Köln
USt-IdNr. DE136695976

Rechnung Nr. RE-77
Rechnungsdatum 15.01.2021

Leistung                        Menge      Preis     Betrag
Wartung Dezember 2020               1    1000,00    1000,00
Wartung 01.01.2021 - 31.01.2021     1     500,00     500,00

Netto                                               1500,00
16 % USt auf 1000,00                                 160,00
19 % USt auf 500,00                                   95,00
Gesamtbetrag                                        1755,00
"""
    found = normalized(extraction_of(typed(text), OwnParty()))

    assert [x.supply_date for x in found.line_items] == [DECEMBER, JANUARY]


def test_an_answer_outlasts_that_lines_can_have_a_day() -> None:
    """What was seen of a line before is the same as that of one without a day of its own."""
    one = billed(("0.19", None))
    stored = one.to_json()
    for each in stored["line_items"]:
        del each["supply_date"]

    assert digest(NormalizedInvoice.from_json(stored), ["line_items"]) == digest(
        one, ["line_items"]
    )
    assert digest(billed(("0.19", JANUARY)), ["line_items"]) != digest(one, ["line_items"])


def test_where_nobody_is_taxed_nothing_is_split() -> None:
    """Without a country, lines are those of the document."""
    one = billed(("0.19", DECEMBER), ("0.19", JANUARY))

    assert len(groups_of(one)) == 1
    assert len(groups_of(one, TaxTenant(country="DE").country)) == 2
