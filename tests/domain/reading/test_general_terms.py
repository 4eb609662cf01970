"""Pages of general terms behind an invoice."""

from dataclasses import replace
from datetime import date

import pytest

from domain.intake import from_pages
from domain.payables.terms import PaymentTerm, TermKind
from domain.reading.general_terms import without_general_terms
from domain.reading.layout import Layout
from domain.reading.origin import OwnParty
from tests.layouts import INVOICE, typed

PARAGRAPHS = """
§ 12 Gerichtsstand ist Hamburg.
§ 13 Geltungsbereich. Diese Bedingungen gelten für alle Lieferungen.
§ 14 Zahlung. Rechnungen sind innerhalb von 30 Tagen ohne Abzug
zahlbar. Bei Zahlung innerhalb von 14 Tagen gewähren wir 3 %
Skonto nur, wenn dies auf der Rechnung vermerkt ist.
IBAN DE02 1203 0000 0000 2020 51
§ 15 Eigentumsvorbehalt. Die Ware bleibt unser Eigentum.
§ 16 Haftung. Die Haftung ist auf 10.000,00 EUR je Schadensfall
beschränkt.
"""
HEADED = "Allgemeine Geschäftsbedingungen\n" + "\n".join(
    f"{n}. Die Ware bleibt unser Eigentum." for n in range(12)
)
FIRST = f"{INVOICE}\nZahlbar bis 15.03.2026 ohne Abzug."


def pages(*texts: str) -> Layout:
    """A document of several pages."""
    made = (typed(text).pages[0] for text in texts)
    return Layout(tuple(replace(page, number=at) for at, page in enumerate(made, 1)))


@pytest.mark.parametrize("terms", [PARAGRAPHS, HEADED])
def test_terms_behind_an_invoice_are_no_offer(terms: str) -> None:
    """Neither a discount nor an account of theirs is one of this invoice; their text is kept."""
    alone = from_pages.extraction_of(pages(FIRST), OwnParty())
    found = from_pages.extraction_of(pages(FIRST, terms), OwnParty())

    assert found.terms == (PaymentTerm(TermKind.NET, date(2026, 3, 15)),)
    assert (found.vendor_iban, found.findings) == (alone.vendor_iban, alone.findings)
    assert terms.strip().splitlines()[-1].rstrip(".") in found.raw_markdown.replace("\\", "")


@pytest.mark.parametrize(
    "second",
    [
        f"{PARAGRAPHS}\nGesamtbetrag EUR 120,00",
        "§ 4 Nr. 8 UStG\n§ 13b UStG\nBetrag 12,00",
        "Position 2   Papier   10,00\nZahlbar binnen 14 Tagen mit 2 % Skonto",
    ],
)
def test_a_page_with_more_than_terms_is_read(second: str) -> None:
    """A total, a few paragraphs, ordinary words: nothing is left out. Nor is the first page."""
    whole = pages(FIRST, second)

    assert without_general_terms(whole) == whole
    assert without_general_terms(pages(PARAGRAPHS)) == pages(PARAGRAPHS)
