"""Totals in another currency than the invoice: neither is believed."""

from dataclasses import replace
from datetime import date

import pytest

from domain.formats import e_invoice
from domain.intake.from_document import extraction_of
from domain.reading.origin import OwnParty
from tests.due_writer import Written, cii
from tests.e_invoice_writer import EInvoice, Item, Party, ubl

INVOICE = EInvoice(
    number="W-1",
    seller=Party("Tischlerei GmbH", "AT"),
    buyer=Party("Alpenladen GmbH", "AT"),
    items=(Item("Brett", "100.00"),),
    day=date(2026, 11, 20),
)


def contradicts(data: bytes) -> tuple[str | None, bool]:
    """Currency, and whether the contradiction is told."""
    read = extraction_of(e_invoice.read(data), None, OwnParty())
    return read.currency, any(f.code == "CURRENCY_CONTRADICTS" for f in read.findings)


@pytest.mark.parametrize("name", ["TaxInclusiveAmount", "PayableAmount"])
def test_ubl(name: str) -> None:
    """Of one total or of all; never posted one to one."""
    data = ubl(INVOICE)
    mixed = data.replace(f'{name} currencyID="EUR"'.encode(), f'{name} currencyID="USD"'.encode())

    assert contradicts(data) == ("EUR", False)
    assert mixed != data
    assert contradicts(mixed) == (None, True)


def test_cii() -> None:
    """The tax may be told in the accounting currency besides; the total may not."""
    data = cii(Written(INVOICE.net))
    tax = data.replace(b"<TaxTotalAmount>", b'<TaxTotalAmount currencyID="CZK">')
    gross = data.replace(b"<GrandTotalAmount>", b'<GrandTotalAmount currencyID="USD">')

    assert contradicts(tax)[0] == "EUR"
    assert contradicts(gross) == (None, True)


def test_case_and_blanks_make_no_other_currency() -> None:
    """` eur ` is EUR."""
    data = ubl(replace(INVOICE, currency="EUR")).replace(b'currencyID="EUR"', b'currencyID=" eur "')

    assert contradicts(data) == ("EUR", False)
