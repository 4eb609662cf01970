"""What the words beside an amount say about it."""

from decimal import Decimal

import pytest

from domain.reading.amounts import amounts_in, currency_in, groups_in
from domain.reading.arithmetic import Role
from tests.layouts import typed


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("Summe netto   100,00", Role.NET),
        ("zzgl. 20 % MwSt.   20,00", Role.TAX),
        ("Rechnungsbetrag inkl. USt   120,00", Role.GROSS),
        ("Total incl. VAT   120.00", Role.GROSS),
        ("Zu zahlen   120,00", Role.GROSS),
        ("Subtotal   100.00", Role.NET),
    ],
)
def test_a_label_speaks_for_a_role(line: str, role: Role) -> None:
    """In German and in English; the strongest role is the right one."""
    best = max(amounts_in(typed(line)), key=lambda found: found.strength)

    assert best.role is role


def test_what_is_already_paid_is_no_total() -> None:
    """Neither are discounts and change."""
    assert not list(amounts_in(typed("abzüglich Anzahlung   50,00\nRückgeld   7,00")))


def test_rate_basis_and_tax_on_one_line_prove_each_other() -> None:
    """No label is needed."""
    groups = list(groups_in(typed("7%   275,00   19,25\n19%   198,00   37,62\n19%   5,00   6,00")))

    assert [(group.rate, group.basis, group.amount) for group in groups] == [
        (Decimal(7), Decimal("275.00"), Decimal("19.25")),
        (Decimal(19), Decimal("198.00"), Decimal("37.62")),
    ]


@pytest.mark.parametrize(
    ("text", "currency"), [("10,00 €", "EUR"), ("USD 5.00 $", "USD"), ("5,00", None)]
)
def test_the_currency_is_the_one_named_most(text: str, currency: str | None) -> None:
    """Signs and codes count alike."""
    assert currency_in(typed(text)) == currency
