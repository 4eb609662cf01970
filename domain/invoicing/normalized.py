"""A normalised invoice: what is proposed for posting, and what a reviewer replaces."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from domain.money import BASE_CURRENCY, CENT, ZERO
from domain.reading.document_type import DocumentType


@dataclass(frozen=True, slots=True)
class NormalizedVendor:
    """The vendor as the document names it."""

    name: str | None = None
    vat_id: str | None = None
    tax_id: str | None = None
    iban: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class NormalizedLine:
    """One line; `tax_rate` is a fraction, `line_total` is gross."""

    position: int
    description: str
    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal
    tax_amount: Decimal
    line_total: Decimal
    account_number: str | None = None
    tax_code: str | None = None


@dataclass(frozen=True, slots=True)
class NormalizedInvoice:
    """One invoice; what is unknown is None. Amounts of credit notes are positive."""

    vendor: NormalizedVendor = field(default_factory=NormalizedVendor)
    document_type: DocumentType = DocumentType.OTHER
    invoice_number: str | None = None
    invoice_date: date | None = None
    due_date: date | None = None
    delivery_date: date | None = None
    currency: str = BASE_CURRENCY
    total_net: Decimal | None = None
    total_tax: Decimal | None = None
    total_gross: Decimal | None = None
    payment_terms: str | None = None
    reference_text: str | None = None
    duplicate_acknowledged: bool = False
    line_items: tuple[NormalizedLine, ...] = ()

    @property
    def lines_total(self) -> Decimal:
        """Gross sum of the lines."""
        return sum((line.line_total for line in self.line_items), ZERO)

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
        """The same with lines numbered from 1."""
        lines = (replace(line, position=at) for at, line in enumerate(self.line_items, 1))
        return replace(self, line_items=tuple(lines))


_ADAPTER = TypeAdapter(NormalizedInvoice)
