"""Wire models of review cases."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AliasGenerator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from api.schemas.extraction import ComplianceOut, Share
from api.schemas.types import AnyDay, BodyIn, BodyOut, Money, MoneyIn, Rate
from domain.intake.review import NoChanges
from domain.invoicing.normalized import NormalizedInvoice
from domain.money import BASE_CURRENCY
from domain.reading.document_type import DocumentType
from domain.views.review_cases import ReviewCase

QueueState = Literal[
    "approval", "correction", "exception", "approved", "rejected", "posting_failed"
]
_Text = Annotated[str | None, Field(max_length=500)]


class NormalizedVendorIn(BodyIn):
    """The vendor as the document names it."""

    name: Annotated[str | None, Field(max_length=255)] = None
    vat_id: Annotated[str | None, Field(max_length=20)] = None
    tax_id: Annotated[str | None, Field(max_length=20)] = None
    iban: Annotated[str | None, Field(max_length=34)] = None
    address: _Text = None


class NormalizedLineIn(BodyIn):
    """One line; `tax_rate` is a fraction, `line_total` is gross."""

    position: int = Field(default=1, ge=1, le=100_000)
    description: str = Field(max_length=500)
    quantity: Rate = Decimal(1)
    unit_price: Rate
    tax_rate: Annotated[Rate, Field(ge=0, le=1)]
    tax_amount: MoneyIn
    line_total: MoneyIn
    account_number: Annotated[str | None, Field(pattern="^[0-9]{1,8}$")] = None
    tax_code: Annotated[str | None, Field(max_length=20)] = None


class NormalizedInvoiceIn(BodyIn):
    """The whole invoice as it is to be posted."""

    vendor: NormalizedVendorIn = Field(default_factory=NormalizedVendorIn)
    document_type: DocumentType = DocumentType.INVOICE
    invoice_number: Annotated[str | None, Field(max_length=100)] = None
    invoice_date: AnyDay | None = None
    due_date: AnyDay | None = None
    delivery_date: AnyDay | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = BASE_CURRENCY
    total_net: MoneyIn | None = None
    total_tax: MoneyIn | None = None
    total_gross: MoneyIn | None = None
    payment_terms: _Text = None
    reference_text: _Text = None
    duplicate_acknowledged: bool = False
    line_items: list[NormalizedLineIn] = Field(default_factory=list, max_length=10_000)

    def stored(self) -> dict[str, Any]:
        """The invoice as a case keeps it."""
        return NormalizedInvoice.from_json(self.model_dump()).renumbered().to_json()


class ReviewCaseChangeIn(BodyIn):
    """The vendor, the whole invoice, or both; null clears the vendor."""

    vendor_id: UUID | None = None
    normalized_invoice: NormalizedInvoiceIn | None = None

    def changes(self) -> dict[str, Any]:
        """What was sent. Raises NoChanges."""
        changes: dict[str, Any] = {}
        if "vendor_id" in self.model_fields_set:
            changes["vendor_id"] = str(self.vendor_id) if self.vendor_id else None
        if self.normalized_invoice is not None:
            changes["normalized_invoice"] = self.normalized_invoice.stored()
        if not changes:
            raise NoChanges
        return changes


class NormalizedVendorOut(BodyOut):
    """The vendor as the document names it."""

    name: str | None
    vat_id: str | None
    tax_id: str | None
    iban: str | None
    address: str | None


class NormalizedLineOut(BodyOut):
    """One line; `tax_rate` is a fraction, `line_total` is gross."""

    position: int
    description: str
    quantity: Rate
    unit_price: Rate
    tax_rate: Rate
    tax_amount: Money
    line_total: Money
    account_number: str | None
    tax_code: str | None


class NormalizedInvoiceOut(BodyOut):
    """What is proposed for posting."""

    vendor: NormalizedVendorOut
    document_type: DocumentType
    invoice_number: str | None
    invoice_date: date | None
    due_date: date | None
    delivery_date: date | None
    currency: str
    total_net: Money | None
    total_tax: Money | None
    total_gross: Money | None
    payment_terms: str | None
    reference_text: str | None
    duplicate_acknowledged: bool
    line_items: list[NormalizedLineOut]


class VendorCandidateOut(BodyOut):
    """A vendor that it may be."""

    vendor_id: UUID
    vendor_name: str
    confidence: Share
    match_method: str


class ValidationIssueOut(BodyOut):
    """What a reviewer should look at."""

    code: str
    field: str | None
    message: str


class DuplicateHintOut(BodyOut):
    """What it looks like that exists already."""

    invoice_id: UUID | None
    intent_id: UUID | None
    reason: str


class PostingErrorOut(BodyOut):
    """Why the books refused."""

    code: str
    message: str
    at: datetime


class ReviewCaseOut(BodyOut):
    """One review case."""

    id: UUID
    queue_state: QueueState
    inbox_id: UUID | None
    document_id: UUID | None
    vendor_id: UUID | None
    normalized_invoice: NormalizedInvoiceOut
    vendor_candidates: list[VendorCandidateOut]
    validation_issues: list[ValidationIssueOut]
    duplicate_hint: DuplicateHintOut | None
    compliance_check: ComplianceOut | None
    posting_error: PostingErrorOut | None
    rejection_reason: str | None
    invoice_id: UUID | None
    intent_id: UUID | None
    decided_by: str | None
    decided_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, case: ReviewCase) -> "ReviewCaseOut":
        """Case of the wire."""
        facts = {name: getattr(case, name) for name in ReviewCase.__slots__}
        decided_by = str(case.decided_by) if case.decided_by else None
        return cls.model_validate(facts | {"decided_by": decided_by})


class ApprovedOut(BodyOut):
    """What the approval made; the names are in camel case, as documented."""

    model_config = ConfigDict(
        alias_generator=AliasGenerator(serialization_alias=to_camel, validation_alias=to_camel),
        populate_by_name=True,
    )

    review_case_id: UUID
    intent_id: UUID
    invoice_id: UUID
