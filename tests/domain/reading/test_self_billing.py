"""Who bills whom on a page."""

import pytest

from domain.reading.finding import Severity
from domain.reading.self_billing import self_billing_findings


@pytest.mark.parametrize(
    "text",
    [
        "Provision (Abrechnung im Gutschriftverfahren \u00a7 14 Abs. 2 UStG)",
        "Gutschrift im umsatzsteuerlichen Sinn",
        "Self-billing invoice",
        "Softwareprovision (Abrechnung im Gutschriftverfahren \u00a7 14 Abs. 2 UStG)",
        "Keine Barzahlung. Abrechnung im Gutschriftverfahren",
        "Rechnung ausgestellt durch den Leistungsempf\u00e4nger",
        "Autofattura n. 7",
        "Autofacturation",
        "Leistender: Testfirma KG, Leistungsempf\u00e4nger: Anders GmbH",
    ],
)
def test_words_of_self_billing_stop(text: str) -> None:
    """It is turnover of the tenant, or somebody has to say whose."""
    (found,) = self_billing_findings(text, "Testfirma KG")
    assert (found.code, found.severity) == ("SELF_BILLED", Severity.BLOCKING)


@pytest.mark.parametrize(
    "text",
    [
        "Gutschrift Nr. 7 zu Rechnung 12",
        "Dies ist keine Gutschrift im umsatzsteuerlichen Sinne.",
        "Es handelt sich nicht um eine Gutschrift im umsatzsteuerlichen Sinn",
        "Die Abrechnung erfolgt nicht im Gutschriftverfahren.",
        "Gutschriftverfahren: nein",
        "Das Gutschriftverfahren wird nicht angewendet.",
        "Kein Fall der Selbstfakturierung",
        "This is not a self-billed invoice",
        "No self-billing",
        "Questa non \u00e8 un'autofattura",
        "Ceci n'est pas une autofacturation",
        "Modul Gutschriftverfahren   1   500,00",
        "Schulung Abrechnung im Gutschriftverfahren",
        "Self-Billing Software, Lizenz 2026",
        "Selfbilling Solutions GmbH",
        "Self-Billing Service Ltd.",
        "Corso autofattura elettronica",
        "Leistender: Anders GmbH",
        "Steuerschuldner ist der Leistungsempf\u00e4nger",
    ],
)
def test_a_credit_note_of_a_vendor_is_none(text: str) -> None:
    """Nor is a supply whose tax the customer owes."""
    assert not list(self_billing_findings(text, "Testfirma KG"))
