"""Incoming invoices: lines, totals, and the status that follows from what is settled."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, InvalidInput, NotFound
from domain.money import BASE_CURRENCY, CENT, ZERO, amount

NUMBER_LENGTH = 100
NOTES_LENGTH = 2000
_DESCRIPTION_LENGTH = 500
_CURRENCY_LENGTH = 3


class VendorNotFound(NotFound):
    """The vendor is unknown."""

    def __init__(self, vendor_id: UUID) -> None:
        super().__init__("The vendor is unknown.", vendor_id=vendor_id)


class IntentNotFound(NotFound):
    """The intent is unknown."""

    def __init__(self, intent_id: UUID) -> None:
        super().__init__("The intent is unknown.", intent_id=intent_id)


class DuplicateInvoiceNumber(Conflict):
    """The vendor already has an invoice of this number."""

    def __init__(self, existing_id: UUID | None = None) -> None:
        super().__init__("The vendor already has this number.", existing_id=existing_id)


class IntentAlreadySet(Conflict):
    """The invoice is linked already."""

    def __init__(self, intent_id: UUID) -> None:
        super().__init__("The invoice is linked already.", intent_id=intent_id)


class InvoiceStatus(StrEnum):
    """Where an invoice stands; computed whenever it is read."""

    DRAFT = "draft"
    OPEN = "open"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line; `tax_rate` is a fraction, `line_total` is gross."""

    position: int
    description: str
    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal
    tax_amount: Decimal
    line_total: Decimal
    account_number: str | None = None

    def __post_init__(self) -> None:
        """Refuse figures that no line has."""
        pointer = f"/lines/{self.position - 1}"
        if self.position < 1:
            raise InvalidInput("/lines/0/position", "must be 1 or more")
        if len(self.description) > _DESCRIPTION_LENGTH:
            raise InvalidInput(f"{pointer}/description", f"exceeds {_DESCRIPTION_LENGTH} signs")
        if self.quantity <= 0:
            raise InvalidInput(f"{pointer}/quantity", "must be positive")
        if not 0 <= self.tax_rate <= 1:
            raise InvalidInput(f"{pointer}/tax_rate", "is a fraction between 0 and 1")
        amount(self.tax_amount)
        amount(self.line_total)


@dataclass(frozen=True, slots=True)
class Invoice:
    """An incoming invoice as it was received."""

    vendor_id: UUID
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
    payment_reference: str | None = None

    def __post_init__(self) -> None:
        """Refuse totals that contradict each other or the lines, and an empty number."""
        object.__setattr__(self, "invoice_number", self.invoice_number.strip())
        if not 0 < len(self.invoice_number) <= NUMBER_LENGTH:
            raise InvalidInput("/invoice_number", f"needs 1 to {NUMBER_LENGTH} characters")
        if len(self.currency) != _CURRENCY_LENGTH or not self.currency.isupper():
            raise InvalidInput("/currency", "is no currency code")
        for value in (self.total_net, self.total_tax, self.total_gross):
            amount(value)
        if len(self.notes or "") > NOTES_LENGTH:
            raise InvalidInput("/notes", f"exceeds {NOTES_LENGTH} characters")
        self._check_lines()
        self._check_totals()

    def _check_lines(self) -> None:
        positions = [line.position for line in self.lines]
        if not positions:
            raise InvalidInput("/lines", "an invoice has at least one line")
        if len(set(positions)) < len(positions):
            raise InvalidInput("/lines", "each position stands once")

    def _check_totals(self) -> None:
        if abs(self.total_net + self.total_tax - self.total_gross) > CENT:
            raise InvalidInput("/total_gross", "is not net plus tax")
        lines = sum((line.line_total for line in self.lines), ZERO)
        if abs(lines - self.total_gross) > CENT * len(self.lines):
            raise InvalidInput("/total_gross", "is not the sum of the lines")


def status_of(
    *, is_linked: bool, gross: Decimal, remaining: Decimal, due_date: date | None, today: date
) -> InvoiceStatus:
    """Status of an invoice; overdue wins over open and partially paid.

    >>> status_of(is_linked=True, gross=Decimal(9), remaining=Decimal(4), due_date=None,
    ...     today=date(2026, 1, 1)).value
    'partially_paid'
    """
    if not is_linked:
        return InvoiceStatus.DRAFT
    if remaining <= ZERO:
        return InvoiceStatus.PAID
    if due_date is not None and due_date < today:
        return InvoiceStatus.OVERDUE
    return InvoiceStatus.OPEN if remaining == gross else InvoiceStatus.PARTIALLY_PAID
