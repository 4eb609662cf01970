"""A normalised invoice: what is proposed for posting, and what a reviewer replaces."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from domain.money import BASE_CURRENCY, CENT, ZERO, cents
from domain.payables.prepayment import PrepaymentSetOff
from domain.payables.terms import ForeignRate, Payee, PaymentMethod, PaymentTerm, is_rounding
from domain.reading.document_type import DocumentType


@dataclass(frozen=True, slots=True)
class NormalizedVendor:
    """The vendor as the document names it."""

    name: str | None = None
    vat_id: str | None = None
    tax_id: str | None = None
    iban: str | None = None
    address: str | None = None
    country: str | None = None
    bic: str | None = None


@dataclass(frozen=True, slots=True)
class NormalizedTax:
    """One group of the tax breakdown as stated: category of EN 16931, rate as a fraction."""

    category: str | None
    rate: Decimal | None
    basis: Decimal
    amount: Decimal
    exemption_reason: str | None = None
    exemption_code: str | None = None


@dataclass(frozen=True, slots=True)
class NormalizedLine:
    """One line; `tax_rate` is a fraction, `line_total` is gross.

    `category` is that of EN 16931 (S, Z, E, AE, K, G, O, L, M), `supply_kind` what is supplied
    (goods, service, construction ...), both None where nothing says so. `supply_date` is the last
    day of what the line supplies, where that is not the day of the whole document.
    """

    position: int
    description: str
    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal
    tax_amount: Decimal
    line_total: Decimal
    account_number: str | None = None
    tax_code: str | None = None
    category: str | None = None
    supply_kind: str | None = None
    supply_date: date | None = None


@dataclass(frozen=True, slots=True)
class NormalizedInvoice:
    """One invoice; what is unknown is None, its currency, too. Credit notes are positive.

    `amount_due` is gross less `prepaid_amount` plus `rounding_amount` (BR-CO-16), as stated;
    `payee` is named only where it is not the vendor; `booking_date` and `set_offs`, against which
    prepayments it is set off, only where a person chose them. `set_offs_said`: a person has
    changed what was proposed of the latter, so that nothing is proposed any more.
    """

    vendor: NormalizedVendor = field(default_factory=NormalizedVendor)
    document_type: DocumentType = DocumentType.OTHER
    invoice_number: str | None = None
    invoice_date: date | None = None
    due_date: date | None = None
    delivery_date: date | None = None
    currency: str | None = BASE_CURRENCY
    total_net: Decimal | None = None
    total_tax: Decimal | None = None
    total_gross: Decimal | None = None
    payment_terms: str | None = None
    reference_text: str | None = None
    duplicate_acknowledged: bool = False
    prepaid_amount: Decimal | None = None
    rounding_amount: Decimal | None = None
    amount_due: Decimal | None = None
    payment_method: PaymentMethod | None = None
    payee: Payee | None = None
    terms: tuple[PaymentTerm, ...] = ()
    fx: ForeignRate | None = None
    booking_date: date | None = None
    set_offs: tuple[PrepaymentSetOff, ...] = ()
    set_offs_said: bool = False
    taxes: tuple[NormalizedTax, ...] = ()
    line_items: tuple[NormalizedLine, ...] = ()

    @property
    def lines_total(self) -> Decimal:
        """Gross sum of the lines."""
        return sum((line.line_total for line in self.line_items), ZERO)

    @property
    def beside(self) -> tuple[PrepaymentSetOff, ...]:
        """Set-offs of the whole total; those of lines that take prepayments off are not of it."""
        return tuple(each for each in self.set_offs if each.position is None)

    @property
    def within(self) -> tuple[PrepaymentSetOff, ...]:
        """Set-offs that stand for lines of the invoice, which the total is less by."""
        return tuple(each for each in self.set_offs if each.position is not None)

    def covered(self, position: int) -> Decimal:
        """What of a line, counted from 1, is set off against prepayments."""
        return sum((each.amount for each in self.set_offs if each.position == position), ZERO)

    @property
    def set_off_amount(self) -> Decimal:
        """What of the total is set off against prepayments."""
        return sum((each.amount for each in self.beside), ZERO)

    @property
    def owed_amount(self) -> Decimal:
        """What the whole invoice asks for: its total, rounded as it is to be paid; 0 if unknown."""
        rounding = self.rounding_amount or ZERO
        is_owed = is_rounding(rounding, self.currency)
        return (self.total_gross or ZERO) + (rounding if is_owed else ZERO)

    @property
    def to_set_off(self) -> Decimal:
        """What prepayments have to pay of it, as the document states it, and no more than it owes.

        Nothing of a credit note, in foreign currency, and where the total is not known.
        """
        is_credit = self.document_type is DocumentType.CREDIT_NOTE
        if self.total_gross is None or self.currency != BASE_CURRENCY or is_credit:
            return ZERO
        unpaid = self.total_gross if self.amount_due is None else self.amount_due
        return max(min(self.prepaid_amount or self.total_gross - unpaid, self.owed_amount), ZERO)

    @property
    def is_set_off(self) -> bool:
        """Whether what is set off against prepayments leaves just what is due, or nothing."""
        if not self.beside or self.total_gross is None or self.amount_due is None:
            return bool(self.beside) and self.set_off_amount == self.to_set_off
        return self.owed_amount - self.set_off_amount == max(self.amount_due, ZERO)

    @property
    def gross_in_base(self) -> Decimal | None:
        """Gross total in EUR; None where the total, the currency or its rate is not known."""
        if self.total_gross is None or self.currency == BASE_CURRENCY:
            return self.total_gross
        return None if self.fx is None else cents(self.total_gross / self.fx.rate)

    @property
    def adds_up(self) -> bool:
        """Whether net and tax make gross, and the lines, too, within a cent each."""
        if self.total_net is None or self.total_tax is None or self.total_gross is None:
            return False
        return abs(self.total_net + self.total_tax - self.total_gross) <= CENT and abs(
            self.lines_total - self.total_gross
        ) <= CENT * len(self.line_items)

    def to_json(self) -> dict[str, Any]:
        """The invoice as it is stored: amounts as strings, dates in ISO form."""
        stored: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "NormalizedInvoice":
        """The invoice again."""
        return _ADAPTER.validate_python(stored)

    def renumbered(self) -> "NormalizedInvoice":
        """The same with lines numbered from 1; what is set off in a line stays with it.

        Without that line it is in none (0), never in the one that has come into its place.
        """
        known = {line.position: at for at, line in enumerate(self.line_items, 1)}
        is_clear = len(known) == len(self.line_items)
        set_offs = (
            replace(each, position=known.get(each.position, 0))
            if is_clear and each.position is not None
            else each
            for each in self.set_offs
        )
        lines = (replace(line, position=at) for at, line in enumerate(self.line_items, 1))
        return replace(self, line_items=tuple(lines), set_offs=tuple(set_offs))


_ADAPTER = TypeAdapter(NormalizedInvoice)
