"""Wire models of the entries behind a figure of a report."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import Field

from api.schemas.types import BodyOut, Money
from domain.reports.behind import EntryBehind


class EntryBehindOut(BodyOut):
    """A journal entry behind a figure."""

    journal_number: int
    intent_id: UUID
    booking_date: date
    document_date: date | None
    description: str
    account_debit: str
    account_credit: str
    tax_code: str | None
    amount: Money = Field(description="What the entry adds to the figure")


class EntriesBehindOut(BodyOut):
    """Entries behind a figure, by journal number."""

    entries: list[EntryBehindOut]
    next_after: int | None = Field(description="Where the next page goes on; null at the end")

    @classmethod
    def of(cls, found: Sequence[EntryBehind], limit: int) -> "EntriesBehindOut":
        """Page of the wire."""
        return cls(
            entries=[EntryBehindOut.model_validate(each) for each in found],
            next_after=found[-1].journal_number if len(found) == limit else None,
        )
