"""Pages that call themselves an invoice or a credit note."""

from dataclasses import replace

import pytest

from domain.intake import from_pages
from domain.reading.layout import Layout
from domain.reading.origin import OwnParty
from domain.reading.page_titles import titles_of
from tests.layouts import typed

SHEET = """
Retour Wien GmbH, Torweg 4, 5020 Salzburg
UID ATU50382820
Alpenladen Handels GmbH          {label}   {number}
Marktgasse 4                     Datum   25.11.2026
5020 Salzburg
{title}
1 Pumpen     1     {net}     20%    {net}
Netto               {net}
20 % USt            {tax}
{total}     {gross}
IBAN AT48 3200 0000 1234 5864
"""
INVOICE = SHEET.format(
    label="Rechnungsnummer", number="RW-100", title="Rechnung", net="500,00", tax="100,00",
    total="Rechnungsbetrag", gross="600,00",
)  # fmt: skip
CREDIT = SHEET.format(
    label="Gutschriftsnummer", number="GW-7", title="Gutschrift", net="80,00", tax="16,00",
    total="Gutschriftsbetrag", gross="96,00",
)  # fmt: skip


def pages(*texts: str) -> Layout:
    """A document of several pages."""
    made = (typed(text).pages[0] for text in texts)
    return Layout(tuple(replace(page, number=at) for at, page in enumerate(made, 1)))


@pytest.mark.parametrize(
    ("second", "is_told"),
    [
        (CREDIT, True),
        (CREDIT.replace("Gutschrift\n", "Gutschrift Nr. GW-7\n"), True),
        (CREDIT.replace("\nGutschrift\n", "\nCredit note\n"), True),
        (CREDIT.replace("\nGutschrift\n", "\nGutschrift SG-9 zu Rechnung SG-1\n"), True),
        ("Gutschrift\nPumpe   80,00", False),  # a heading without a total of its own
        ("Gutschriften der letzten Monate\nSumme     80,00", False),
    ],
)
def test_an_invoice_and_a_credit_note_are_two_documents(second: str, *, is_told: bool) -> None:
    """Of one number and other sums nobody could say what was asked for; they are to be split."""
    for each in (pages(INVOICE, second), pages(second, INVOICE)):
        found = from_pages.extraction_of(each, OwnParty(name="Alpenladen Handels GmbH")).findings
        told = [one for one in found if one.code == "SEVERAL_DOCUMENTS"]
        assert bool(told) is is_told
        assert not is_told or "begin on page 2" in told[0].message


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        (INVOICE, {"invoice"}),
        (CREDIT, {"credit"}),
        (INVOICE.replace("\nRechnung\n", "\nInvoice No. RW-100\n"), {"invoice"}),
        (INVOICE.replace("\nRechnung\n", "\nRechnung und Lieferschein\n"), set()),
        ("Rechnung", set()),
    ],
)
def test_a_title_stands_alone_on_its_line(text: str, titles: set[str]) -> None:
    """With its number, and on a page that has totals."""
    assert titles_of(typed(text).pages[0]) == titles
