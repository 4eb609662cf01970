"""Wire models of review cases."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AliasGenerator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import to_jsonable_python

from api.schemas.due import (
    CategoryName,
    ForeignRateIn,
    ForeignRateOut,
    MethodName,
    PayeeIn,
    PayeeOut,
    PaymentTermIn,
    PaymentTermOut,
    PrepaymentOut,
    PrepaymentSetOffIn,
    PrepaymentSetOffOut,
    TaxGroupIn,
    TaxGroupOut,
)
from api.schemas.extraction import ComplianceOut, Share
from api.schemas.inbox import AttachedDocumentOut, RejectIn
from api.schemas.types import BodyIn, BodyOut, Day, Money, MoneyIn, Rate
from domain.errors import NoChanges
from domain.intake.case_finding import AnswerKind
from domain.intake.review_views import ReviewCase
from domain.money import BASE_CURRENCY
from domain.payables.normalized import NormalizedInvoice
from domain.reading.document_type import DocumentType
from domain.reading.finding import Severity

OutcomeName = Literal["touchless", "person"]
QueueState = Literal[
    "approval", "correction", "exception", "approved", "rejected", "posting_failed"
]
AssigneeName = Literal["me", "nobody"]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
_Text = Annotated[str | None, Field(max_length=500)]


class NormalizedVendorIn(BodyIn):
    """The vendor as the document names it."""

    name: Annotated[str | None, Field(max_length=255)] = None
    vat_id: Annotated[str | None, Field(max_length=20)] = None
    tax_id: Annotated[str | None, Field(max_length=20)] = None
    iban: Annotated[str | None, Field(max_length=34)] = None
    address: _Text = None
    country: Annotated[str | None, Field(pattern="^[A-Z]{2}$")] = None
    bic: Annotated[str | None, Field(max_length=11)] = None


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
    category: CategoryName | None = None
    supply_kind: Annotated[str | None, Field(max_length=40)] = None
    supply_date: Day | None = None


class NormalizedInvoiceIn(BodyIn):
    """The whole invoice as it is to be posted.

    `payment_terms` are words, `terms` what they mean. `amount_due` is what is still to be paid:
    gross less `prepaid_amount` plus `rounding_amount`. A currency that nobody knows is null.
    """

    vendor: NormalizedVendorIn = Field(default_factory=NormalizedVendorIn)
    document_type: DocumentType = DocumentType.INVOICE
    invoice_number: Annotated[str | None, Field(max_length=100)] = None
    invoice_date: Day | None = None
    due_date: Day | None = None
    delivery_date: Day | None = None
    currency: Annotated[str | None, Field(pattern="^[A-Z]{3}$")] = BASE_CURRENCY
    total_net: MoneyIn | None = None
    total_tax: MoneyIn | None = None
    total_gross: MoneyIn | None = None
    payment_terms: _Text = None
    reference_text: _Text = None
    duplicate_acknowledged: bool = False
    prepaid_amount: MoneyIn | None = None
    rounding_amount: MoneyIn | None = None
    amount_due: MoneyIn | None = None
    payment_method: MethodName | None = None
    payee: PayeeIn | None = None
    terms: list[PaymentTermIn] = Field(default_factory=list, max_length=100)
    fx: ForeignRateIn | None = None
    booking_date: Day | None = None
    set_offs: list[PrepaymentSetOffIn] = Field(default_factory=list, max_length=100)
    taxes: list[TaxGroupIn] = Field(default_factory=list, max_length=100)
    line_items: list[NormalizedLineIn] = Field(default_factory=list, max_length=10_000)

    def stored(self) -> dict[str, Any]:
        """The invoice as a case keeps it; set-offs only where they are named."""
        stored = NormalizedInvoice.from_json(self.model_dump()).renumbered().to_json()
        if "set_offs" not in self.model_fields_set:
            del stored["set_offs"]
        return stored

    def part(self) -> dict[str, Any]:
        """What was sent of it, to be put into what the case has; null clears a field."""
        whole = self.model_dump()
        part: dict[str, Any] = to_jsonable_python(
            {
                name: whole[name] if isinstance(value, list) else value
                for name, value in self.model_dump(exclude_unset=True).items()
            }
        )
        return part


class FindingAnswerIn(BodyIn):
    """A person takes responsibility for a finding, and says why."""

    accept: Literal[True]
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]


class ReviewCaseChangeIn(BodyIn):
    """The vendor, the invoice, answers to findings; null clears a vendor or takes an answer back.

    As `application/merge-patch+json` the invoice holds only what changes: null clears a field,
    lists are replaced as a whole. `version` is that of the case as it was seen.
    """

    vendor_id: UUID | None = None
    normalized_invoice: NormalizedInvoiceIn | None = None
    finding_answers: Annotated[dict[str, FindingAnswerIn | None], Field(max_length=1000)] = Field(
        default_factory=dict
    )
    version: Version | None = None

    def changes(self, *, is_part: bool = False) -> dict[str, Any]:
        """What was sent; `is_part` says that the invoice is a merge patch. Raises NoChanges."""
        changes: dict[str, Any] = {}
        if "vendor_id" in self.model_fields_set:
            changes["vendor_id"] = str(self.vendor_id) if self.vendor_id else None
        if self.normalized_invoice is not None:
            invoice = self.normalized_invoice
            name, said = (
                ("invoice_patch", invoice.part())
                if is_part
                else ("normalized_invoice", invoice.stored())
            )
            changes[name] = said
        if self.finding_answers:
            changes["finding_answers"] = {
                name: answer and answer.reason for name, answer in self.finding_answers.items()
            }
        if not changes:
            raise NoChanges
        return changes


class ApproveIn(BodyIn):
    """What is approved: the case at this version, else as it is when the call arrives."""

    version: Version | None = None


class RejectCaseIn(RejectIn):
    """Why, and the case at which version."""

    version: Version | None = None


class NormalizedVendorOut(BodyOut):
    """The vendor as the document names it."""

    name: str | None
    vat_id: str | None
    tax_id: str | None
    iban: str | None
    address: str | None
    country: str | None = None
    bic: str | None = None


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
    category: str | None = None
    supply_kind: str | None = None
    supply_date: date | None = Field(
        default=None, description="Last day of the line's own supply, where it states one (ours)"
    )


class NormalizedInvoiceOut(BodyOut):
    """What is proposed for posting; what was not understood is null, the currency, too."""

    vendor: NormalizedVendorOut
    document_type: DocumentType
    invoice_number: str | None
    invoice_date: date | None
    due_date: date | None
    delivery_date: date | None
    currency: str | None
    total_net: Money | None
    total_tax: Money | None
    total_gross: Money | None
    payment_terms: str | None
    reference_text: str | None
    duplicate_acknowledged: bool
    prepaid_amount: Money | None = None
    rounding_amount: Money | None = None
    amount_due: Money | None = None
    payment_method: MethodName | None = None
    payee: PayeeOut | None = None
    terms: list[PaymentTermOut] = Field(default_factory=list)
    fx: ForeignRateOut | None = None
    booking_date: date | None = None
    set_offs: list[PrepaymentSetOffOut] = Field(default_factory=list)
    taxes: list[TaxGroupOut] = Field(default_factory=list)
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


class FindingAnswerOut(BodyOut):
    """How a finding was dealt with: accepted with a reason, or ended by a changed value."""

    kind: AnswerKind
    reason: str | None
    answered_by: str | None
    answered_at: datetime


class FindingOut(BodyOut):
    """What was found; one that is blocking has to be answered before an approval."""

    id: str
    code: str
    severity: Severity
    message: str
    fields: list[str]
    basis: str | None
    other_case_id: UUID | None = None
    answer: FindingAnswerOut | None


class DuplicateHintOut(BodyOut):
    """What it looks like that exists already: the other document, and all reasons.

    `reasons` are SAME_NUMBER, NUMBER_READS_ALIKE, SAME_BUT_FOR_WORDS, NUMBER_WITH_SUFFIX,
    SAME_DAY_AND_GROSS, SAME_PAGE and OTHER_FORM.
    """

    invoice_id: UUID | None
    intent_id: UUID | None
    document_id: UUID | None = None
    review_case_id: UUID | None = None
    reason: str
    reasons: tuple[str, ...] = ()


class PostingErrorOut(BodyOut):
    """Why the books refused, or which kind of error broke the posting."""

    code: str
    message: str
    at: datetime
    kind: str | None = None


class ApprovalsOut(BodyOut):
    """How many people have approved it as it is, and how many must."""

    given: int
    needed: int
    by: list[UUID]


class ReasonOut(BodyOut):
    """Why a document needs a person."""

    code: str
    message: str


class CaseDecisionOut(BodyOut):
    """What the policy said of it: version, outcome, reasons, and the facts it was made from."""

    policy_version: int
    outcome: OutcomeName
    is_posted: bool
    reasons: list[ReasonOut]
    inputs: dict[str, Any]
    decided_at: datetime


class TaxProposalOut(BodyOut):
    """The tax code that the law wants for some lines, and why; without a code a person is asked.

    `boxes` are those of the VAT return that it fills, as `base:072` or `input:065`.
    `account_number` is where prepayments go instead of the vendor's usual account, `set_offs` those
    that are given back in the place of lines that take them off.
    """

    positions: list[int]
    code: str | None
    rule: str
    basis: str
    reason: str
    finding: str | None
    severity: Severity | None
    boxes: list[str]
    account_number: str | None = None
    set_offs: list[PrepaymentSetOffOut] = Field(default_factory=list)


class ReviewCaseOut(BodyOut):
    """One review case."""

    id: UUID
    queue_state: QueueState
    inbox_id: UUID | None
    document_id: UUID | None
    vendor_id: UUID | None
    normalized_invoice: NormalizedInvoiceOut
    vendor_candidates: list[VendorCandidateOut]
    findings: list[FindingOut]
    tax_proposals: list[TaxProposalOut]
    validation_issues: list[ValidationIssueOut]
    duplicate_hint: DuplicateHintOut | None
    compliance_check: ComplianceOut | None
    posting_error: PostingErrorOut | None
    rejection_reason: str | None
    invoice_id: UUID | None
    intent_id: UUID | None
    decided_by: str | None
    decided_by_name: str | None = Field(description="Name of that person (ours)")
    decided_at: datetime | None
    approvals: ApprovalsOut
    decision: CaseDecisionOut | None
    version: int
    created_at: datetime
    updated_at: datetime
    attachments: list[AttachedDocumentOut]
    assignee_id: UUID | None = Field(
        description="Who looks after it; null: nobody who may come in (ours)"
    )
    assignee_name: str | None = Field(description="Name of that person (ours)")
    prepayments: list[PrepaymentOut] = Field(
        default_factory=list,
        description="What the invoice could be set off against, where it says that something was "
        "prepaid; of an open case that is shown alone",
    )

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
