"""From an approved case to the books: the booking and the invoice it becomes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.dates import fiscal_year_of
from domain.errors import DomainError, InvalidInput
from domain.invoicing.invoice import Invoice, InvoiceLine
from domain.invoicing.normalized import NormalizedInvoice, NormalizedLine
from domain.ledger.booking import AccountNotFound, Booking, Line
from domain.ledger.intent import OpenItemTerms, Side
from domain.money import BASE_CURRENCY, ZERO
from domain.reading.document_type import DocumentType
from domain.tax.code import InvalidTaxCode, TaxCode, domestic_input_code

SOURCE = "review"
_DESCRIPTION = 500


class PostingRefused(Exception):
    """The books refused a case that had passed its checks; `refusal` says why."""

    def __init__(self, refusal: DomainError) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedCase:
    """A case that passed its checks, and what the books need to know beside it."""

    intent_id: UUID
    invoice: NormalizedInvoice
    vendor_id: UUID
    vendor_name: str
    default_account: str | None
    payables_account: str
    document_id: UUID
    document_sha256: str
    approved_by: UUID | None
    approved_on: date
    fiscal_year_start: int

    @property
    def is_credit(self) -> bool:
        """Whether the document gives money back."""
        return self.invoice.document_type is DocumentType.CREDIT_NOTE

    @property
    def day(self) -> date:
        """Date of the document."""
        if self.invoice.invoice_date is None:
            raise InvalidInput("/normalized_invoice/invoice_date", "is missing")
        return self.invoice.invoice_date

    @property
    def booking_date(self) -> date:
        """Date of the document in the running fiscal year, else the day of the approval."""
        start = self.fiscal_year_start
        same_year = fiscal_year_of(self.day, start) == fiscal_year_of(self.approved_on, start)
        is_of_this_year = same_year and self.day <= self.approved_on
        return self.day if is_of_this_year else self.approved_on

    @property
    def gross(self) -> Decimal:
        """What is owed."""
        if self.invoice.total_gross is None:
            raise InvalidInput("/normalized_invoice/total_gross", "is missing")
        return self.invoice.total_gross

    @property
    def number(self) -> str:
        """Number of the invoice."""
        return (self.invoice.invoice_number or "").strip()


def booking_of(case: ApprovedCase) -> Booking:
    """Debit the accounts of the lines with their tax codes, credit payables with the gross.

    A credit note goes the other way round. Raises AccountNotFound for a line without account.
    """
    invoice = case.invoice
    if invoice.currency != BASE_CURRENCY:
        raise InvalidInput(
            "/normalized_invoice/currency", "needs an exchange rate; book it by hand"
        )
    owed_side = Side.DEBIT if case.is_credit else Side.CREDIT
    owed = Line(case.payables_account, owed_side, case.gross, partner_id=case.vendor_id)
    return Booking(
        intent_id=case.intent_id,
        booking_date=case.booking_date,
        document_date=case.day,
        supply_date=invoice.delivery_date or case.day,
        description=f"{case.vendor_name} {case.number}"[:_DESCRIPTION],
        lines=(*_costs(case), owed),
        source=SOURCE,
        external_reference=case.number,
        document_id=case.document_id,
        document_sha256=case.document_sha256,
        approved_by=case.approved_by,
        terms=OpenItemTerms(case.number, invoice.due_date),
    )


def check_rates(case: ApprovedCase, codes: Mapping[str, TaxCode]) -> None:
    """Refuse to split at another rate than the invoice has: its tax code may have been changed."""
    for position, line in enumerate(case.invoice.line_items):
        code = domestic_input_code(line.tax_rate)
        if code is None or line.tax_code:
            continue
        rate = codes[code].rate
        if rate is not None and rate != line.tax_rate * 100:
            pointer = f"/normalized_invoice/line_items/{position}/tax_rate"
            raise InvalidTaxCode(
                code, f"has {rate.normalize():f} %, the line another rate", pointer
            )


def invoice_of(case: ApprovedCase) -> Invoice:
    """The invoice in the books; a credit note has negative amounts, so nothing of it is owed."""
    sign = -1 if case.is_credit else 1
    invoice = case.invoice
    return Invoice(
        vendor_id=case.vendor_id,
        invoice_number=case.number,
        invoice_date=case.day,
        due_date=invoice.due_date,
        total_net=sign * (invoice.total_net or ZERO),
        total_tax=sign * (invoice.total_tax or ZERO),
        total_gross=sign * case.gross,
        currency=invoice.currency,
        lines=tuple(
            _invoice_line(line, sign, case.default_account)
            for line in invoice.renumbered().line_items
        ),
        document_id=case.document_id,
        intent_id=case.intent_id,
        payment_reference=invoice.reference_text,
    )


def _costs(case: ApprovedCase) -> Iterator[Line]:
    """One line of the booking for each account and tax code, so that tax is rounded once.

    The lines of an invoice may miss its total by a rounding cent each; the largest sum takes
    the difference, so that exactly the total is owed. Discounts stand on the other side.
    """
    sums: dict[tuple[str, str | None], Decimal] = {}
    for position, line in enumerate(case.invoice.line_items):
        account = line.account_number or case.default_account
        if account is None:
            pointer = f"/normalized_invoice/line_items/{position}/account_number"
            raise AccountNotFound("(none)", pointer)
        key = account, line.tax_code or domestic_input_code(line.tax_rate)
        sums[key] = sums.get(key, ZERO) + line.line_total
    if sums:
        largest = max(sums, key=lambda key: abs(sums[key]))
        sums[largest] += case.gross - case.invoice.lines_total
    for (account, tax_code), amount in sums.items():
        if amount:
            reduces = (amount < 0) != case.is_credit
            yield Line(account, Side.CREDIT if reduces else Side.DEBIT, abs(amount), tax_code)


def _invoice_line(line: NormalizedLine, sign: int, default_account: str | None) -> InvoiceLine:
    return InvoiceLine(
        position=line.position,
        description=line.description,
        quantity=abs(line.quantity) or Decimal(1),
        unit_price=line.unit_price.copy_sign(-1) if line.quantity < 0 else line.unit_price,
        tax_rate=line.tax_rate,
        tax_amount=sign * line.tax_amount,
        line_total=sign * line.line_total,
        account_number=line.account_number or default_account,
    )
