"""Wire models of how a vendor is usually treated in VAT."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.types import AnyDay, BodyIn, BodyOut, Rate
from domain.payables.vat_treatment import TreatmentSource

Category = Literal["S", "Z", "E", "AE", "K", "G", "O", "L", "M"]


class VatTreatmentIn(BodyIn):
    """How a vendor is usually treated in VAT: absent stays, null clears.

    `category` is that of EN 16931, `supply_kind` what it supplies (goods, service, construction
    ...), `supply_rate` the domestic rate, in percent, of what is acquired from it.
    """

    category: Category | None = None
    country: Annotated[str | None, Field(pattern="^[A-Z]{2}$")] = None
    tax_code: Annotated[str | None, Field(max_length=20)] = None
    supply_kind: Annotated[str | None, Field(max_length=40)] = None
    supply_rate: Annotated[Rate | None, Field(ge=0, le=100)] = None
    is_small_business: bool | None = None
    small_business_until: AnyDay | None = None
    reason: Annotated[str | None, Field(max_length=500)] = None

    def changes(self) -> dict[str, object]:
        """What was sent, but for the reason; codes are compared in upper case."""
        sent = self.model_fields_set - {"reason"}
        found: dict[str, object] = {name: getattr(self, name) for name in sent}
        if self.tax_code is not None:
            found["tax_code"] = self.tax_code.upper()
        return found


class VatTreatmentUndoIn(BodyIn):
    """Which version of the treatment is to be taken back: the one in force."""

    version: int = Field(ge=1)
    reason: Annotated[str | None, Field(max_length=500)] = None


class VatTreatmentVersionOut(BodyOut):
    """One version of a vendor's treatment, from a booked document or from a person.

    `varies` names what the vendor's documents say in different ways; `undoes` is the version that
    this one takes back.
    """

    version: int
    source: TreatmentSource
    country: str | None
    category: str | None
    tax_code: str | None
    supply_kind: str | None
    supply_rate: Rate | None
    is_small_business: bool | None
    small_business_until: date | None
    varies: list[str]
    document_id: UUID | None
    undoes: int | None
    reason: str | None
    decided_by: UUID | None
    decided_at: datetime


class VatTreatmentOut(BodyOut):
    """The treatment in force, null where nothing is known, and every version, the latest first."""

    in_force: VatTreatmentVersionOut | None
    versions: list[VatTreatmentVersionOut]

    @classmethod
    def of(cls, rows: Iterable[object]) -> "VatTreatmentOut":
        """Treatment of the wire."""
        versions = [VatTreatmentVersionOut.model_validate(row) for row in rows]
        return cls(in_force=versions[0] if versions else None, versions=versions)
