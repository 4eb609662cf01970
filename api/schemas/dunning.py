"""Wire models of dunning."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.types import BodyIn, BodyOut, Day, Money, NonNegativeMoney
from domain.receivables.dunning import DebtorItem, NoticeItem
from domain.receivables.dunning_policy import DunningPolicy, Language, Level, LevelText
from domain.receivables.dunning_views import DebtorView, NoticeView

NoticeStateName = Literal["proposed", "released", "withdrawn"]
_Days = Annotated[int, Field(ge=1, le=365)]


class LevelTextIn(BodyIn):
    """Words of a level in one language.

    They may name {company}, {customer}, {total}, {fee}, {pay_until}, {day} and {level}.
    """

    subject: str = Field(min_length=1, max_length=200)
    body: str = Field(min_length=1, max_length=5000)

    def text(self) -> LevelText:
        """The words as the domain has them."""
        return LevelText(self.subject, self.body)


class LevelTextsIn(BodyIn):
    """Words of a level in every language."""

    de: LevelTextIn
    en: LevelTextIn


class DunningLevelIn(BodyIn):
    """One level: days after the due date or the letter before, fee, and time to pay."""

    after_days: _Days
    fee: NonNegativeMoney
    pay_days: _Days
    texts: LevelTextsIn

    def level(self) -> Level:
        """The level as the domain has it."""
        texts = {Language.DE: self.texts.de.text(), Language.EN: self.texts.en.text()}
        return Level(self.after_days, self.fee, self.pay_days, texts)


class DunningPolicyIn(BodyIn):
    """The next version; `version` is the one that was looked at."""

    version: int = Field(ge=0)
    is_on: bool
    needs_release: bool = Field(description="Whether a person releases each letter")
    least_amount: NonNegativeMoney = Field(description="Below it nothing is dunned")
    levels: list[DunningLevelIn] = Field(min_length=1, max_length=9)

    def policy(self) -> DunningPolicy:
        """The policy as the domain has it."""
        return DunningPolicy(
            is_on=self.is_on,
            needs_release=self.needs_release,
            least_amount=self.least_amount,
            levels=tuple(each.level() for each in self.levels),
        )


class LevelTextOut(BodyOut):
    """Words of a level in one language."""

    subject: str
    body: str


class LevelTextsOut(BodyOut):
    """Words of a level in every language."""

    de: LevelTextOut
    en: LevelTextOut


class DunningLevelOut(BodyOut):
    """One level."""

    after_days: int
    fee: Money
    pay_days: int
    texts: LevelTextsOut


class DunningPolicyOut(BodyOut):
    """How the tenant dunns; version 0 is what holds before anything is said."""

    version: int
    is_on: bool
    needs_release: bool
    least_amount: Money
    levels: list[DunningLevelOut]

    @classmethod
    def of(cls, policy: DunningPolicy) -> "DunningPolicyOut":
        """Policy of the wire."""
        return cls.model_validate(policy.to_json())


class DunningNoticeListedOut(BodyOut):
    """One letter of the list."""

    id: UUID
    customer_id: UUID
    customer_name: str
    state: NoticeStateName
    level: int
    language: Literal["de", "en"]
    day: date
    pay_until: date
    fee: Money
    total: Money = Field(description="Everything overdue less credits, and the fee, in EUR")
    document_id: UUID | None = Field(description="The PDF, once it is drawn")
    reason: str | None = Field(description="Why it was withdrawn: outdated or stopped")
    released_on: date | None
    delivery: Literal["mail", "print"] = Field(
        description="Mailed where the debtor has an address, else to be printed"
    )
    mailed_to: str | None = Field(description="Where a released one was sent")
    mail_state: Literal["pending", "sent", "gave_up", "withdrawn"] | None = Field(
        description="How far its mail is; one that was given up is to be printed"
    )
    created_at: datetime
    decided_at: datetime | None
    decided_by: UUID | None

    @classmethod
    def of(cls, view: NoticeView) -> "DunningNoticeListedOut":
        """Letter of the wire."""
        return cls.model_validate(_facts(view))


class DunningLineOut(BodyOut):
    """One line of a letter; below zero where we owe it."""

    open_item_id: UUID
    level: int = Field(description="Level that the item has once the letter is released")
    document_number: str | None
    document_date: date
    due_date: date | None
    remaining_amount: Money


class DunningNoticeOut(DunningNoticeListedOut):
    """One letter with its lines."""

    lines: list[DunningLineOut]

    @classmethod
    def shown(cls, view: NoticeView, lines: Sequence[NoticeItem]) -> "DunningNoticeOut":
        """Letter of the wire."""
        told = [DunningLineOut.model_validate(line) for line in lines]
        return cls.model_validate(_facts(view) | {"lines": told})


class DunningStopIn(BodyIn):
    """Why a customer is not dunned, and until when; without a day until it is resumed."""

    reason: str = Field(min_length=1, max_length=500)
    until: Day | None = None


class DunningStopOut(BodyOut):
    """A customer that is not dunned."""

    reason: str
    until: date | None
    stopped_by: UUID | None
    stopped_at: datetime


class DebtorItemOut(BodyOut):
    """An item of a debtor and its level; `next_on` is when it asks for the next one."""

    open_item_id: UUID
    document_number: str | None
    document_date: date
    due_date: date | None
    remaining_amount: Money
    currency: str
    level: int
    dunned_on: date | None
    next_on: date | None
    is_overdue: bool
    is_dunned: bool = Field(description="False for what is owed in another currency than EUR")

    @classmethod
    def of(cls, item: DebtorItem, view: DebtorView) -> "DebtorItemOut":
        """Item of the wire."""
        facts = {name: getattr(item, name) for name in DebtorItem.__slots__}
        return cls.model_validate(
            facts
            | {
                "next_on": item.asks_on(view.policy) if item.is_in_base_currency else None,
                "is_overdue": item.is_overdue(view.today),
                "is_dunned": item.is_in_base_currency,
            }
        )


class DebtorOut(BodyOut):
    """Where the dunning of a customer stands; amounts are in EUR."""

    customer_id: UUID
    is_on: bool
    stop: DunningStopOut | None
    proposed_notice_id: UUID | None
    items: list[DebtorItemOut]
    owed_to_it: Money = Field(
        description="What is open of the vendor who is the same company, less credits: it may be"
        " set off (`POST /v1/open-items/clear`)"
    )

    @classmethod
    def of(cls, view: DebtorView) -> "DebtorOut":
        """Debtor of the wire."""
        return cls(
            customer_id=view.customer_id,
            is_on=view.policy.is_on,
            stop=DunningStopOut.model_validate(view.stop) if view.stop else None,
            proposed_notice_id=view.proposed_notice_id,
            items=[DebtorItemOut.of(each, view) for each in view.items],
            owed_to_it=view.owed_to_it,
        )


def _facts(view: NoticeView) -> dict[str, object]:
    names = ("customer_name", "delivery", "mail_state")
    return view.notice.model_dump() | {name: getattr(view, name) for name in names}
