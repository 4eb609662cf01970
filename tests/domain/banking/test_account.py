"""Bank accounts."""

import pytest

from domain.banking.account import BankAccount, InvalidAccountType, check_asset
from domain.errors import InvalidInput
from domain.ledger.account import Account, AccountType


def test_the_iban_is_kept_in_its_stored_form() -> None:
    """Check digits are not enforced here."""
    account = BankAccount(" Giro ", "at61 1904 3002 3457 3200", "2800", bic="bkauatww")
    assert (account.name, account.iban, account.bic) == (
        "Giro", "AT611904300234573200", "BKAUATWW",
    )  # fmt: skip


@pytest.mark.parametrize(
    "facts",
    [
        {"iban": "AT61"},
        {"iban": "A" * 35},
        {"iban": "AT61-19043002345732"},
        {"name": " "},
        {"bic": "B" * 12},
        {"currency": "eur"},
    ],
)
def test_what_no_account_has_is_refused(facts: dict[str, str]) -> None:
    """Lengths of the contract."""
    with pytest.raises(InvalidInput):
        BankAccount(**{"name": "x", "iban": "AT611904300234573201", "account_number": "1"} | facts)


def test_only_an_asset_account_holds_money() -> None:
    """INVALID_ACCOUNT_TYPE."""
    check_asset(Account("2800", "Bank", AccountType.ASSET))
    with pytest.raises(InvalidAccountType):
        check_asset(Account("3300", "Payables", AccountType.LIABILITY))
