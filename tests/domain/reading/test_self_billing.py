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
        "Leistender: Anders GmbH",
        "Steuerschuldner ist der Leistungsempf\u00e4nger",
    ],
)
def test_a_credit_note_of_a_vendor_is_none(text: str) -> None:
    """Nor is a supply whose tax the customer owes."""
    assert not list(self_billing_findings(text, "Testfirma KG"))
