"""Wire models of bookings."""

import json
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AliasChoices, Field, StrictBool, field_validator, model_validator

from api.schemas.types import (
    BodyIn,
    BodyOut,
    Day,
    MoneyIn,
    NonNegativeMoney,
    Rate,
    Scalar,
)
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Exchange, Settling, Side
from domain.money import BASE_CURRENCY, CURRENCIES

_MAX_METADATA = 4096


class SettlesIn(BodyIn):
    """What of a line settles an open item, in EUR."""

    open_item_id: UUID
    amount: MoneyIn = Field(gt=0)

    def settling(self) -> Settling:
        """The settlement as the ledger takes it."""
        return Settling(self.open_item_id, self.amount)


class LineIn(BodyIn):
    """One line; exactly one of debit and credit is above 0, gross where a tax code is set."""

    account_number: str = Field(pattern=r"^[0-9]{1,8}$", examples=["6815"])
    account_name: str | None = Field(default=None, max_length=255, description="For people only")
    debit: NonNegativeMoney
    credit: NonNegativeMoney
    tax_code: str | None = Field(default=None, max_length=20, examples=["VST19"])
    partner_id: UUID | None = Field(
        default=None, description="Vendor or customer that the line concerns (ours)"
    )
    settles: list[SettlesIn] = Field(
        default=[],
        max_length=500,
        description="Open items that the line settles (ours), of its account and on the other"
        " side; what is left of the line opens an item of its own",
    )

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if bool(self.debit) == bool(self.credit):
            raise ValueError("exactly one of debit and credit must be above 0")
        return self

    def line(self) -> Line:
        """The line as the ledger takes it."""
        side = Side.DEBIT if self.debit else Side.CREDIT
        return Line(
            self.account_number,
            side,
            self.debit or self.credit,
            self.tax_code,
            self.partner_id,
            settles=tuple(each.settling() for each in self.settles),
        )


class FxIn(BodyIn):
    """A document in foreign currency; lines stay in EUR."""

    currency: str = Field(
        pattern=r"^[A-Z]{3}$", validation_alias=AliasChoices("currency", "fx_currency")
    )
    amount: Rate = Field(
        gt=0,
        validation_alias=AliasChoices("amount", "fx_amount"),
        description="Document total in the foreign currency",
    )
    rate: Rate = Field(
        gt=0,
        validation_alias=AliasChoices("rate", "fx_rate"),
        description="Foreign units for 1 EUR",
    )
    rate_date: Day = Field(validation_alias=AliasChoices("rate_date", "fx_rate_date"))
    rate_source: Literal["ECB", "manual", "bank"] = Field(
        validation_alias=AliasChoices("rate_source", "fx_rate_source")
    )

    @field_validator("currency")
    @classmethod
    def _is_foreign(cls, value: str) -> str:
        if value == BASE_CURRENCY:
            raise ValueError("must be a foreign currency")
        if value not in CURRENCIES:
            raise ValueError("is no currency of ISO 4217")
        return value

    def exchange(self) -> Exchange:
        """The exchange as the ledger takes it."""
        return Exchange(self.currency, self.amount, self.rate, self.rate_date, self.rate_source)


_Metadata = dict[Annotated[str, Field(min_length=1, max_length=64)], Scalar]


class BookingIn(BodyIn):
    """One accounting fact: lines of debit and credit that balance after tax expansion."""

    booking_date: Day
    document_date: Day | None = Field(default=None, description="Date of the document (ours)")
    supply_date: Day | None = Field(
        default=None,
        description="Date of supply (ours), on which tax codes must be valid; when absent that of"
        " the document, else the booking date",
    )
    description: str = Field(min_length=1, max_length=500, pattern=r"\S")
    lines: list[LineIn] = Field(min_length=1, max_length=500)
    skip_duplicate_check: StrictBool = False
    adjustment_period: Literal[13, 14] | None = None
    fx: FxIn | None = None
    external_reference: str | None = Field(default=None, max_length=500)
    custom_metadata: _Metadata | None = Field(default=None, max_length=20)
    document_id: UUID | None = None

    @field_validator("custom_metadata")
    @classmethod
    def _is_small(cls, value: _Metadata | None) -> _Metadata | None:
        if value is None:
            return None
        if any(isinstance(item, str) and len(item) > 256 for item in value.values()):  # noqa: PLR2004 (the contract's number)
            raise ValueError("a text may have at most 256 characters")
        if len(json.dumps(value, ensure_ascii=False).encode()) > _MAX_METADATA:
            raise ValueError(f"may have at most {_MAX_METADATA} bytes")
        return value

    def booking(self, intent_id: UUID, source: str) -> Booking:
        """The booking as the ledger takes it."""
        return Booking(
            intent_id=intent_id,
            booking_date=self.booking_date,
            description=self.description,
            lines=tuple(line.line() for line in self.lines),
            source=source,
            document_date=self.document_date,
            supply_date=self.supply_date,
            adjustment_period=self.adjustment_period,
            external_reference=self.external_reference or None,
            custom_metadata=dict(self.custom_metadata) if self.custom_metadata else None,
            document_id=self.document_id,
            exchange=self.fx.exchange() if self.fx else None,
            check_duplicate=not self.skip_duplicate_check,
        )


class BookingWarningOut(BodyOut):
    """What a person should know of a booking that was posted all the same.

    `SAME_INVOICE`: an invoice of the partner, or a review case that waits, has the number that the
    booking names; both together owe it twice.
    """

    code: Literal["SAME_INVOICE"]
    message: str
    invoice_id: UUID | None
    review_case_id: UUID | None
    intent_id: UUID | None


class BookingOut(BodyOut):
    """The intent that was posted, and how many rows it became."""

    intent_id: UUID
    event_count: int
    warnings: list[BookingWarningOut] = Field(
        default_factory=list, description="Absent where there are none (ours)"
    )


class BatchIn(BodyIn):
    """Bookings that are posted together: all of them or none."""

    bookings: list[BookingIn] = Field(min_length=1, max_length=1000)


class BatchOut(BodyOut):
    """What was posted, in the order sent."""

    results: list[BookingOut]
