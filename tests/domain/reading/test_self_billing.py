"""Who bills whom on a page."""

import pytest

from domain.reading.finding import Severity
from domain.reading.self_billing import payout_findings, self_billing_findings


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
        "Gutschrift gem\u00e4\u00df \u00a7 11 Abs. 7 UStG",
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


@pytest.mark.parametrize(
    "text",
    [
        "Guthaben zu Ihren Gunsten   600,00",
        "Der Betrag wird auf Ihr Konto \u00fcberwiesen.",
        "Das Guthaben wird Ihnen \u00fcberwiesen.",
        "Ihre Provision wird Ihnen auf das Konto \u00fcberwiesen",
        "Auszahlungsbetrag   412,50",
        "Amount payable to you: 600.00",
    ],
)
def test_money_that_comes_is_paid_to_nobody(text: str) -> None:
    """A bill of commission looks like one that asks for money, and gives some."""
    (found,) = payout_findings(text)
    assert (found.code, found.severity) == ("PAYS_US", Severity.BLOCKING)


@pytest.mark.parametrize(
    "text",
    [
        "Bitte \u00fcberweisen Sie den Betrag auf unser Konto.",
        "Der Betrag wird von Ihrem Konto abgebucht.",
        "Sollten Sie zu viel zahlen, wird der Betrag Ihnen \u00fcberwiesen.",
        "Ein etwaiges Guthaben wird Ihnen \u00fcberwiesen.",
        "Das Guthaben wird Ihnen mit der n\u00e4chsten Rechnung verrechnet.",
        "Der Betrag wird nicht auf Ihr Konto \u00fcberwiesen.",
        "Provision Vermittlung   600,00",
        "Saldo zu Ihren Gunsten: EUR 0,00",
    ],
)
def test_money_that_is_asked_for_does_not_come(text: str) -> None:
    """Nor does money that only might come."""
    assert not list(payout_findings(text))
