"""Layouts typed as text: one character is one column of a page."""

from decimal import Decimal

from domain.reading.layout import Box, Layout, Page, Source, Word

_COLUMNS, _ROW = 100, 150


def typed(text: str, *, confidence: str = "1", source: Source = Source.TEXT) -> Layout:
    """A one-page layout that looks like the text; three blanks or more separate cells."""
    words: list[Word] = []
    for row, line in enumerate(text.strip("\n").splitlines()):
        words += _words(line, 300 + row * _ROW, Decimal(confidence))
    return Layout((Page(1, tuple(words), source),))


def _words(line: str, top: int, confidence: Decimal) -> list[Word]:
    found, start = [], 0
    for part in line.split(" "):
        if part:
            box = Box(start * _COLUMNS, top, (start + len(part)) * _COLUMNS, top + 100)
            found.append(Word(part, box, confidence))
        start += len(part) + 1
    return found


INVOICE = """
Muster Handel GmbH, Gasse 1, 1010 Wien

Bauer AG
Ring 5
4020 Linz

Rechnung                                      Rechnungsdatum   03.02.2026
Rechnungsnummer: 2026-17                      Lieferdatum      01.02.2026

Bezeichnung           Menge     Preis      Betrag
Papier A4                10      4,00       40,00
Ordner                    5     12,00       60,00

Summe netto                                100,00
zuzüglich 20% USt                           20,00
Rechnungsbetrag EUR                        120,00

Zahlbar innerhalb von 14 Tagen netto.
UID-Nr.: ATU13585627   IBAN: AT61 1904 3002 3457 3201   BIC: BKAUATWW
"""
