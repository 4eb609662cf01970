"""What a person must answer before an invoice is paid."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.payables.due_findings import due_findings
from domain.payables.normalized import NormalizedInvoice, NormalizedVendor
from domain.payables.terms import ForeignRate, Payee
from domain.reading.finding import Severity

FACTOR = Payee("Alpen Factorbank AG", "AT511200000000777777")
RATE = ForeignRate(Decimal("1.15"), date(2026, 11, 19), "ECB")


def invoice(gross: str = "120.00", **facts: Any) -> NormalizedInvoice:
    """An invoice of some sum."""
    vendor = NormalizedVendor(name="Tischlerei GmbH")
    return NormalizedInvoice(vendor=vendor, total_gross=Decimal(gross), **facts)


def found(made: NormalizedInvoice, *accepted: Payee) -> dict[str, Severity]:
    """Codes and severities."""
    return {finding.code: finding.severity for finding in due_findings(made, accepted)}


@pytest.mark.parametrize(
    ("due", "prepaid", "rounding", "expected"),
    [
        ("120.00", None, None, {}),
        (None, None, None, {}),
        (None, "100.00", None, {"AMOUNT_DUE_DIFFERS": Severity.BLOCKING}),
        ("20.00", "100.00", None, {"AMOUNT_DUE_DIFFERS": Severity.BLOCKING}),
        ("120.03", None, "0.03", {"AMOUNT_DUE_DIFFERS": Severity.BLOCKING}),
        ("0.00", "120.00", None, {"AMOUNT_DUE_DIFFERS": Severity.BLOCKING}),
        ("-30.00", "150.00", None, {"AMOUNT_DUE_DIFFERS": Severity.BLOCKING}),
        (
            "20.00",
            None,
            None,
            {
                "AMOUNT_DUE_DIFFERS": Severity.BLOCKING,
                "AMOUNT_DUE_UNEXPLAINED": Severity.WARNING,
            },
        ),
        ("120.00", None, "0.30", {"AMOUNT_DUE_UNEXPLAINED": Severity.WARNING}),
        (
            "620.00",
            None,
            "500.00",
            {"AMOUNT_DUE_DIFFERS": Severity.BLOCKING, "ROUNDING_TOO_LARGE": Severity.BLOCKING},
        ),
    ],
)
def test_gross_and_due_must_be_explained(
    due: str | None, prepaid: str | None, rounding: str | None, expected: dict[str, Severity]
) -> None:
    """BR-CO-16 says how they belong together; old files state a rounding that is in the total."""
    made = invoice(
        amount_due=Decimal(due) if due else None,
        prepaid_amount=Decimal(prepaid) if prepaid else None,
        rounding_amount=Decimal(rounding) if rounding else None,
    )

    assert found(made) == expected


@pytest.mark.parametrize(
    ("accepted", "blocks"),
    [
        ((), True),
        ((FACTOR,), False),
        ((Payee("ALPEN  factorbank ag", "AT51 1200 0000 0077 7777"),), False),
        ((Payee("Alpen Factorbank AG", "AT611904300234573201"),), True),
        ((Payee("Alpen Factorbank AG"),), True),
        ((Payee("Andere Bank AG", "AT511200000000777777"),), True),
    ],
)
def test_a_payee_is_its_name_and_its_account(accepted: tuple[Payee, ...], blocks: bool) -> None:  # noqa: FBT001
    """What was accepted once is not asked again; anything else is."""
    assert ("PAYEE_DIFFERS" in found(invoice(payee=FACTOR), *accepted)) is blocks


@pytest.mark.parametrize(
    ("currency", "fx", "expected"),
    [
        ("EUR", None, {}),
        ("EUR", RATE, {}),
        (None, None, {"CURRENCY_UNKNOWN": Severity.BLOCKING}),
        ("USD", None, {"CURRENCY_FOREIGN": Severity.BLOCKING}),
        ("USD", RATE, {"FX_RATE": Severity.HINT}),
    ],
)
def test_a_currency_needs_a_rate(
    currency: str | None, fx: ForeignRate | None, expected: dict[str, Severity]
) -> None:
    """What is unknown blocks, what is foreign waits for its rate."""
    assert found(invoice(currency=currency, fx=fx)) == expected


@pytest.mark.parametrize(
    ("due", "told"),
    [
        (date(2026, 10, 10), {"DUE_BEFORE_INVOICE": Severity.WARNING}),
        (date(2026, 11, 10), {}),
        (date(2026, 12, 10), {}),
        (None, {}),
    ],
)
def test_a_day_due_before_the_document_is_told(due: date | None, told: dict[str, Severity]) -> None:
    """One of the two is misread, or it would be paid at once."""
    assert found(invoice(invoice_date=date(2026, 11, 10), due_date=due)) == told
