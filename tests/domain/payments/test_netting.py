"""Which credit notes lower which transfers."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from domain.payments.netting import added_credits, grouped
from domain.payments.run import InvoiceNotEligible, Payable, Payee, RunItem

VENDOR = UUID(int=1)
OWED = Payable(
    invoice_id=UUID(int=10),
    invoice_number="HP-1",
    currency="EUR",
    is_linked=True,
    remaining_amount=Decimal(600),
    payee=Payee(VENDOR, "Holzhandel", "AT231400000000333333"),
)
ITEM = RunItem(
    item_id=UUID(int=10),
    invoice_id=UUID(int=10),
    vendor_id=VENDOR,
    vendor_name="Holzhandel",
    vendor_iban="AT231400000000333333",
    vendor_bic=None,
    invoice_number="HP-1",
    amount=Decimal(600),
    reference="HP-1",
)


def credit(at: int, amount: int, **facts: object) -> Payable:
    """A credit note of the vendor."""
    wanted = replace(OWED, invoice_id=UUID(int=at), remaining_amount=Decimal(-amount))
    return replace(wanted, **facts)  # type: ignore[arg-type]


def lowered(at: int, amount: int, **facts: object) -> RunItem:
    """A credit note in a run."""
    wanted = replace(ITEM, item_id=UUID(int=at), invoice_id=UUID(int=at), amount=Decimal(-amount))
    return replace(wanted, **facts)  # type: ignore[arg-type]


def test_open_credit_notes_are_added_to_what_is_named() -> None:
    """Those that are named already are not added again."""
    open_ = [credit(1, 120), credit(2, 400), OWED]

    assert added_credits([OWED], open_) == open_[:2]
    assert added_credits([OWED, open_[0]], open_[:2]) == [open_[1]]


@pytest.mark.parametrize("amount", [600, 700])
def test_who_owes_as_much_as_it_is_paid_is_not_paid(amount: int) -> None:
    """Nothing is transferred to a debtor; of another vendor nothing is said."""
    with pytest.raises(InvoiceNotEligible) as refused:
        added_credits([OWED], [credit(1, amount)])
    assert refused.value.context["reason"] == "credit_exceeds_invoices"


def test_a_vendor_with_credit_notes_has_one_transfer_for_each_account() -> None:
    """They go where most is paid; others keep a transfer of their own."""
    second = replace(ITEM, item_id=UUID(int=11), vendor_iban="DE89370400440532013000")
    second = replace(second, amount=Decimal(100))
    stranger = replace(ITEM, item_id=UUID(int=12), vendor_id=UUID(int=2))
    another = replace(stranger, item_id=UUID(int=13))

    items = grouped([lowered(20, 120, vendor_iban="X"), ITEM, second, stranger, another])

    assert [item.transfer for item in items] == [1, 1, 2, 3, 4]
    assert items[0].vendor_iban == ITEM.vendor_iban


@pytest.mark.parametrize(
    "items", [[lowered(20, 1)], [ITEM, lowered(20, 600)], [ITEM, lowered(20, 700)]]
)
def test_nothing_is_left_to_be_transferred(items: list[RunItem]) -> None:
    """A transfer of nothing is no transfer: the items are set off instead."""
    with pytest.raises(InvoiceNotEligible) as refused:
        grouped(items)
    assert refused.value.context["reason"] == "credit_exceeds_invoices"
