"""Bank transactions and their hashes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.banking.bank_transaction import BankTransaction, hashed

ACCOUNT = UUID(int=1)
COFFEE = BankTransaction(date(2026, 4, 7), Decimal("-4.50"), counterparty_name="CITY COFFEE")


def test_two_equal_purchases_survive_and_a_repeated_import_adds_nothing() -> None:
    """The occurrence within one import is part of the hash."""
    first = [found for found, _ in hashed(ACCOUNT, [COFFEE, COFFEE])]
    assert len(set(first)) == 2
    assert [found for found, _ in hashed(ACCOUNT, [COFFEE, COFFEE])] == first


def test_another_account_is_another_movement() -> None:
    """The account is part of the hash."""
    one, other = (next(hashed(UUID(int=n), [COFFEE]))[0] for n in (1, 2))
    assert one != other


@given(st.sampled_from(["counterparty_iban", "reference", "bank_reference"]), st.text(min_size=1))
def test_each_field_of_the_content_makes_a_difference(field: str, value: str) -> None:
    """What §3.3 names is in the hash."""
    changed = replace(COFFEE, **{field: value})  # type: ignore[arg-type]
    assert next(hashed(ACCOUNT, [COFFEE]))[0] != next(hashed(ACCOUNT, [changed]))[0]
