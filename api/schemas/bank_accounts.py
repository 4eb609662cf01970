"""Wire models of bank accounts."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.types import BodyIn, BodyOut, Day, Money
from domain.banking.account import BankAccount
from domain.banking.bank_views import AccountView
from domain.banking.deferral_store import REASON_LENGTH
from domain.banking.reconciliation_views import BalanceHistory, SideBySide
from domain.errors import InvalidInput

Alias = Annotated[str, Field(min_length=1, max_length=100, examples=["50880050/0194774600888"])]
Name = Annotated[str, Field(min_length=1, max_length=255, examples=["Giro"])]


class BankAccountIn(BodyIn):
    """A bank account, tied one to one to an asset account."""

    name: Name
    iban: str | None = Field(
        default=None,
        min_length=15,
        max_length=42,
        examples=["AT61 1904 3002 3457 3201"],
        description="Needed unless `aliases` name the account",
    )
    bic: str | None = Field(default=None, max_length=11)
    account_number: str = Field(pattern=r"^[0-9]{1,8}$", examples=["2800"])
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    aliases: list[Alias] = Field(
        default_factory=list,
        max_length=20,
        description="What statement files call the account, where that is no IBAN",
    )

    def account(self) -> BankAccount:
        """The account as the books keep it. Raises InvalidInput."""
        if self.iban is None and not self.aliases:
            raise InvalidInput("/iban", "is needed unless aliases name the account")
        return BankAccount(**self.model_dump(exclude={"aliases"}))


class BankAccountChangeIn(BodyIn):
    """The name can change, and what imports do."""

    name: Name | None = None
    refuses_mismatch: bool | None = Field(
        default=None, description="Refuse statements whose balances do not fit"
    )
    trusts_entry_reference: bool | None = Field(
        default=None, description="The bank's NtryRef is unique for ever"
    )


class AliasIn(BodyIn):
    """What statement files call an account."""

    name: Alias


class AliasOut(BodyOut):
    """What statement files call an account; proposed by an import until it is confirmed."""

    name: str
    is_confirmed: bool


class GapOut(BodyOut):
    """Two statements that do not follow one another."""

    before: str
    after: str
    amount: Money | None = Field(description="None where they are in two currencies (ours)")
    first_day: date
    last_day: date
    is_deferred: bool = Field(description="Put aside, so that nobody is reminded of it (ours)")


class GapDeferralIn(BodyIn):
    """Why nobody is to be reminded of the gaps there are, and until when (ours)."""

    reason: str = Field(min_length=1, max_length=REASON_LENGTH, pattern=r"\S")
    until: Day | None = Field(default=None, description="A day to come; without one for good")


class GapDeferralOut(BodyOut):
    """What was said of the gaps that were put aside (ours)."""

    reason: str
    until: date | None
    deferred_by: UUID | None
    deferred_at: datetime


class LastStatementOut(BodyOut):
    """The statement that ends last."""

    name: str
    last_day: date
    closing: Money | None
    currency: str | None


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
        return cls.model_validate(view.account.model_dump() | {"iban": view.account.iban or ""})


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
        return cls.model_validate(cls.facts(view))

    @staticmethod
    def facts(view: AccountView) -> dict[str, object]:
        """Account and counters by name."""
        return view.account.model_dump() | {
            "iban": view.account.iban or "",
            "tx_count": view.tx_count,
            "unreconciled_count": view.unreconciled_count,
            "last_tx_date": view.last_tx_date,
        }


class BankAccountDetailOut(BankAccountListedOut):
    """One bank account with counters, its names, and whether its statements are complete."""

    created_at: datetime
    refuses_mismatch: bool
    trusts_entry_reference: bool
    aliases: list[AliasOut]
    last_statement: LastStatementOut | None
    gaps: list[GapOut]
    gap_deferral: GapDeferralOut | None = Field(
        description="The last that was said; it holds for the gaps there were, until its day (ours)"
    )


class BalancePointOut(BodyOut):
    """Balance at the end of a day."""

    date: date
    balance: Money


class BalanceHistoryOut(BodyOut):
    """Balance of all bank accounts together, in EUR, day by day."""

    history: list[BalancePointOut]
    currentBalance: Money  # noqa: N815 (the contract's name)
    startBalance: Money  # noqa: N815 (the contract's name)
    unknown_currencies: list[str] = Field(
        description="Movements in these are left out: they are not booked, and no rate is known"
    )

    @classmethod
    def of(cls, found: BalanceHistory) -> "BalanceHistoryOut":
        """History of the wire."""
        points = [BalancePointOut(date=day, balance=balance) for day, balance in found.days]
        return cls(
            history=points,
            currentBalance=points[-1].balance,
            startBalance=found.start,
            unknown_currencies=found.unknown,
        )


class UnmatchedMovementOut(BodyOut):
    """A movement of the bank that is tied to nothing."""

    id: UUID
    tx_date: date
    amount: Money
    counterparty_name: str | None
    reference: str | None


class BankSideOut(UnmatchedMovementOut):
    """A movement of the bank, and the intent that it is tied to."""

    status: Literal["unreconciled", "reconciled", "excluded"]
    intent_id: UUID | None


class LedgerSideOut(BodyOut):
    """What an intent moved on the ledger account, and the movements that are tied to it."""

    intent_id: UUID
    booking_date: date
    description: str
    amount: Money
    currency: str
    base_amount: Money
    base_currency: str = "EUR"
    bank_transaction_ids: list[UUID]


class UnmatchedLedgerOut(BodyOut):
    """What waits for money: booked on the account, or an open item; positive is money in."""

    intent_id: UUID
    candidate_kind: Literal["bank_booking", "open_receivable", "open_liability"]
    open_item_account: str | None
    booking_date: date
    description: str
    counterparty_name: str | None
    amount: Money
    currency: str
    base_amount: Money
    base_currency: str = "EUR"


class CountedOut(BodyOut):
    """How many movements, and their sum in the currency of the account."""

    count: int
    amount: Money


class TotalsOut(BodyOut):
    """How many rows each list has in all."""

    bank: int
    ledger: int
    unmatched_bank: int
    unmatched_ledger: int


class ReconciliationOut(BodyOut):
    """A bank account beside its ledger account; lists are the newest rows, `totals` are all."""

    bank_account_id: UUID
    currency: str
    base_currency: str = "EUR"
    bank: list[BankSideOut]
    ledger: list[LedgerSideOut]
    unmatched_bank: list[UnmatchedMovementOut]
    unmatched_ledger: list[UnmatchedLedgerOut]
    open: CountedOut
    reconciled: CountedOut
    difference: Money = Field(
        description="Sum of the movements less the balance of the ledger account, in EUR"
    )
    totals: TotalsOut

    @classmethod
    def of(cls, found: SideBySide) -> "ReconciliationOut":
        """View of the wire."""
        sums = found.sums
        return cls(
            bank_account_id=found.bank_account_id,
            currency=found.currency,
            bank=[BankSideOut.model_validate(row) for row in found.bank],
            ledger=[LedgerSideOut.model_validate(row) for row in found.ledger],
            unmatched_bank=[UnmatchedMovementOut.model_validate(x) for x in found.unmatched_bank],
            unmatched_ledger=[UnmatchedLedgerOut.model_validate(x) for x in found.unmatched_ledger],
            open=CountedOut(count=sums.open_count, amount=sums.open_amount),
            reconciled=CountedOut(count=sums.reconciled_count, amount=sums.reconciled_amount),
            difference=sums.difference,
            totals=TotalsOut.model_validate(found.totals),
        )
