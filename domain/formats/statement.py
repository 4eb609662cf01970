"""Bank statements as plain records, whatever format they came in."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.errors import Invalid


class UnsupportedFormat(Invalid):
    """The file is none of the known statement formats."""


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that could not be taken: its position from 1, a code, the reason in words."""

    row: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement on the account; positive is money in."""

    booking_date: date
    amount: Decimal
    currency: str
    value_date: date | None = None
    counterparty_name: str | None = None
    counterparty_iban: str | None = None
    remittance_information: str | None = None
    end_to_end_id: str | None = None
    bank_reference: str | None = None
    batch_reference: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of one account."""

    id: str
    iban: str
    currency: str | None
    opening: Decimal | None
    closing: Decimal | None
    lines: tuple[StatementLine, ...]
    errors: tuple[RowError, ...] = ()

    @property
    def adds_up(self) -> bool | None:
        """Say whether opening plus lines is closing; None where a balance is missing."""
        if self.opening is None or self.closing is None:
            return None
        return self.opening + sum(line.amount for line in self.lines) == self.closing
