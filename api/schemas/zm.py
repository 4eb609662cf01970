"""Wire models of the recapitulative statement (ZM)."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from api.schemas.reports import MadeOfOut
from api.schemas.types import BodyIn, BodyOut, Day, Money
from domain.reports.snapshot import Snapshot
from domain.tax.zm import Kind, Lack, Sent, Supply, Unstated, Zm, ZmLine, changed


class ZmLineOut(BodyOut):
    """The base of a VAT id and kind."""

    country: str
    vat_id: str = Field(description="With the letters of its country")
    kind: Kind
    letter: str = Field(description="L goods, S services, D triangular")
    base: Money = Field(description="In whole euros, as it is stated")
    booked: Money
    line: str = Field(description="Names the line, to ask for its supplies")

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
            "line": str(line.name),
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


class ZmSupplyOut(BodyOut):
    """One booking that a line of the statement is the sum of."""

    intent_id: UUID
    booking_date: date
    counts_on: date = Field(description="Day by which the supply falls into its period")
    customer_id: UUID | None
    customer_name: str | None
    reference: str | None
    base: Money

    @classmethod
    def of(cls, found: Supply) -> "ZmSupplyOut":
        """Supply of the wire."""
        return cls.model_validate(
            {
                "intent_id": found.intent_id,
                "booking_date": found.booked,
                "counts_on": found.counts_on,
                "customer_id": found.buyer.customer_id,
                "customer_name": found.buyer.name,
                "reference": found.reference,
                "base": found.base,
            }
        )


class ZmSentIn(BodyIn):
    """Which statement was sent: the days of a month, or of a quarter."""

    first_day: Day
    last_day: Day


class ZmSentLineOut(BodyOut):
    """What was stated of a VAT id and kind, in whole euros; `period` where it corrected a month."""

    vat_id: str
    kind: Kind
    period: str | None
    base: Money


class ZmChangedOut(ZmSentLineOut):
    """What was sent, and what the books say of the line now."""

    now: Money


class ZmSentOut(BodyOut):
    """A statement as it was sent."""

    sent_at: datetime
    sent_by: UUID | None
    first_day: date
    last_day: date
    last_entry: int = Field(description="The last entry of the journal that it knew")
    lines: list[ZmSentLineOut]

    @classmethod
    def of(cls, found: Sent) -> "ZmSentOut":
        """Statement of the wire."""
        return cls(
            sent_at=found.at,
            sent_by=found.user_id,
            first_day=found.first,
            last_day=found.last,
            last_entry=found.last_number,
            lines=[
                ZmSentLineOut(vat_id=x.vat_id, kind=x.kind, period=x.period, base=base)
                for x, base in found.lines.items()
            ],
        )


class ZmComparedOut(ZmSentOut):
    """The last statement that was sent of these days, and what would be stated otherwise now."""

    changed: list[ZmChangedOut]

    @classmethod
    def compared(cls, found: Sent, now: Zm) -> "ZmComparedOut":
        """What was sent beside what is now."""
        sent = ZmSentOut.of(found)
        return cls(
            **{name: getattr(sent, name) for name in ZmSentOut.model_fields},
            changed=[
                ZmChangedOut(
                    vat_id=x.line.vat_id,
                    kind=x.line.kind,
                    period=x.line.period,
                    base=x.sent,
                    now=x.now,
                )
                for x in changed(found.lines, now)
            ],
        )
