"""What was read from a document: each field with its confidence and origin; the normal form.

The field names are those of the contract (`ocr_extraction`), so that what is stored can be shown.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from domain.formats.e_invoice_rules import Validation
from domain.intake.lines import ExtractedLine, TaxShare
from domain.money import ZERO, cents
from domain.payables.content import Circumstances
from domain.payables.normalized import (
    NormalizedInvoice,
    NormalizedLine,
    NormalizedTax,
    NormalizedVendor,
)
from domain.payables.terms import Payee, PaymentMethod, PaymentTerm
from domain.reading.document_type import DocumentType
from domain.reading.finding import Finding
from domain.reading.origin import Origin
from domain.reading.places import Alternative
from domain.reading.preceding import Preceding

FIELDS = (
    "vendor_name",
    "vendor_vat_id",
    "vendor_tax_id",
    "vendor_iban",
    "vendor_address",
    "vendor_country",
    "vendor_bic",
    "invoice_number",
    "invoice_date",
    "due_date",
    "delivery_date",
    "total_net",
    "total_tax",
    "total_gross",
    "prepaid_amount",
    "rounding_amount",
    "amount_due",
    "currency",
    "payment_method",
    "payment_terms",
    "reference_text",
    "document_type",
)
DECISIVE = (
    "vendor_name",
    "invoice_number",
    "invoice_date",
    "total_net",
    "total_tax",
    "total_gross",
)
_SIGNED = (
    "total_net",
    "total_tax",
    "total_gross",
    "prepaid_amount",
    "rounding_amount",
    "amount_due",
)
_ONE = Decimal(1)
_DISAGREEING = Decimal("0.80")


@dataclass(frozen=True, slots=True)
class Confidence:
    """How sure the reading is, as a whole and field by field, from 0 to 1."""

    overall: Decimal = ZERO
    fields: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom the document names as the recipient; None where nothing is known."""

    name: str | None = None
    vat_id: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read. What is missing is None.

    `syntax` and `profile` name the structured invoice, if there is one. `taxes` is the tax
    breakdown, `notes` hold what may say why no tax is shown. `amount_due` is what is still to be
    paid, `prepaid_amount` what was paid before, `rounding_amount` is added (BT-115, 113, 114).
    `payee` is who is paid where that is not the vendor; `terms` are all terms, `payment_terms`
    their words. `alternatives` are the likeliest values of a page's fields, each with its place:
    what a person chooses instead is looked up there. `preceding` are earlier invoices that this
    one names (BG-3). `delivery_country` is where goods went, `representative_vat_id` that of who
    represents the seller before the tax office, both by data alone (BT-80, BT-63).
    """

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
    total_net: Decimal | None = None
    total_tax: Decimal | None = None
    total_gross: Decimal | None = None
    prepaid_amount: Decimal | None = None
    rounding_amount: Decimal | None = None
    amount_due: Decimal | None = None
    tax_in_euro: Decimal | None = None
    currency: str | None = None
    payment_method: PaymentMethod | None = None
    payee: Payee | None = None
    terms: tuple[PaymentTerm, ...] = ()
    payment_terms: str | None = None
    reference_text: str | None = None
    document_type: DocumentType = DocumentType.OTHER
    line_items: tuple[ExtractedLine, ...] = ()
    confidence: Confidence = field(default_factory=Confidence)
    origins: dict[str, Origin] = field(default_factory=dict)
    recipient: Recipient = field(default_factory=Recipient)
    taxes: tuple[TaxShare, ...] = ()
    notes: str = ""
    type_code: str | None = None
    syntax: str | None = None
    profile: str | None = None
    findings: tuple[Finding, ...] = ()
    raw_markdown: str = ""
    page_hash: str | None = None
    validation: Validation | None = None
    alternatives: dict[str, tuple[Alternative, ...]] = field(default_factory=dict)
    preceding: tuple[Preceding, ...] = ()
    delivery_country: str | None = None
    representative_vat_id: str | None = None

    @property
    def is_read(self) -> bool:
        """Whether anything was found that an invoice has."""
        return bool(self.confidence.fields)

    def to_json(self) -> dict[str, Any]:
        """The extraction as it is stored: amounts as strings, dates in ISO form."""
        stored: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Extraction":
        """The extraction again."""
        return _ADAPTER.validate_python(stored)


_ADAPTER = TypeAdapter(Extraction)


def empty(raw_markdown: str = "", findings: tuple[Finding, ...] = ()) -> Extraction:
    """The extraction of a document that could not be read."""
    return Extraction(raw_markdown=raw_markdown, findings=findings)


def weighed(extraction: Extraction) -> Extraction:
    """The same extraction with the confidences that its origins give."""
    fields = {name: origin.confidence for name, origin in extraction.origins.items()}
    values = [fields.get(name, ZERO) for name in DECISIVE]
    overall = sum(values, ZERO) / len(values)
    if not _adds_up(extraction):
        overall *= _DISAGREEING
    return replace(extraction, confidence=Confidence(overall.quantize(Decimal("0.01")), fields))


def normalized(extraction: Extraction) -> NormalizedInvoice:
    """The invoice that is proposed for posting."""
    return NormalizedInvoice(
        vendor=NormalizedVendor(
            name=extraction.vendor_name,
            vat_id=extraction.vendor_vat_id,
            tax_id=extraction.vendor_tax_id,
            iban=_own_iban(extraction),
            address=extraction.vendor_address,
            country=extraction.vendor_country,
            bic=extraction.vendor_bic if _own_iban(extraction) else None,
        ),
        document_type=extraction.document_type,
        invoice_number=extraction.invoice_number,
        invoice_date=extraction.invoice_date,
        due_date=extraction.due_date,
        delivery_date=extraction.delivery_date,
        currency=extraction.currency,
        total_net=extraction.total_net,
        total_tax=extraction.total_tax,
        total_gross=extraction.total_gross,
        payment_terms=extraction.payment_terms,
        reference_text=extraction.reference_text,
        prepaid_amount=extraction.prepaid_amount,
        rounding_amount=extraction.rounding_amount,
        amount_due=extraction.amount_due,
        payment_method=extraction.payment_method,
        payee=extraction.payee,
        terms=extraction.terms,
        taxes=tuple(map(_tax, extraction.taxes)),
        line_items=tuple(
            _line(line, position) for position, line in enumerate(extraction.line_items, 1)
        ),
    )


def _own_iban(extraction: Extraction) -> str | None:
    """The account to pay to, unless it is the payee's: that one says nothing of the vendor."""
    payee = extraction.payee
    is_payees = payee is not None and payee.iban == extraction.vendor_iban
    return None if is_payees else extraction.vendor_iban


def circumstances_of(extraction: Extraction, country: str) -> Circumstances:
    """What the check of mandatory content has to know beside the invoice."""
    recipient = extraction.recipient
    return Circumstances(
        country=country,
        recipient_name=recipient.name,
        recipient_address=recipient.address,
        recipient_vat_id=recipient.vat_id,
        representative_vat_id=extraction.representative_vat_id,
        notes=extraction.notes,
        syntax=extraction.syntax,
        validation=extraction.validation,
    )


def turned_positive(extraction: Extraction) -> Extraction:
    """A credit note with positive amounts: what is given back is stated as such, not as minus.

    A document with a negative gross total is a credit note, whatever it calls itself.
    """
    if extraction.total_gross is None or extraction.total_gross >= 0:
        return extraction
    kind = extraction.document_type
    signed: dict[str, Any] = {name: _minus(getattr(extraction, name)) for name in _SIGNED}
    return replace(
        extraction,
        document_type=DocumentType.CREDIT_NOTE if kind.is_invoice else kind,
        **signed,
        terms=tuple(replace(term, amount=_minus(term.amount)) for term in extraction.terms),
        line_items=tuple(line.negated() for line in extraction.line_items),
        taxes=tuple(
            replace(share, basis=-share.basis, amount=-share.amount) for share in extraction.taxes
        ),
    )


def _line(line: ExtractedLine, position: int) -> NormalizedLine:
    total, rate = line.line_total or ZERO, line.tax_rate or ZERO
    tax = line.tax_amount if line.tax_amount is not None else _tax_within(total, rate)
    quantity = line.quantity if line.quantity is not None and line.quantity > 0 else _ONE
    price = line.unit_price if line.unit_price is not None else (total - tax) / quantity
    return NormalizedLine(
        position,
        line.description,
        quantity,
        price,
        rate,
        cents(tax),
        cents(total),
        category=line.category,
        supply_kind=line.supply_kind,
        supply_date=line.supply_date,
    )


def _tax(share: TaxShare) -> NormalizedTax:
    return NormalizedTax(
        category=share.category,
        rate=share.rate,
        basis=cents(share.basis),
        amount=cents(share.amount),
        exemption_reason=share.exemption_reason,
        exemption_code=share.exemption_code,
    )


def _minus(value: Decimal | None) -> Decimal | None:
    return -value if value is not None else None


def _tax_within(gross: Decimal, rate: Decimal) -> Decimal:
    return gross - cents(gross / (1 + rate))


def _adds_up(extraction: Extraction) -> bool:
    return normalized(extraction).adds_up
