"""Fields of an invoice by the names that findings use."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.intake.fields import digest, is_changed
from domain.payables.normalized import NormalizedInvoice, NormalizedLine, NormalizedVendor
from domain.payables.terms import Payee

LINE = NormalizedLine(
    1, "Papier", Decimal(1), Decimal("100.00"), Decimal("0.20"), Decimal("20.00"), Decimal("120.00")
)
INVOICE = NormalizedInvoice(
    vendor=NormalizedVendor(name="Papier GmbH", iban="AT611904300234573201"),
    invoice_number="R 1",
    invoice_date=date(2026, 3, 2),
    total_gross=Decimal("120.00"),
    payee=Payee("Factoring AG"),
    line_items=(LINE,),
)


def with_vendor(**changes: Any) -> NormalizedInvoice:
    """The invoice of another vendor."""
    return replace(INVOICE, vendor=replace(INVOICE.vendor, **changes))


def with_line(**changes: Any) -> NormalizedInvoice:
    """The invoice with another line."""
    return replace(INVOICE, line_items=(replace(LINE, **changes),))


@pytest.mark.parametrize(
    ("after", "name"),
    [
        (replace(INVOICE, total_gross=Decimal("121.00")), "total_gross"),
        (replace(INVOICE, total_gross=None), "total_gross"),
        (replace(INVOICE, invoice_date=date(2026, 3, 3)), "invoice_date"),
        (replace(INVOICE, payee=None), "payee_name"),
        (replace(INVOICE, payee=None), "payee"),
        (with_vendor(iban="DE89370400440532013000"), "vendor_iban"),
        (with_vendor(iban=None), "vendor"),
        (with_line(tax_rate=Decimal("0.10")), "line_items"),
        (with_line(tax_rate=Decimal("0.10")), "line_items/0/tax_rate"),
        (with_line(tax_code="VST20"), "line_items/0/tax_code"),
        (replace(INVOICE, line_items=()), "line_items[0].line_total"),
    ],
)
def test_another_value_is_a_change(after: NormalizedInvoice, name: str) -> None:
    """Of the field that is named, in whatever part of the invoice."""
    assert is_changed(INVOICE, after, ["due_date", name])


@pytest.mark.parametrize(
    ("after", "name"),
    [
        (with_vendor(iban="AT61 1904 3002 3457 3201"), "vendor_iban"),
        (with_vendor(name="PAPIER  GmbH"), "vendor_name"),
        (replace(INVOICE, total_gross=Decimal(120)), "total_gross"),
        (replace(INVOICE, invoice_number="R1"), "invoice_number"),
        (with_line(account_number="5000", tax_code="VST20", position=7), "line_items"),
        (with_line(tax_rate=Decimal("0.2")), "line_items/0/tax_rate"),
        (replace(INVOICE, total_gross=Decimal(1)), "total_net"),
        (replace(INVOICE, total_gross=Decimal(1)), "no_such_field"),
        (replace(INVOICE, total_gross=Decimal(1)), "line_items/9/tax_rate"),
    ],
)
def test_another_form_is_none(after: NormalizedInvoice, name: str) -> None:
    """Blanks, case, zeros, the account of a line; and what is not named."""
    assert not is_changed(INVOICE, after, [name])


def test_a_finding_without_fields_is_never_changed() -> None:
    """Nothing that a person can change answers it."""
    assert not is_changed(INVOICE, NormalizedInvoice(), [])
    assert digest(INVOICE, []) == digest(NormalizedInvoice(), [])
