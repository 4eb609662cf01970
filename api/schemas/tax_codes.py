"""Wire models of tax codes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, StrictBool, field_validator
from pydantic.json_schema import SkipJsonSchema

from api.schemas.types import AnyDay, BodyIn, BodyOut, Rate
from domain.tax.code import TaxCode

Percent = Annotated[Rate, Field(ge=0, le=100, decimal_places=3, examples=[20])]
Label = Annotated[str, Field(min_length=1, max_length=120)]
Description = Annotated[str, Field(max_length=500)]
TaxAccount = Annotated[str, Field(min_length=1, max_length=20)]
_REPORTS_AS = "System code whose boxes of the VAT return it fills (ours); derived when absent"


class TaxCodeIn(BodyIn):
    """A tax code of the tenant's own; its accounts say whether it is input or output."""

    code: str = Field(pattern=r"^[A-Za-z0-9-]{1,20}$")
    label: Label
    description: Description | None = None
    rate: Percent
    vat_account: TaxAccount
    self_assess_account: TaxAccount | None = Field(
        default=None, description="Set: the customer owes the tax, booked on both accounts"
    )
    valid_from: AnyDay | None = Field(default=None, description="First date of supply (ours)")
    valid_to: AnyDay | None = Field(default=None, description="Last date of supply (ours)")
    reports_as: str | None = Field(default=None, max_length=20, description=_REPORTS_AS)

    def tax_code(self) -> TaxCode:
        """The code as the books keep it; what it means is not known yet."""
        facts = self.model_dump(exclude={"code", "description"})
        return TaxCode(code=self.code.upper(), direction="", kind="", **facts)


class TaxCodeChangeIn(BodyIn):
    """Fields to be replaced: absent stays. Past bookings keep the lines they were expanded to."""

    label: Label | SkipJsonSchema[None] = None
    description: Description | None = None
    rate: Percent | SkipJsonSchema[None] = None
    vat_account: TaxAccount | SkipJsonSchema[None] = None
    self_assess_account: TaxAccount | None = None
    is_active: StrictBool | SkipJsonSchema[None] = None
    valid_from: AnyDay | None = Field(default=None, description="First date of supply (ours)")
    valid_to: AnyDay | None = Field(default=None, description="Last date of supply (ours)")
    reports_as: str | None = Field(default=None, max_length=20, description=_REPORTS_AS)

    @field_validator("label", "rate", "vat_account", "is_active", mode="before")
    @classmethod
    def _is_something(cls, value: object) -> object:
        if value is None:
            raise ValueError("must not be null")
        return value

    def changes(self) -> dict[str, Any]:
        """What was sent, by column."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        if "is_active" in sent:
            sent["active"] = sent.pop("is_active")
        return sent


class TaxCodeOut(BodyOut):
    """One tax code; `rate` in percent.

    `rate` is 0 and `is_document_amount` true where the amount is the document's; `vat_account`
    is empty where no tax is booked.
    """

    code: str
    label: str
    description: str | None
    rate: Rate
    vat_account: str
    self_assess_account: str | None
    is_system: bool
    is_active: bool
    created_at: datetime
    valid_from: date | None
    valid_to: date | None
    reports_as: str | None
    is_document_amount: bool

    @classmethod
    def of(cls, row: Any) -> "TaxCodeOut":
        """Tax code of the wire."""
        return cls(
            code=row.code,
            label=row.label,
            description=row.description,
            rate=row.rate or Decimal(),
            vat_account=row.vat_account or "",
            self_assess_account=row.self_assess_account,
            is_system=row.is_system,
            is_active=row.active,
            created_at=row.created_at,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            reports_as=row.reports_as,
            is_document_amount=row.rate is None,
        )


class TaxCodesOut(BodyOut):
    """Tax codes by code."""

    tax_codes: list[TaxCodeOut]


class TaxCodeStateOut(BodyOut):
    """Whether a tax code is in use."""

    code: str
    is_active: bool
