"""Wire models of the chart of accounts."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.types import BodyIn, BodyOut, Money
from domain.ids import derived_id
from domain.ledger.account import Account, AccountType
from domain.ledger.account_views import StatementLine

AccountNumber = Annotated[str, Field(pattern=r"^[0-9]{1,8}$", examples=["6815"])]
TypeName = Literal["asset", "liability", "equity", "revenue", "expense"]


class AccountIn(BodyIn):
    """An account of the tenant's own."""

    number: AccountNumber
    name: str = Field(min_length=1, max_length=255)
    type: TypeName
    category: str | None = Field(default=None, max_length=100)
    report_group: str | None = Field(
        default=None, max_length=40, description="Derived from number and type when absent"
    )

    def account(self) -> Account:
        """The account as the chart keeps it."""
        return Account(
            number=self.number,
            name=self.name,
            type=AccountType(self.type),
            category=self.category or None,
            report_group=self.report_group or None,
        )


class AccountOut(BodyOut):
    """One account of the chart."""

    number: AccountNumber
    name: str
    type: TypeName
    category: str | None
    report_group: str | None
    is_system: bool


class AccountStateOut(BodyOut):
    """Whether an account is in use."""

    number: AccountNumber
    is_active: bool


class AccountsOut(BodyOut):
    """A part of the chart."""

    accounts: list[AccountOut]
    total: int
    offset: int
    limit: int


class AccountFoundOut(BodyOut):
    """An account in a search."""

    number: AccountNumber
    name: str
    type: TypeName


class AccountsFoundOut(BodyOut):
    """At most 20 accounts that were found."""

    accounts: list[AccountFoundOut]


class StatementLineOut(BodyOut):
    """One row on an account; the balance is debit minus credit."""

    id: UUID
    intent_id: UUID
    journal_number: int
    booking_date: date
    description: str
    contra_account: str
    contra_account_name: str
    debit: Money
    credit: Money
    running_balance: Money
    document_id: UUID | None
    external_reference: str | None

    @classmethod
    def of(cls, line: StatementLine, tenant_id: UUID) -> "StatementLineOut":
        """Row of the wire."""
        return cls(
            id=entry_id(tenant_id, line.journal_number),
            intent_id=line.intent_id,
            journal_number=line.journal_number,
            booking_date=line.booking_date,
            description=line.description,
            contra_account=line.contra_account,
            contra_account_name=line.contra_account_name,
            debit=line.debit,
            credit=line.credit,
            running_balance=line.running_balance,
            document_id=line.document_id,
            external_reference=line.external_reference,
        )


class StatementOut(BodyOut):
    """Statement of an account; `balance` is debit minus credit at the end of the range."""

    entries: list[StatementLineOut]
    balance: Money = Field(examples=[Decimal("119.00")])


def entry_id(tenant_id: UUID, journal_number: int) -> UUID:
    """Id of a journal row on the wire; inside, its number is its key."""
    return derived_id("entry", tenant_id, journal_number)
