"""Entries behind a figure of a report."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.errors import NotFound


class NoSuchLine(NotFound):
    """The report has no line or box of this name."""

    def __init__(self, line: str) -> None:
        super().__init__(f"The report has no line {line}.", line=line)


@dataclass(frozen=True, slots=True)
class EntryBehind:
    """A journal entry behind a figure; `amount` is what it adds there."""

    journal_number: int
    intent_id: UUID
    booking_date: date
    document_date: date | None
    description: str
    account_debit: str
    account_credit: str
    tax_code: str | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure to look behind: a line, and after which journal number to go on."""

    line: str
    limit: int
    after: int = 0
