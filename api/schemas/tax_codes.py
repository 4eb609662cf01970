"""Wire models of tax codes."""

from datetime import datetime

from pydantic import AliasChoices, Field

from api.schemas.types import BodyOut, Rate


class TaxCodeOut(BodyOut):
    """One tax code; `rate` in percent, null where the amount comes from the document."""

    code: str
    label: str
    description: str | None
    rate: Rate | None
    vat_account: str | None
    self_assess_account: str | None
    is_system: bool
    is_active: bool = Field(validation_alias=AliasChoices("is_active", "active"))
    created_at: datetime


class TaxCodesOut(BodyOut):
    """Tax codes by code."""

    tax_codes: list[TaxCodeOut]
