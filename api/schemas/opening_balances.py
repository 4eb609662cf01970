"""Wire models of opening balances."""

from uuid import UUID

from pydantic import Field

from api.schemas.types import BodyIn, BodyOut, Day, Money, MoneyIn
from domain.ledger.opening import Balance, Opening

_MOST = 5000


class OpeningBalanceIn(BodyIn):
    """What one account begins with: one side above 0, or neither, and the row is ignored."""

    account_number: str = Field(pattern=r"^[0-9]{1,8}$", examples=["2800"])
    account_name: str = Field(max_length=255, description="For people only")
    debit: MoneyIn
    credit: MoneyIn


class OpeningBalancesIn(BodyIn):
    """All opening balances of a day: debit and credit have the same total."""

    booking_date: Day
    balances: list[OpeningBalanceIn] = Field(min_length=1, max_length=_MOST)
    replaces: UUID | None = Field(
        default=None,
        description="The intent of the set that this one replaces: it is reversed in its own period"
        " first (ours). Without it a second set is refused, of whatever day it is",
    )

    def opening(self, intent_id: UUID) -> Opening:
        """The opening as the ledger takes it."""
        found = (
            Balance(position, row.account_number, row.debit, row.credit)
            for position, row in enumerate(self.balances)
        )
        filled = tuple(each for each in found if each.debit or each.credit)
        return Opening(intent_id, self.booking_date, filled)


class OpeningBalancesOut(BodyOut):
    """The one intent that all of them became."""

    intent_id: UUID
    event_count: int
    total_debit: Money
    total_credit: Money
