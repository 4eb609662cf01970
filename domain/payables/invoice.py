"""Incoming invoices: lines, totals, and the status that follows from what is settled."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, InvalidInput, NotFound
from domain.iban import is_iban
from domain.money import BASE_CURRENCY, CENT, CURRENCIES, ZERO, amount
from domain.payables.terms import (
    ForeignRate,
    Payee,
    PaymentMethod,
    PaymentTerm,
    TermKind,
    is_rounding,
)

NUMBER_LENGTH = 100
NOTES_LENGTH = 2000
_DESCRIPTION_LENGTH = 500


class VendorNotFound(NotFound):
    """The vendor is unknown."""

    def __init__(self, vendor_id: UUID) -> None:
        super().__init__("The vendor is unknown.", vendor_id=vendor_id)


class VendorInactive(Conflict):
    """The vendor is out of use: it gets no new invoice and no money."""

    def __init__(self, vendor_id: UUID) -> None:
        super().__init__("The vendor is out of use.", vendor_id=vendor_id)


class IntentNotFound(NotFound):
    """The intent is unknown."""

    def __init__(self, intent_id: UUID) -> None:
        super().__init__("The intent is unknown.", intent_id=intent_id)


class DuplicateInvoiceNumber(Conflict):
    """The partner already has an invoice of this number."""

    def __init__(self, existing_id: UUID | None = None) -> None:
        super().__init__("The partner already has this number.", existing_id=existing_id)


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
    """An incoming invoice as it was received.

    `amount_due` is what is still to be paid: as stated, else what its totals leave (BR-CO-16), and
    None where that is the gross total; `rounding_amount` is owed beside the total (BT-114);
    `payee` is who is paid where that is not the vendor.
    """

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
    prepaid_amount: Decimal | None = None
    rounding_amount: Decimal | None = None
    amount_due: Decimal | None = None
    payment_method: PaymentMethod | None = None
    payee: Payee | None = None
    payment_terms: tuple[PaymentTerm, ...] = ()
    fx: ForeignRate | None = None

    @property
    def owed_amount(self) -> Decimal:
        """What the whole invoice asks for: its total, rounded as it is to be paid."""
        return self.total_gross + (self.rounding_amount or ZERO)

    def __post_init__(self) -> None:
        """Refuse totals that contradict each other or the lines, and an empty number."""
        object.__setattr__(self, "invoice_number", self.invoice_number.strip())
        if not 0 < len(self.invoice_number) <= NUMBER_LENGTH:
            raise InvalidInput("/invoice_number", f"needs 1 to {NUMBER_LENGTH} characters")
        if self.currency not in CURRENCIES:
            raise InvalidInput("/currency", "is no currency code")
        for value in (self.total_net, self.total_tax, self.total_gross):
            amount(value)
        if self.amount_due is None and (self.prepaid_amount or self.rounding_amount):
            left = self.owed_amount - (self.prepaid_amount or ZERO)
            object.__setattr__(self, "amount_due", left)
        self._check_due()
        if len(self.notes or "") > NOTES_LENGTH:
            raise InvalidInput("/notes", f"exceeds {NOTES_LENGTH} characters")
        self._check_lines()
        self._check_totals()

    def check_entered(self) -> None:
        """Refuse a due that its own totals contradict (BR-CO-16), of an invoice without a document.

        A document may name a third party's money beside its total, for which a person answers; who
        types totals says with them what is due: gross, less what is prepaid, rounded.
        """
        sign = -1 if self.total_gross < ZERO else 1
        prepaid = self.prepaid_amount or ZERO
        if not ZERO <= sign * prepaid <= sign * self.total_gross:
            raise InvalidInput("/prepaid_amount", "lies between nothing and the gross total")
        left = self.owed_amount - prepaid
        if self.amount_due is not None and not ZERO <= sign * self.amount_due <= sign * left:
            raise InvalidInput("/amount_due", f"is more than is left of the totals ({left:.2f})")
        tax = sum((line.tax_amount for line in self.lines), ZERO)
        if abs(tax - self.total_tax) > CENT * len(self.lines):
            raise InvalidInput("/total_tax", "is not the tax of the lines")
        self._check_terms(sign)

    def _check_terms(self, sign: int) -> None:
        """A discount leaves something, and instalments come to no more than the whole."""
        owed, hundred = sign * self.owed_amount, Decimal(100)
        parts, share = ZERO, ZERO
        for at, term in enumerate(self.payment_terms):
            pointer = f"/payment_terms/{at}"
            is_part = term.kind is TermKind.INSTALMENT
            for name, value, whole in (
                ("amount", None if term.amount is None else sign * term.amount, owed),
                ("percent", term.percent, hundred),
            ):
                is_most = term.kind is TermKind.DISCOUNT and value == whole
                if value is not None and (not ZERO < value <= whole or is_most):
                    raise InvalidInput(f"{pointer}/{name}", "lies between nothing and the whole")
            if is_part:
                parts += sign * (term.amount or ZERO)
                share += term.percent or ZERO if term.amount is None else ZERO
        if parts > owed or share > hundred:
            raise InvalidInput("/payment_terms", "the instalments come to more than the whole")

    def _check_due(self) -> None:
        """What is due is an amount; a payee's account, where there is one, is an IBAN."""
        for value in (self.prepaid_amount, self.amount_due, self.rounding_amount):
            amount(value if value is not None else ZERO)
        if not is_rounding(self.rounding_amount or ZERO, self.currency):
            raise InvalidInput("/rounding_amount", "is more than rounding")
        if self.payee is not None and self.payee.iban and not is_iban(self.payee.iban):
            raise InvalidInput("/payee/iban", "is no valid IBAN")

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

    What is left of a credit note stands below zero, and is due on no day.

    >>> status_of(is_linked=True, gross=Decimal(9), remaining=Decimal(4), due_date=None,
    ...     today=date(2026, 1, 1)).value
    'partially_paid'
    >>> status_of(is_linked=True, gross=Decimal(-9), remaining=Decimal(-9), due_date=None,
    ...     today=date(2026, 1, 1)).value
    'open'
    """
    if not is_linked:
        return InvoiceStatus.DRAFT
    if remaining == ZERO or (remaining > ZERO) != (gross > ZERO):
        return InvoiceStatus.PAID
    if remaining > ZERO and due_date is not None and due_date < today:
        return InvoiceStatus.OVERDUE
    return InvoiceStatus.OPEN if remaining == gross else InvoiceStatus.PARTIALLY_PAID
