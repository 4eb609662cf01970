"""Wire models of what is due: terms, payee, exchange rate, tax groups."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from api.schemas.types import BodyIn, BodyOut, Day, Money, MoneyIn, PositiveMoney, Rate
from domain.payables.terms import PaymentMethod, TermKind

MethodName = Annotated[
    PaymentMethod,
    Field(description="How it is paid; a payment run pays nothing but what is transferred."),
]
CategoryName = Literal["S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B"]


class PaymentTermIn(BodyIn):
    """One term: until a day, with a discount in percent, or an instalment of an amount.

    `amount` of a discount is the money to deduct where it is not `percent` of the whole.
    """

    kind: TermKind
    due_date: Day | None = None
    percent: Annotated[Rate | None, Field(ge=0, le=100)] = None
    amount: MoneyIn | None = None


class PaymentTermOut(BodyOut):
    """One term: until a day, with a discount in percent, or an instalment of an amount."""

    kind: TermKind
    due_date: date | None
    percent: Rate | None
    amount: Money | None


class PayeeIn(BodyIn):
    """Who is paid where that is not the vendor, in its own name and to its own account."""

    name: str = Field(min_length=1, max_length=255)
    iban: Annotated[str | None, Field(max_length=34)] = None
    bic: Annotated[str | None, Field(max_length=11)] = None


class PayeeOut(BodyOut):
    """Who is paid where that is not the vendor."""

    name: str
    iban: str | None
    bic: str | None


class PrepaymentSetOffIn(BodyIn):
    """What of the invoice a prepayment pays, in EUR: an open item of the vendor, or an intent.

    The intent is that of an invoice for a prepayment; its base and tax are given back. `position`
    is that of the line that takes the prepayment off; none where the total is that of the whole.
    """

    open_item_id: UUID | None = None
    intent_id: UUID | None = None
    amount: PositiveMoney
    position: Annotated[int | None, Field(ge=1)] = None

    @model_validator(mode="after")
    def check_one(self) -> Self:
        """Refuse what names both, or none."""
        if (self.open_item_id is None) == (self.intent_id is None):
            raise ValueError("give either open_item_id or intent_id")
        return self


class PrepaymentSetOffOut(BodyOut):
    """What of the invoice a prepayment pays, in EUR."""

    open_item_id: UUID | None
    intent_id: UUID | None
    amount: Money
    position: int | None = None


class PrepaymentOut(BodyOut):
    """What is left of a prepayment to the vendor, in EUR, and how much of it is proposed.

    It is proposed where exactly one choice fits what the invoice says was prepaid.
    """

    open_item_id: UUID | None
    intent_id: UUID | None
    document_number: str | None
    booking_date: date
    left_amount: Money
    proposed_amount: Money | None


class ForeignRateIn(BodyIn):
    """Units of the invoice's currency for one EUR, of a day and a source."""

    rate: Annotated[Rate, Field(gt=0)]
    rate_date: Day
    source: Literal["ECB", "manual", "bank"] = "manual"


class ForeignRateOut(BodyOut):
    """Units of the invoice's currency for one EUR, of a day and a source."""

    rate: Rate
    rate_date: date
    source: str


class TaxGroupIn(BodyIn):
    """One group of the tax breakdown: category of EN 16931, rate as a fraction."""

    category: CategoryName | None = None
    rate: Annotated[Rate | None, Field(ge=0, le=1)] = None
    basis: MoneyIn
    amount: MoneyIn
    exemption_reason: Annotated[str | None, Field(max_length=500)] = None
    exemption_code: Annotated[str | None, Field(max_length=50)] = None


class TaxGroupOut(BodyOut):
    """One group of the tax breakdown as stated: category of EN 16931, rate as a fraction."""

    category: str | None
    rate: Rate | None
    basis: Money
    amount: Money
    exemption_reason: str | None
    exemption_code: str | None
