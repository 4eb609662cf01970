"""Bank accounts: each the twin of one asset account."""

from dataclasses import dataclass
from uuid import UUID

from domain.errors import Conflict, Invalid, InvalidInput
from domain.iban import written
from domain.ledger.account import Account, AccountType
from domain.money import BASE_CURRENCY, currency_of

_IBAN_LENGTHS = range(15, 35)
_BIC_LENGTH = 11
_NAME_LENGTH = 255


class InvalidAccountType(Invalid):
    """The ledger account is no asset account."""

    def __init__(self, number: str) -> None:
        super().__init__(f"Account {number} is no asset account.", account_number=number)


class AccountAlreadyLinked(Conflict):
    """Another bank account uses this ledger account."""

    def __init__(self, existing_id: UUID | None) -> None:
        super().__init__("The ledger account is taken.", existing_id=existing_id)


class DuplicateIban(Conflict):
    """The IBAN is registered."""

    def __init__(self, existing_id: UUID | None) -> None:
        super().__init__("The IBAN is registered already.", existing_id=existing_id)


class IbanMismatch(Invalid):
    """The statement belongs to another IBAN."""

    def __init__(self, iban: str) -> None:
        super().__init__("The statement belongs to another account.", iban=iban)


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account at a bank; check digits of the IBAN matter only when money leaves it.

    A card or another account that files call by a number has no IBAN.
    """

    name: str
    iban: str | None
    account_number: str
    bic: str | None = None
    currency: str = BASE_CURRENCY

    def __post_init__(self) -> None:
        """Bring IBAN and BIC into their stored form; refuse what is too short or too long."""
        object.__setattr__(self, "name", checked_name(self.name))
        object.__setattr__(self, "iban", written(self.iban or "") or None)
        object.__setattr__(self, "bic", written(self.bic or "") or None)
        if self.iban and (len(self.iban) not in _IBAN_LENGTHS or not self.iban.isalnum()):
            raise InvalidInput("/iban", "needs 15 to 34 letters and digits")
        if len(self.bic or "") > _BIC_LENGTH:
            raise InvalidInput("/bic", f"exceeds {_BIC_LENGTH} characters")
        if currency_of(self.currency) != self.currency:
            raise InvalidInput("/currency", "is no currency code")


def checked_name(name: str) -> str:
    """The name of an account, without outer blanks."""
    stripped = name.strip()
    if not 0 < len(stripped) <= _NAME_LENGTH:
        raise InvalidInput("/name", f"needs 1 to {_NAME_LENGTH} characters")
    return stripped


def check_asset(account: Account) -> None:
    """Refuse a ledger account that cannot stand for money at a bank."""
    if account.type is not AccountType.ASSET:
        raise InvalidAccountType(account.number)
