"""Plans of instalments: parts without a day, and sums that are not what is due."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.intake.plan import plan_findings
from domain.payables.normalized import NormalizedInvoice
from domain.payables.terms import PaymentTerm, TermKind
from domain.reading.document_type import DocumentType
from domain.reading.finding import Severity

_DAY = date(2026, 12, 20)
INVOICE = NormalizedInvoice(
    document_type=DocumentType.INVOICE, total_gross=Decimal(1200), amount_due=Decimal(1200)
)


def of(*parts: tuple[date | None, str | None]) -> NormalizedInvoice:
    """An invoice of 1,200.00 that is paid in these parts."""
    terms = (
        PaymentTerm(TermKind.INSTALMENT, day, None, None if amount is None else Decimal(amount))
        for day, amount in parts
    )
    return replace(INVOICE, terms=tuple(terms))


@pytest.mark.parametrize(
    ("invoice", "codes"),
    [
        (of((_DAY, "360"), (_DAY, "840")), []),
        (of((None, "360"), (_DAY, "840")), ["INSTALMENT_WITHOUT_DAY"]),
        (of((_DAY, "360"), (_DAY, "800")), ["INSTALMENTS_DIFFER"]),
        (of((_DAY, "360"), (_DAY, None)), ["INSTALMENTS_DIFFER"]),
        (of((_DAY, "360.01"), (_DAY, "840")), []),  # a cent of rounding
        (replace(of((None, "360"), (_DAY, "840")), amount_due=Decimal(840)), []),  # paid before
        (replace(of((_DAY, "400"), (_DAY, "440")), amount_due=Decimal(840)), []),  # of the rest
        (of((_DAY, "360")), []),  # one is no plan
        (INVOICE, []),
        (
            replace(of((None, "360"), (_DAY, "840")), document_type=DocumentType.CREDIT_NOTE),
            [],
        ),
        (replace(of((None, "360"), (_DAY, "840")), total_gross=None, amount_due=None), []),
    ],
)
def test_a_plan_says_when_and_comes_to_what_is_due(
    invoice: NormalizedInvoice, codes: list[str]
) -> None:
    """Nobody can say when the event of a part is; a run pays what the parts say."""
    found = list(plan_findings(invoice))

    assert [each.code for each in found] == codes
    assert {each.severity for each in found} <= {Severity.WARNING}


def test_what_waits_is_told_with_its_sum() -> None:
    """Of a plan whose first part was prepaid, the rest."""
    (found,) = plan_findings(replace(of((None, "360"), (None, "840")), amount_due=Decimal(840)))

    assert found.message.startswith("840.00 is due by an event")
