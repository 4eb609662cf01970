"""Wire models of the recapitulative statement (ZM)."""

from datetime import date
from uuid import UUID

from pydantic import Field

from api.schemas.reports import MadeOfOut
from api.schemas.types import BodyOut, Money
from domain.reports.snapshot import Snapshot
from domain.tax.zm import Kind, Lack, Unstated, Zm, ZmLine


class ZmLineOut(BodyOut):
    """The base of a VAT id and kind."""

    country: str
    vat_id: str = Field(description="With the letters of its country")
    kind: Kind
    letter: str = Field(description="L goods, S services, D triangular")
    base: Money = Field(description="In whole euros, as it is stated")
    booked: Money

    @classmethod
    def facts(cls, line: ZmLine) -> dict[str, object]:
        """Line of the wire by name."""
        return {
            "country": line.vat_id[:2],
            "vat_id": line.vat_id,
            "kind": line.kind,
            "letter": line.kind.letter,
            "base": line.base,
            "booked": line.booked,
        }


class ZmCorrectionOut(ZmLineOut):
    """What was booked since of an earlier month: to be added to what was stated of it."""

    period: str = Field(description="The month, as YYYY-MM")


class UnstatedSupplyOut(BodyOut):
    """Supplies that cannot be stated, and why."""

    customer_id: UUID | None
    customer_name: str | None
    vat_id: str | None
    kind: Kind
    base: Money
    reason: Lack

    @classmethod
    def of(cls, found: Unstated) -> "UnstatedSupplyOut":
        """Supplies of the wire."""
        return cls(
            customer_id=found.buyer.customer_id,
            customer_name=found.buyer.name,
            vat_id=found.buyer.vat_id,
            kind=found.kind,
            base=found.base,
            reason=found.buyer.lack or Lack.NO_VAT_ID,
        )


class RecapitulativeOut(BodyOut):
    """Recapitulative statement (ZM) of a month or quarter, by VAT id and kind."""

    made_of: MadeOfOut
    first_day: date
    last_day: date
    is_complete: bool = Field(description="Whether every supply has a VAT id that can be stated")
    lines: list[ZmLineOut]
    corrections: list[ZmCorrectionOut]
    unstated: list[UnstatedSupplyOut]
    later: Money = Field(description="Booked in the range, and of a period after it")

    @classmethod
    def of(cls, snapshot: Snapshot, found: Zm) -> "RecapitulativeOut":
        """Statement of the wire."""
        return cls(
            made_of=MadeOfOut.of(snapshot),
            first_day=snapshot.days.first,
            last_day=snapshot.days.last,
            is_complete=found.is_complete,
            lines=[ZmLineOut.model_validate(ZmLineOut.facts(each)) for each in found.lines],
            corrections=[
                ZmCorrectionOut.model_validate(ZmLineOut.facts(each) | {"period": each.period})
                for each in found.corrections
            ],
            unstated=[UnstatedSupplyOut.of(each) for each in found.unstated],
            later=found.later,
        )
