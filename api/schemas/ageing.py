"""Wire models of open items with ageing."""

from datetime import date
from uuid import UUID

from pydantic import Field

from api.schemas.reports import MadeOfOut
from api.schemas.types import BodyOut, Money, Rate
from domain.reports.ageing import Ageing, Bucket, Control, Forward, OpenItems, PartnerAgeing
from domain.reports.snapshot import Snapshot


class AgeingOut(BodyOut):
    """What is open in base currency, by how long it is overdue or when it falls due."""

    total: Money
    not_due: Money
    overdue_1_30: Money
    overdue_31_60: Money
    overdue_61_90: Money
    overdue_91_180: Money
    overdue_over_180: Money
    due_in_7: Money = Field(description="Part of not_due: within 7 days")
    due_in_14: Money = Field(description="In 8 to 14 days")
    due_in_30: Money = Field(description="In 15 to 30 days")
    due_in_60: Money = Field(description="In 31 to 60 days")
    due_later: Money

    @classmethod
    def of(cls, found: Ageing) -> "AgeingOut":
        """Buckets of the wire."""
        return cls.model_validate(
            {"total": found.total}
            | {bucket.value: found.buckets[bucket] for bucket in Bucket}
            | {bucket.value: found.forward[bucket] for bucket in Forward}
        )


class AgedItemOut(BodyOut):
    """One open item; negative where it stands on the other side of the report."""

    open_item_id: UUID
    intent_id: UUID
    account: str
    document_number: str | None
    booking_date: date
    due_date: date = Field(description="As agreed; without a term the day of booking")
    days_overdue: int = Field(description="Negative while it is not due")
    bucket: Bucket
    currency: str
    document_amount: Rate = Field(description="In its own currency, as it was booked")
    remaining_amount: Rate = Field(description="In its own currency")
    amount_base: Money
    remaining_base: Money = Field(description="In EUR at the rate it was booked with")


class PartnerAgeingOut(BodyOut):
    """The open items of one partner, the oldest due date first."""

    partner_id: UUID | None
    partner_name: str | None
    ageing: AgeingOut
    items: list[AgedItemOut]

    @classmethod
    def of(cls, found: PartnerAgeing) -> "PartnerAgeingOut":
        """Partner of the wire."""
        return cls(
            partner_id=found.partner_id,
            partner_name=found.partner_name,
            ageing=AgeingOut.of(found.ageing),
            items=[AgedItemOut.model_validate(item) for item in found.items],
        )


class ControlOut(BodyOut):
    """A collective account: its items must come to its balance."""

    account: str
    name: str
    items: Money
    ledger: Money
    difference: Money

    @classmethod
    def of(cls, found: Control) -> "ControlOut":
        """Account of the wire."""
        return cls.model_validate(found)


class OpenItemsReportOut(BodyOut):
    """Open items at the last day of the range, and whether they agree with the ledger."""

    made_of: MadeOfOut
    day: date
    is_reconciled: bool = Field(description="Whether each account stands at the sum of its items")
    ageing: AgeingOut
    credit_balance: Money = Field(description="Partners with a balance on the other side")
    partners: list[PartnerAgeingOut]
    controls: list[ControlOut]

    @classmethod
    def of(cls, snapshot: Snapshot, found: OpenItems) -> "OpenItemsReportOut":
        """Report of the wire."""
        return cls(
            made_of=MadeOfOut.of(snapshot),
            day=found.day,
            is_reconciled=found.is_reconciled,
            ageing=AgeingOut.of(found.ageing),
            credit_balance=found.credit_balance,
            partners=[PartnerAgeingOut.of(each) for each in found.partners],
            controls=[ControlOut.of(each) for each in found.controls],
        )
