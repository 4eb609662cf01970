"""From items to transfers."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.payments.creditor_reference import is_creditor_reference
from domain.payments.pain001 import Party, write
from domain.payments.run import Payable, Payee, RunItem
from domain.payments.transfer import initiation, item_of

DEBTOR = Party("Muster GmbH", "AT611904300234573201")


def item(number: str, amount: Decimal, reference: str, transfer: int = 1) -> RunItem:
    """One item of a run."""
    return RunItem(
        item_id=UUID(int=1),
        invoice_id=UUID(int=2),
        vendor_id=UUID(int=3),
        vendor_name="Papier GmbH",
        vendor_iban="DE89370400440532013000",
        vendor_bic=None,
        invoice_number=number,
        amount=amount,
        reference=reference,
        transfer=transfer,
    )


@given(
    st.lists(
        st.builds(
            item,
            number=st.text(min_size=1, max_size=100),
            amount=st.decimals(Decimal("0.01"), Decimal(99999), places=2),
            reference=st.text(max_size=140),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_the_control_sum_is_its_parts_and_the_same_run_gives_the_same_bytes(
    items: list[RunItem],
) -> None:
    """Sum and bytes."""
    made = [
        initiation(UUID(int=7), datetime(2026, 3, 1, tzinfo=UTC), date(2026, 3, 2), DEBTOR, items)
        for _ in range(2)
    ]
    assert made[0].control_sum == sum(one.amount for one in items)
    assert write(made[0]) == write(made[1])


def test_a_creditor_reference_replaces_the_text() -> None:
    """Structured or free text, never both."""
    day = datetime(2026, 3, 1, tzinfo=UTC)
    items = [item("RE-1", Decimal(1), "RF18 5390 0754 7034"), item("RE-2", Decimal(1), "RE-2", 2)]
    first, second = initiation(UUID(int=7), day, day.date(), DEBTOR, items).transfers
    assert first.creditor_reference == "RF18539007547034"
    assert second.creditor_reference is None
    assert second.remittance_information == "RE-2"


@pytest.mark.parametrize(
    ("words", "reference"),
    [
        (None, "RE-1"),
        ("Bestellung 4711", "RE-1 Bestellung 4711"),
        ("Zahlung RE-1, Kunde 7", "Zahlung RE-1, Kunde 7"),
        ("RE-15", "RE-1 RE-15"),
        ("RF18 5390 0754 7034", "RF18 5390 0754 7034"),
    ],
)
def test_the_payee_reads_which_invoice_is_paid(words: str | None, reference: str) -> None:
    """What a document calls a reference is often an order's number; the invoice's stays."""
    payable = Payable(
        invoice_id=UUID(int=2),
        invoice_number="RE-1",
        currency="EUR",
        is_linked=True,
        remaining_amount=Decimal(1),
        payee=Payee(UUID(int=3), "Papier GmbH", "DE89370400440532013000"),
        payment_reference=words,
    )
    assert item_of(UUID(int=1), payable).reference == reference


@pytest.mark.parametrize("value", ["", "RF18", "RF00 1234", "XX18539007547034", "RF18-5390"])
def test_other_texts_are_no_creditor_reference(value: str) -> None:
    """Form and check digits."""
    assert not is_creditor_reference(value)
