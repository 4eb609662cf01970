"""Wire models of movements that are settled together."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.types import BodyIn, BodyOut, PositiveMoney
from domain.banking.match_group import MOST_TRANSACTIONS
from domain.banking.match_group_store import Allocated, GroupWish, ItemTarget, SetOffItem
from domain.banking.suggestion import CandidateKind
from domain.ledger.booking import Line
from domain.ledger.intent import Side
from domain.money import ZERO


class AllocationIn(BodyIn):
    """What the bank moved for an open item, and how much of the item that settles."""

    intent_id: UUID
    candidate_kind: Literal["open_receivable", "open_liability", "bank_booking"] = Field(
        description="A `bank_booking` is refused: nothing of it is open"
    )
    open_item_account: str = Field(pattern=r"^[0-9]{1,8}$")
    open_item_id: UUID | None = Field(
        default=None, description="Which of several items of the intent"
    )
    allocated_bank_amount: PositiveMoney = Field(description="In the currency of the bank account")
    settled_document_amount: PositiveMoney | None = Field(
        default=None,
        description="In the currency of the item; needed where that is not the bank account's."
        " More than what the bank moved leaves a rest to adjustments",
    )
    discount_amount: PositiveMoney | None = Field(
        default=None,
        description="Taken off besides what the bank moved; its tax is split as the invoice was",
    )

    def target(self) -> ItemTarget:
        """The item as the books know it."""
        kind = CandidateKind(self.candidate_kind)
        return ItemTarget(self.intent_id, kind, self.open_item_account, self.open_item_id)

    def allocated(self) -> Allocated:
        """The allocation as the books know it."""
        return Allocated(
            self.target(),
            self.allocated_bank_amount,
            self.settled_document_amount,
            self.discount_amount or ZERO,
        )


class SetOffIn(BodyIn):
    """An item on the other side, such as a credit note, that the payment was lowered by."""

    intent_id: UUID
    candidate_kind: Literal["open_receivable", "open_liability"]
    open_item_account: str = Field(pattern=r"^[0-9]{1,8}$")
    open_item_id: UUID | None = Field(
        default=None, description="Which of several items of the intent"
    )
    amount: PositiveMoney

    def set_off(self) -> SetOffItem:
        """The set-off as the books know it."""
        kind = CandidateKind(self.candidate_kind)
        target = ItemTarget(self.intent_id, kind, self.open_item_account, self.open_item_id)
        return SetOffItem(target, self.amount)


class AdjustmentIn(BodyIn):
    """A line beside the items: a fee, a rest, or what stays as a credit of the partner."""

    account_number: str = Field(
        pattern=r"^[0-9]{1,8}$",
        description="An account of the items keeps the amount as a credit of their partner",
    )
    posting_side: Literal["debit", "credit"]
    amount: PositiveMoney = Field(description="In EUR, gross where it has a tax code")
    description: str | None = Field(default=None, max_length=500)
    tax_code: str | None = Field(default=None, min_length=1, max_length=20)
    partner_id: UUID | None = Field(
        default=None, description="Whose credit it is, where the items are of several partners"
    )

    def line(self) -> Line:
        """The line as the books know it."""
        side = Side.DEBIT if self.posting_side == "debit" else Side.CREDIT
        return Line(
            self.account_number, side, self.amount, self.tax_code, partner_id=self.partner_id
        )


class MatchGroupIn(BodyIn):
    """Movements of one account and direction, the items that they settle, and what is between."""

    bank_transaction_ids: list[UUID] = Field(min_length=1, max_length=MOST_TRANSACTIONS)
    allocations: list[AllocationIn] = Field(min_length=1, max_length=MOST_TRANSACTIONS)
    set_offs: list[SetOffIn] = Field(default=[], max_length=MOST_TRANSACTIONS)
    adjustments: list[AdjustmentIn] = Field(default=[], max_length=50)
    close_in_full: bool = Field(
        default=False, description="Take a gain or loss beyond the tenant's limit"
    )

    def wish(self, match_group_id: UUID) -> GroupWish:
        """The group as the books know it."""
        return GroupWish(
            match_group_id=match_group_id,
            bank_transaction_ids=tuple(self.bank_transaction_ids),
            allocations=tuple(each.allocated() for each in self.allocations),
            set_offs=tuple(each.set_off() for each in self.set_offs),
            adjustments=tuple(each.line() for each in self.adjustments),
            closes_in_full=self.close_in_full,
        )


class MatchGroupOut(BodyOut):
    """A group that was settled by one intent."""

    ok: Literal[True] = True
    match_group_id: UUID
    intent_id: UUID
    mode: Literal["settlement", "fx_settlement"]


class MatchGroupUndoneOut(BodyOut):
    """A group whose movements and items are open again."""

    ok: Literal[True] = True
    reversal_intent_id: UUID
