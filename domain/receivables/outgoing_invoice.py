"""Outgoing invoices and credit notes: lines, totals, and the status that follows.

The amounts of a credit note are positive, as on its paper; its type says which way they go.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.errors import InvalidInput
from domain.money import BASE_CURRENCY, CENT, ZERO, amount, currency_of
from domain.payables import invoice
from domain.payables.invoice import NOTES_LENGTH, NUMBER_LENGTH, InvoiceLine, InvoiceStatus
from domain.payables.sub_ledger import SubLedger
from domain.payables.tie import Claim


class InvoiceType(StrEnum):
    """Whether the customer owes us, or we owe it."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"

    @property
    def sign(self) -> int:
        """What the amounts count for in what the customer owes."""
        return 1 if self is InvoiceType.INVOICE else -1


@dataclass(frozen=True, slots=True)
class OutgoingInvoice:
    """An invoice or a credit note as it was sent."""

    customer_id: UUID
    type: InvoiceType
    invoice_number: str
    invoice_date: date
    total_net: Decimal
    total_tax: Decimal
    total_gross: Decimal
    lines: tuple[InvoiceLine, ...]
    due_date: date | None = None
    currency: str = BASE_CURRENCY
    document_id: UUID | None = None
    intent_id: UUID | None = None
    notes: str | None = None

    def __post_init__(self) -> None:
        """Refuse totals that contradict each other or the lines, and an empty number."""
        object.__setattr__(self, "invoice_number", self.invoice_number.strip())
        if not 0 < len(self.invoice_number) <= NUMBER_LENGTH:
            raise InvalidInput("/invoice_number", f"needs 1 to {NUMBER_LENGTH} characters")
        if currency_of(self.currency) != self.currency:
            raise InvalidInput("/currency", "is no currency code")
        if len(self.notes or "") > NOTES_LENGTH:
            raise InvalidInput("/notes", f"exceeds {NOTES_LENGTH} characters")
        self._check_lines()
        self._check_totals()

    @property
    def claim(self) -> Claim:
        """What it says is owed."""
        return claim_of(self.customer_id, self.type, self.total_gross, self.currency)

    def _check_lines(self) -> None:
        positions = [line.position for line in self.lines]
        if not positions:
            raise InvalidInput("/lines", "an invoice has at least one line")
        if len(set(positions)) < len(positions):
            raise InvalidInput("/lines", "each position stands once")

    def _check_totals(self) -> None:
        for value in (self.total_net, self.total_tax, self.total_gross):
            amount(value)
        if self.total_gross < ZERO:
            raise InvalidInput("/total_gross", "is below zero: send a credit note")
        if abs(self.total_net + self.total_tax - self.total_gross) > CENT:
            raise InvalidInput("/total_gross", "is not net plus tax")
        lines = sum((line.line_total for line in self.lines), ZERO)
        if abs(lines - self.total_gross) > CENT * len(self.lines):
            raise InvalidInput("/total_gross", "is not the sum of the lines")


def claim_of(customer_id: UUID, type_: InvoiceType, gross: Decimal, currency: str) -> Claim:
    """What an invoice says is owed by its customer; a credit note the other way round."""
    return Claim(customer_id, type_.sign * gross, currency, SubLedger.RECEIVABLE)


def status_of(
    type_: InvoiceType,
    *,
    is_linked: bool,
    gross: Decimal,
    remaining: Decimal,
    due_date: date | None,
    today: date,
) -> InvoiceStatus:
    """Status of an invoice; a credit note is nobody's delay, so it is never overdue.

    It is open until it is set off or paid out (decision 0087): the contract's reference calls it
    paid as soon as it is linked, which hides money that the customer may ask for.

    >>> status_of(InvoiceType.CREDIT_NOTE, is_linked=True, gross=Decimal(9), remaining=Decimal(9),
    ...     due_date=date(2025, 1, 1), today=date(2026, 1, 1)).value
    'open'
    """
    is_credit = type_ is InvoiceType.CREDIT_NOTE
    return invoice.status_of(
        is_linked=is_linked,
        gross=gross,
        remaining=remaining,
        due_date=None if is_credit else due_date,
        today=today,
    )
