"""Wire models of bank accounts."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.schemas.types import BodyIn, BodyOut
from domain.banking.account import BankAccount
from domain.views.bank import AccountView

Name = Annotated[str, Field(min_length=1, max_length=255, examples=["Giro"])]


class BankAccountIn(BodyIn):
    """A bank account, tied one to one to an asset account."""

    name: Name
    iban: str = Field(min_length=15, max_length=42, examples=["AT61 1904 3002 3457 3201"])
    bic: str | None = Field(default=None, max_length=11)
    account_number: str = Field(pattern=r"^[0-9]{1,8}$", examples=["2800"])
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")

    def account(self) -> BankAccount:
        """The account as the books keep it."""
        return BankAccount(**self.model_dump())


class BankAccountChangeIn(BodyIn):
    """Only the name can change."""

    name: Name | None = None


class BankAccountOut(BodyOut):
    """One bank account."""

    id: UUID
    name: str
    iban: str
    bic: str | None
    account_number: str
    currency: str
    created_at: datetime

    @classmethod
    def of(cls, view: AccountView) -> "BankAccountOut":
        """Account of the wire."""
        return cls.model_validate(view.account)


class BankAccountListedOut(BodyOut):
    """One bank account of the list, with counters."""

    id: UUID
    name: str
    iban: str
    bic: str | None
    account_number: str
    currency: str
    tx_count: int
    unreconciled_count: int
    last_tx_date: date | None

    @classmethod
    def of(cls, view: AccountView) -> "BankAccountListedOut":
        """Account of the wire."""
        return cls.model_validate(_facts(view))


class BankAccountDetailOut(BankAccountListedOut):
    """One bank account with counters."""

    created_at: datetime

    @classmethod
    def of(cls, view: AccountView) -> "BankAccountDetailOut":
        """Account of the wire."""
        return cls.model_validate(_facts(view))


def _facts(view: AccountView) -> dict[str, object]:
    return view.account.model_dump() | {
        "tx_count": view.tx_count,
        "unreconciled_count": view.unreconciled_count,
        "last_tx_date": view.last_tx_date,
    }
