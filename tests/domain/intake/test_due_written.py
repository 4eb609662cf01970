"""Whatever is written of sums, terms and payees is read back exactly, from every syntax."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.formats import e_invoice
from domain.intake.extraction import normalized
from domain.intake.from_record import extraction_of
from domain.payables.terms import Payee, PaymentMethod, PaymentTerm, TermKind
from tests import due_writer
from tests.due_writer import IBAN, Written, day

_CENTS = st.integers(1, 10_000_000).map(lambda cents: Decimal(cents) / 100)
_ROUNDING = st.integers(-99, 99).map(lambda cents: Decimal(cents) / 100)
_PERCENT = st.integers(1, 999).map(lambda percent: Decimal(percent) / 100)
_DISCOUNTS = st.dictionaries(st.integers(1, 29), _PERCENT, max_size=3).map(
    lambda found: tuple(sorted(found.items()))
)
_METHODS = {
    "58": PaymentMethod.TRANSFER,
    "59": PaymentMethod.DIRECT_DEBIT,
    "48": PaymentMethod.CARD,
}


@st.composite
def invoices(draw: st.DrawFn) -> Written:
    """Any combination of what is due, how and when."""
    net = draw(_CENTS)
    return Written(
        net=net,
        prepaid=draw(st.none() | st.decimals(0, net / 2, places=2)),
        rounding=draw(st.none() | _ROUNDING),
        due_days=draw(st.none() | st.integers(30, 90)),
        discounts=draw(_DISCOUNTS),
        holder=draw(st.sampled_from([None, "Tischlerei GmbH", "Factorbank AG"])),
        means=draw(st.sampled_from(sorted(_METHODS))),
    )


@pytest.mark.parametrize(
    "write", [due_writer.ubl, due_writer.cii, due_writer.ebinterface], ids=lambda w: w.__name__
)
@settings(max_examples=60, deadline=None)
@given(invoice=invoices())
def test_what_is_written_is_read(write: Callable[[Written], bytes], invoice: Written) -> None:
    """Amounts, day, terms, method and payee."""
    found = normalized(extraction_of(e_invoice.read(write(invoice))))

    assert found.total_gross == invoice.gross
    assert (found.prepaid_amount, found.rounding_amount) == (invoice.prepaid, invoice.rounding)
    assert found.amount_due == invoice.due
    assert found.due_date == invoice.due_date
    assert found.terms == _terms(invoice)
    expected = PaymentMethod.PAID if invoice.due == 0 else _METHODS[invoice.means]
    assert found.payment_method is expected
    if invoice.means == "58":
        is_other = invoice.holder == "Factorbank AG"
        assert found.payee == (Payee("Factorbank AG", IBAN) if is_other else None)


def _terms(invoice: Written) -> tuple[PaymentTerm, ...]:
    discounts = [
        PaymentTerm(TermKind.DISCOUNT, day(days), percent) for days, percent in invoice.discounts
    ]
    net = [PaymentTerm(TermKind.NET, invoice.due_date)] if invoice.due_date else []
    return (*discounts, *net)
