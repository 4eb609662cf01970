"""What one person makes of an e-invoice is told, and asks for a reason where more would be paid."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.intake.against_document import differences
from domain.intake.extraction import Extraction, normalized
from domain.payables.terms import Payee, PaymentMethod
from domain.reading.document_type import DocumentType
from domain.reading.finding import Severity
from domain.reading.layout import Source
from domain.reading.origin import Origin

_NAMES = ("document_type", "currency", "total_gross")
BANK = Payee("Alpen Factorbank AG", "AT511200000000777777")


def read(source: Source = Source.XML, kind: DocumentType = DocumentType.INVOICE) -> Extraction:
    """A reading of 1,248.00 of which 200.00 is due, collected by a factor."""
    origin = Origin(source=source, confidence=Decimal(1))
    return Extraction(
        document_type=kind,
        currency="EUR",
        total_gross=Decimal("1248.00"),
        amount_due=Decimal("200.00"),
        payment_method=PaymentMethod.DIRECT_DEBIT,
        payee=BANK,
        origins=dict.fromkeys(_NAMES, origin),
    )


@pytest.mark.parametrize(
    ("changed", "field", "severity"),
    [
        ({"amount_due": Decimal("1248.00")}, "amount_due", Severity.BLOCKING),
        ({"amount_due": Decimal("100.00")}, "amount_due", Severity.WARNING),
        ({"amount_due": None}, "amount_due", Severity.BLOCKING),
        ({"total_gross": Decimal("2688.00")}, "total_gross", Severity.BLOCKING),
        ({"total_gross": Decimal("1000.00")}, "total_gross", Severity.WARNING),
        ({"currency": "CHF"}, "currency", Severity.BLOCKING),
        ({"document_type": DocumentType.OTHER}, "document_type", Severity.WARNING),
        ({"payment_method": PaymentMethod.TRANSFER}, "payment_method", Severity.BLOCKING),
        ({"payment_method": None}, "payment_method", Severity.BLOCKING),
        ({"payment_method": PaymentMethod.PAID}, "payment_method", Severity.WARNING),
        ({"payee": None}, "payee", Severity.BLOCKING),
        ({"payee": Payee("Eva Muster", BANK.iban)}, "payee", Severity.BLOCKING),
    ],
)
def test_what_the_xml_says_otherwise_is_told(
    changed: dict[str, object], field: str, severity: Severity
) -> None:
    """More due of the same invoice blocks; what was read off a page is a person's to correct."""
    for source in (Source.XML, Source.OCR):
        document = read(source)
        proposed = normalized(document)
        found = list(differences(document, proposed, replace(proposed, **changed)))  # type: ignore[arg-type]
        told = [(each.fields, each.severity) for each in found]
        assert told == ([((field,), severity)] if source is Source.XML else [])
        assert not list(differences(document, proposed, proposed))


def test_a_credit_note_is_not_paid_without_a_reason() -> None:
    """Turned into an invoice it blocks; the other way round it costs nothing."""
    document = read(kind=DocumentType.CREDIT_NOTE)
    proposed = normalized(document)
    turned = replace(proposed, document_type=DocumentType.INVOICE)
    (found,) = differences(document, proposed, turned)
    assert found.severity is Severity.BLOCKING
    assert found.message == "The e-invoice says credit_note, the case says invoice."
    (other,) = differences(
        read(), normalized(read()), replace(turned, document_type=DocumentType.CREDIT_NOTE)
    )
    assert other.severity is Severity.WARNING


def test_the_total_is_due_where_nothing_else_is_said() -> None:
    """A sum due that is stated beside it is compared with it; the total itself is told once."""
    document = replace(read(), amount_due=None)
    proposed = normalized(document)
    for due, severity in (("1248.01", Severity.BLOCKING), ("1000.00", Severity.WARNING)):
        changed = replace(proposed, amount_due=Decimal(due))
        (found,) = differences(document, proposed, changed)
        assert (found.fields, found.severity) == (("amount_due",), severity)
    (found,) = differences(document, proposed, replace(proposed, total_gross=Decimal("2688.00")))
    assert found.message == "The e-invoice says 1248.00, the case says 2688.00."
