"""Mandatory content."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.payables.content import CheckStatus, Circumstances, ComplianceCheck, check
from domain.payables.normalized import NormalizedInvoice, NormalizedLine, NormalizedVendor
from domain.reading.document_type import DocumentType

LINE = NormalizedLine(
    1,
    "Papier",
    Decimal(10),
    Decimal("100.00"),
    Decimal("0.20"),
    Decimal("200.00"),
    Decimal("1200.00"),
)
INVOICE = NormalizedInvoice(
    vendor=NormalizedVendor("Muster GmbH", "ATU13585627", address="Gasse 1, 1010 Wien"),
    document_type=DocumentType.INVOICE,
    invoice_number="17",
    invoice_date=date(2026, 2, 3),
    delivery_date=date(2026, 2, 1),
    total_net=Decimal("1000.00"),
    total_tax=Decimal("200.00"),
    total_gross=Decimal("1200.00"),
    line_items=(LINE,),
)
AUSTRIA = Circumstances("AT", "Kunde AG", "Ring 5, 4020 Linz", syntax="CII")
GERMANY = replace(AUSTRIA, country="DE")


def status(found: ComplianceCheck, rule: str) -> CheckStatus:
    """Outcome of one rule."""
    return next(item.status for item in found.checks if item.rule == rule)


def with_gross(gross: str) -> NormalizedInvoice:
    """The invoice with another total."""
    total = Decimal(gross)
    net = (total / Decimal("1.2")).quantize(Decimal("0.01"))
    return replace(INVOICE, total_net=net, total_tax=total - net, total_gross=total)


@pytest.mark.parametrize("around", [AUSTRIA, GERMANY], ids=["AT", "DE"])
def test_a_complete_invoice_is_compliant(around: Circumstances) -> None:
    """Every check that applies passes, and names its paragraph."""
    found = check(INVOICE, around)
    shown = found.to_json()

    assert found.compliant
    assert shown["passed"] == shown["total"] > 15
    assert all("§" in item.label or "EN 16931" in item.label for item in found.checks)


@pytest.mark.parametrize(
    ("missing", "rule"),
    [
        ({"invoice_number": None}, "invoice_number"),
        ({"invoice_date": None}, "issue_date"),
        ({"vendor": NormalizedVendor()}, "tax_number"),
        ({"total_net": None}, "net_amount"),
        ({"total_gross": Decimal("1300.00")}, "total_amount"),
        ({"line_items": ()}, "quantity_and_description"),
    ],
)
def test_what_is_missing_fails(missing: dict[str, object], rule: str) -> None:
    """Each by its own rule."""
    found = check(replace(INVOICE, **missing), AUSTRIA)  # type: ignore[arg-type]

    assert status(found, rule) is CheckStatus.FAIL
    assert not found.compliant


def test_what_a_page_may_show_unseen_is_a_warning() -> None:
    """The reader did not find it; that does not mean that it is not there."""
    seen = replace(AUSTRIA, recipient_name=None, recipient_address=None, syntax=None)
    found = check(replace(INVOICE, delivery_date=None), seen)

    assert status(found, "recipient_name") is CheckStatus.WARNING
    assert status(found, "delivery_date") is CheckStatus.WARNING
    assert found.compliant


@pytest.mark.parametrize(
    ("around", "gross", "kind"),
    [
        (AUSTRIA, "400.00", DocumentType.SMALL_AMOUNT_INVOICE),
        (AUSTRIA, "400.01", DocumentType.INVOICE),
        (GERMANY, "250.00", DocumentType.SMALL_AMOUNT_INVOICE),
        (GERMANY, "250.01", DocumentType.INVOICE),
    ],
)
def test_small_invoices_need_less(around: Circumstances, gross: str, kind: DocumentType) -> None:
    """Up to 400 EUR in Austria, 250 EUR in Germany; neither number nor recipient is needed."""
    bare = replace(around, recipient_name=None, syntax=None)
    found = check(replace(with_gross(gross), invoice_number=None), bare)

    assert found.document_type is kind
    assert found.compliant is (kind is DocumentType.SMALL_AMOUNT_INVOICE)


@pytest.mark.parametrize(
    ("around", "gross", "expected"),
    [
        (AUSTRIA, "10000.00", CheckStatus.NOT_APPLICABLE),
        (AUSTRIA, "10000.01", CheckStatus.FAIL),
        (GERMANY, "10000.01", CheckStatus.NOT_APPLICABLE),
        (replace(GERMANY, notes="Reverse Charge"), "100.00", CheckStatus.FAIL),
        (replace(AUSTRIA, recipient_vat_id="ATU13585627"), "10000.01", CheckStatus.PASS),
    ],
)
def test_the_recipients_vat_id(around: Circumstances, gross: str, expected: CheckStatus) -> None:
    """Above 10,000 EUR in Austria, and wherever the recipient owes the tax."""
    untaxed = {} if not around.notes else {"total_tax": Decimal("0.00")}
    found = check(replace(with_gross(gross), **untaxed), around)  # type: ignore[arg-type]

    assert status(found, "recipient_vat_id") is expected


def test_no_tax_needs_a_reason() -> None:
    """An exemption is named on the invoice."""
    untaxed = replace(INVOICE, total_net=Decimal("1200.00"), total_tax=Decimal("0.00"))

    assert status(check(untaxed, AUSTRIA), "tax_rate_and_amount") is CheckStatus.FAIL
    excused = replace(AUSTRIA, notes="Kleinunternehmer")
    assert status(check(untaxed, excused), "tax_rate_and_amount") is CheckStatus.PASS


def test_only_invoices_are_checked() -> None:
    """A reminder has no mandatory content."""
    found = check(replace(INVOICE, document_type=DocumentType.REMINDER), AUSTRIA).to_json()

    assert (found["is_invoice"], found["compliant"], found["total"]) == (False, False, 0)


def test_only_european_invoices_are_held_against_the_standard() -> None:
    """A page is none, and ebInterface is a format of its own."""
    for syntax in ("ebInterface", None):
        found = check(INVOICE, replace(AUSTRIA, syntax=syntax))
        assert not [item for item in found.checks if item.rule.startswith("BR-")]
