"""Invoices that stand for every month until another comes."""

import pytest

from domain.reading.finding import Severity
from domain.reading.standing import standing_findings


@pytest.mark.parametrize(
    "text",
    [
        "Immo GmbH\nDauerrechnung Miete\nHauptmietzins 2.000,00",
        "Dauermietrechnung Nr. 7",
        "Miet-Dauerrechnung ab 01.01.2026",
        "DAUERRECHNUNG",
        "Rechnung 7\nDiese Rechnung gilt als Dauerrechnung.",
        "Rechnung 7\nDiese Rechnung gilt bis zur Ausstellung einer neuen\nRechnung.",
        "Diese Dauerrechnung gilt f\u00fcr jeden Monat ab 01.01.2026",
        "Die Rechnung gilt ab 01.01.2026 bis auf Widerruf.",
        "Diese Vorschreibung gilt bis auf weiteres.",
        "Diese Rechnung gilt auch f\u00fcr alle folgenden Monate",
        "Standing invoice 2026",
        "This invoice is valid for each month of the lease",
    ],
)
def test_a_standing_invoice_is_told(text: str) -> None:
    """Months follow from it, which nobody sends a document for."""
    (found,) = standing_findings(text)

    assert (found.code, found.severity) == ("STANDING_INVOICE", Severity.WARNING)


@pytest.mark.parametrize(
    "text",
    [
        "Miete J\u00e4nner laut Dauerrechnung vom 02.01.2026",
        "Gutschrift zur Dauerrechnung DR-1",
        "Dauerrechnung DR-1 storniert",
        "Dauerrechnung laut Vertrag 1 2.000,00 20% 2.000,00",
        "Diese Rechnung gilt nicht als Dauerrechnung.",
        "Die Rechnung gilt als bezahlt.",
        "Diese Rechnung gilt bis zur vollst\u00e4ndigen Bezahlung als Eigentumsvorbehalt",
        "Das Angebot gilt bis auf Widerruf.",
        "Diese Rechnung gilt f\u00fcr November 2026",
        "Dauerauftrag Nr. 7",
        "Software Modul Dauerrechnung",
    ],
)
def test_what_refers_to_one_is_none(text: str) -> None:
    """A bill of a month, an end of it, and other words."""
    assert not list(standing_findings(text))
