"""Wire models of open items and what could be set off."""

from collections.abc import Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field, StrictBool

from api.schemas.bookings import LineIn
from api.schemas.types import BodyIn, BodyOut, Day, Money, PositiveMoney, Rate
from domain.ledger.intent import Settling, Side
from domain.payables.clearing import Clearing, Discount
from domain.payables.match import LeftItem, Match
from domain.payables.sub_ledger import SubLedger

SideName = Literal["debit", "credit"]
LedgerName = Literal["payable", "receivable"]


class ClearedIn(BodyIn):
    """What is cleared of one item, in EUR."""

    open_item_id: UUID
    amount: PositiveMoney

    def settling(self) -> Settling:
        """The settlement as the ledger takes it."""
        return Settling(self.open_item_id, self.amount)


class DiscountIn(BodyIn):
    """What of a cleared invoice is taken off; its tax is split as the invoice was."""

    open_item_id: UUID
    amount: PositiveMoney
    account_number: str | None = Field(
        default=None, pattern=r"^[0-9]{1,8}$", description="Instead of the usual account"
    )

    def discount(self) -> Discount:
        """The discount as the domain takes it."""
        return Discount(self.open_item_id, self.amount, self.account_number)


class ClearingIn(BodyIn):
    """Items of one partner that are cleared: what is owed against credits, and differences."""

    booking_date: Day
    items: list[ClearedIn] = Field(min_length=1, max_length=500)
    discounts: list[DiscountIn] = Field(default=[], max_length=500)
    adjustments: list[LineIn] = Field(
        default=[], max_length=50, description="What is left: small differences, fees"
    )
    description: str | None = Field(default=None, min_length=1, max_length=500, pattern=r"\S")
    close_in_full: StrictBool = Field(
        default=False, description="Take a gain or loss beyond the tenant's limit"
    )

    def clearing(self, intent_id: UUID) -> Clearing:
        """The clearing as the domain takes it."""
        return Clearing(
            intent_id=intent_id,
            booking_date=self.booking_date,
            items=tuple(each.settling() for each in self.items),
            discounts=tuple(each.discount() for each in self.discounts),
            adjustments=tuple(each.line() for each in self.adjustments),
            description=self.description,
            closes_in_full=self.close_in_full,
        )


class ClearingOut(BodyOut):
    """The intent that cleared; reversing it opens the items again."""

    intent_id: UUID
    event_count: int


class MatchOut(BodyOut):
    """An item that this one could be set off against, how much of it, and why."""

    open_item_id: UUID
    amount: Money = Field(description="In EUR, as the item was booked")
    document_amount: Rate | None = Field(
        description="In the currency of both, where that is not EUR"
    )
    reasons: list[Literal["number", "amount", "partner"]]


class OpenItemOut(BodyOut):
    """What is left of one item, in EUR: `credit` is owed by us, `debit` to us."""

    open_item_id: UUID
    ledger: LedgerName
    account_number: str
    side: SideName
    vendor_id: UUID | None = Field(description="Partner of a payable")
    vendor_name: str | None
    customer_id: UUID | None = Field(description="Partner of a receivable")
    customer_name: str | None
    invoice_id: UUID | None
    intent_id: UUID
    document_number: str | None
    booking_date: date
    due_date: date | None
    currency: str = Field(description="Of the document; the amounts are in EUR all the same")
    amount: Money
    remaining_amount: Money
    remaining_document_amount: Rate | None = Field(
        description="What is left in its currency, where that is not EUR"
    )
    suggested_matches: list[MatchOut] = Field(
        description="Of a credit: invoices of its partner, best first; nothing is done by itself"
    )

    @classmethod
    def of(cls, item: LeftItem, matches: Sequence[Match]) -> "OpenItemOut":
        """Item of the wire."""
        is_payable = item.ledger is SubLedger.PAYABLE
        return cls(
            open_item_id=item.open_item_id,
            ledger=item.ledger.value,
            account_number=item.account,
            side="debit" if item.side is Side.DEBIT else "credit",
            vendor_id=item.partner_id if is_payable else None,
            vendor_name=item.partner_name if is_payable else None,
            customer_id=None if is_payable else item.partner_id,
            customer_name=None if is_payable else item.partner_name,
            invoice_id=item.invoice_id,
            intent_id=item.intent_id,
            document_number=item.document_number,
            booking_date=item.booking_date,
            due_date=item.due_date,
            currency=item.currency,
            amount=item.amount,
            remaining_amount=item.remaining_amount,
            remaining_document_amount=item.remaining_document,
            suggested_matches=[MatchOut.model_validate(each) for each in matches],
        )
