"""Wire models of vendors and customers that are one company."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import Field, StrictBool

from api.schemas.types import BodyIn, BodyOut, MoneyText
from domain.receivables.same_company_store import REASON_LENGTH, SameCompany
from domain.receivables.same_company_views import OneCompany


class SameCompanyIn(BodyIn):
    """A decision on a vendor and a customer."""

    vendor_id: UUID
    customer_id: UUID
    is_same: StrictBool = Field(default=True, description="False takes back what was decided")
    reason: str | None = Field(default=None, min_length=1, max_length=REASON_LENGTH)

    @property
    def pair(self) -> tuple[UUID, UUID]:
        """The vendor and the customer."""
        return self.vendor_id, self.customer_id

    def decision(self, at: datetime) -> SameCompany:
        """The decision, as the domain takes it."""
        return SameCompany(
            self.vendor_id, self.customer_id, at, is_same=self.is_same, reason=self.reason
        )


class SameCompanyOut(BodyOut):
    """A vendor and a customer that are one company, or may be."""

    vendor_id: UUID
    vendor_name: str
    customer_id: UUID
    customer_name: str
    is_same: bool = Field(description="Somebody decided so; else it is proposed")
    reasons: list[Literal["vat_id", "iban"]] = Field(description="What of both is the same")
    payable: MoneyText = Field(description="What we owe it, less its credits")
    receivable: MoneyText = Field(description="What it owes us, less its credits")

    @classmethod
    def of(cls, found: OneCompany) -> Self:
        """Pair of the wire."""
        return cls.model_validate({name: getattr(found, name) for name in cls.model_fields})
