"""Wire models of what was read, matched and checked."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from api.schemas.due import MethodName, PayeeOut
from api.schemas.types import BodyIn, BodyOut, Money, Rate
from domain.money import CENT
from domain.payables.terms import TermKind
from domain.reading.document_type import DocumentType

_MOST = Decimal(10) ** 12


def _rounded(value: object, step: Decimal) -> object:
    """A figure as it was read, cut to what the wire can hold; None where that is nonsense."""
    if value is None:
        return None
    number = Decimal(str(value))
    return number.quantize(step) if number.is_finite() and abs(number) < _MOST else None


def _to_cents(value: object) -> object:
    return _rounded(value, CENT)


def _to_millionths(value: object) -> object:
    return _rounded(value, Decimal("0.000001"))


ReadMoney = Annotated[Money | None, BeforeValidator(_to_cents)]
"""An amount that was read, not asked for: whatever stands on the page must be shown."""
ReadFigure = Annotated[Rate | None, BeforeValidator(_to_millionths)]
Share = Annotated[Rate, Field(ge=0, le=1, examples=[Decimal("0.95")])]


class OriginOut(BodyOut):
    """Where a value came from; the box is in fractions of the page, from its top left corner."""

    source: Literal["xml", "text", "ocr", "rule", "learned", "person"]
    page: int | None = None
    box: tuple[Share, Share, Share, Share] | None = None
    raw_text: str | None = None
    confidence: Share


class ExtractedLineOut(BodyOut):
    """One line that was read."""

    description: str
    quantity: ReadFigure
    unit_price: ReadFigure
    tax_rate: ReadFigure
    line_total: ReadMoney
    category: str | None = None
    supply_date: date | None = None
    origins: dict[str, OriginOut] = Field(default_factory=dict)


class ExtractedTaxOut(BodyOut):
    """One group of the tax breakdown that was read; `rate` is a fraction."""

    category: str | None = None
    rate: ReadFigure = None
    basis: ReadMoney = None
    amount: ReadMoney = None
    exemption_reason: str | None = None
    exemption_code: str | None = None


class ExtractedTermOut(BodyOut):
    """One term of payment that was read."""

    kind: TermKind
    due_date: date | None = None
    percent: ReadFigure = None
    amount: ReadMoney = None


class PrecedingOut(BodyOut):
    """An earlier invoice that the document corrects, credits or refers to (EN 16931 BG-3).

    `number` is null where a corrected invoice does not say which one it corrects.
    """

    relation: Literal["corrects", "credits", "refers"]
    number: str | None = None
    day: date | None = None


class ConfidenceOut(BodyOut):
    """How sure the reading is, as a whole and field by field."""

    overall: Share = Decimal(0)
    fields: dict[str, Share] = Field(default_factory=dict)


class ExtractionOut(BodyOut):
    """What was read from a document; what is missing is null."""

    vendor_name: str | None = None
    vendor_vat_id: str | None = None
    vendor_tax_id: str | None = None
    vendor_iban: str | None = None
    vendor_address: str | None = None
    vendor_country: str | None = None
    vendor_bic: str | None = None
    invoice_number: str | None = None
    invoice_date: date | None = None
    due_date: date | None = None
    delivery_date: date | None = None
    total_net: ReadMoney = None
    total_tax: ReadMoney = None
    total_gross: ReadMoney = None
    prepaid_amount: ReadMoney = None
    rounding_amount: ReadMoney = None
    amount_due: ReadMoney = None
    currency: str | None = None
    payment_method: MethodName | None = None
    payee: PayeeOut | None = None
    terms: list[ExtractedTermOut] = Field(default_factory=list)
    payment_terms: str | None = None
    reference_text: str | None = None
    document_type: DocumentType | None = None
    preceding: list[PrecedingOut] = Field(default_factory=list)
    taxes: list[ExtractedTaxOut] = Field(default_factory=list)
    line_items: list[ExtractedLineOut] = Field(default_factory=list)
    confidence: ConfidenceOut = Field(default_factory=ConfidenceOut)
    origins: dict[str, OriginOut] = Field(default_factory=dict)

    @classmethod
    def of(cls, fields: dict[str, Any] | None) -> "ExtractionOut":
        """A stored reading; an empty one where nothing could be read."""
        return cls.model_validate(fields or {})


class OcrOut(ExtractionOut):
    """What was read from a document, with its text as Markdown."""

    document_id: UUID
    raw_markdown: str


class VendorMatchOut(BodyOut):
    """Which vendor it is, how sure, and why."""

    status: Literal["matched", "ambiguous", "unmatched"]
    vendor_id: UUID | None
    vendor_name: str | None
    confidence: Share
    match_method: Literal["vat_id", "iban", "name_exact", "name_fuzzy", "none"]


class CheckOut(BodyOut):
    """One rule; the label names its paragraph."""

    rule: str
    label: str
    status: Literal["pass", "fail", "warning", "not_applicable", "not_run"]


class ComplianceOut(BodyOut):
    """Mandatory content, rule by rule; warnings do not count against it."""

    document_type: DocumentType
    is_invoice: bool
    compliant: bool
    passed: int
    total: int
    checks: list[CheckOut]


class ExtractRequestIn(BodyIn):
    """A stored document that is to be read."""

    document_id: UUID
