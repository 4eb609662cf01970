"""From an approved case to the books: the booking and the invoice it becomes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.dates import fiscal_year_of
from domain.errors import DomainError, InvalidInput
from domain.intake.exchange import exchange_of, in_euro, known_currency
from domain.intake.taken_off import open_lines
from domain.ledger.booking import AccountNotFound, Booking, Line
from domain.ledger.intent import OpenItemTerms, Side
from domain.money import BASE_CURRENCY, CENT, ZERO
from domain.payables.invoice import Invoice, InvoiceLine
from domain.payables.normalized import NormalizedInvoice, NormalizedLine
from domain.payables.prepayment import (
    Prepayment,
    Used,
    by_prepayment,
    lines_of,
    settling_line,
    used_of,
)
from domain.payables.terms import is_rounding
from domain.periods.period import first_open_day
from domain.reading.document_type import DocumentType
from domain.reading.finding import Finding, Severity
from domain.tax.code import InvalidTaxCode, TaxCode, domestic_input_code
from domain.tax.split import split_gross

SOURCE = "review"
_DESCRIPTION = 500
_AS_STATED = 10**9
"""In however many amounts it was rounded: tax that is less than its rate gives."""


class PostingRefused(Exception):
    """The books refused a case that had passed its checks; `refusal` says why."""

    def __init__(self, refusal: DomainError) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedCase:
    """A case that passed its checks, and what the books need to know beside it.

    `rounding_accounts` take what a total is rounded by: losses, gains. `prepayments` are those that
    the invoice is set off against in its lines.
    """

    intent_id: UUID
    invoice: NormalizedInvoice
    vendor_id: UUID
    vendor_name: str
    default_account: str | None
    payables_account: str
    rounding_accounts: tuple[str, str]
    document_id: UUID
    document_sha256: str
    approved_by: UUID | None
    approved_on: date
    fiscal_year_start: int
    closed: Collection[str] = ()
    codes: Mapping[str, TaxCode] = field(default_factory=dict)
    prepayments: Mapping[UUID, Prepayment] = field(default_factory=dict)

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
        """The day that a person chose; else the first open one from the day of the document on.

        A document of another fiscal year, or of the future, counts from the day of its approval.
        Where nothing is open to the end of the year, the books refuse the first day
        (decision 0040).
        """
        if self.invoice.booking_date is not None:
            return self.invoice.booking_date
        start = self.fiscal_year_start
        same_year = fiscal_year_of(self.day, start) == fiscal_year_of(self.approved_on, start)
        wanted = self.day if same_year and self.day <= self.approved_on else self.approved_on
        return first_open_day(wanted, self.closed, start) or wanted

    @property
    def gross(self) -> Decimal:
        """Total of the invoice."""
        if self.invoice.total_gross is None:
            raise InvalidInput("/normalized_invoice/total_gross", "is missing")
        return self.invoice.total_gross

    @property
    def rounding(self) -> Decimal:
        """What is owed beside the total (BT-114), where it is that and explains what is due."""
        invoice, rounding = self.invoice, self.invoice.rounding_amount or ZERO
        whole = self.gross - (invoice.prepaid_amount or ZERO) + rounding
        is_owed = is_rounding(rounding, invoice.currency) and invoice.amount_due in {None, whole}
        return rounding if is_owed else ZERO

    @property
    def owed(self) -> Decimal:
        """What is owed of the whole invoice: its total, rounded as it is to be paid."""
        return self.gross + self.rounding

    @property
    def number(self) -> str:
        """Number of the invoice."""
        return (self.invoice.invoice_number or "").strip()


def booking_of(case: ApprovedCase) -> Booking:
    """Debit the accounts of the lines with their tax codes, credit payables with the gross.

    What the total is rounded by is owed, too, and no base of tax. A credit note goes the other way
    round. What has no tax code is cost as it stands, its tax included. In the place of lines that
    take prepayments off, those are given back as they were booked. A document in foreign currency
    is booked in euro at the rate of the case. Where nothing is owed, such as of a final invoice
    that was prepaid in full, nothing of it is credited to payables. Raises AccountNotFound for a
    line without account.
    """
    invoice = case.invoice
    owed_side = Side.DEBIT if case.is_credit else Side.CREDIT
    owed = Line(case.payables_account, owed_side, case.owed, partner_id=case.vendor_id)
    exchange = exchange_of(invoice, case.owed)
    lines: Sequence[Line] = (*_costs(case), *_rounded(case), *_given_back(case), owed)
    if exchange is not None:
        lines = in_euro(lines, exchange.rate)
    return Booking(
        intent_id=case.intent_id,
        booking_date=case.booking_date,
        document_date=case.day,
        supply_date=invoice.delivery_date,
        description=f"{case.vendor_name} {case.number}"[:_DESCRIPTION],
        lines=tuple(line for line in lines if line.amount),
        exchange=exchange if case.owed else None,
        is_arranged=True,
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
        if code is None or line.tax_code != code:
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
        currency=known_currency(invoice),
        lines=tuple(
            _invoice_line(line, sign, case.default_account)
            for line in invoice.renumbered().line_items
        ),
        document_id=case.document_id,
        intent_id=case.intent_id,
        payment_reference=invoice.reference_text,
        prepaid_amount=_signed(invoice.prepaid_amount, sign),
        rounding_amount=sign * case.rounding or None,
        amount_due=_signed(invoice.amount_due, sign),
        payment_method=invoice.payment_method,
        payee=invoice.payee,
        payment_terms=invoice.terms,
        fx=invoice.fx if invoice.currency != BASE_CURRENCY else None,
    )


def _signed(amount: Decimal | None, sign: int) -> Decimal | None:
    return sign * amount if amount is not None else None


@dataclass(slots=True)
class _Sum:
    """Gross and stated tax of the lines with one account and code; rates and count."""

    gross: Decimal = ZERO
    tax: Decimal = ZERO
    lines: int = 0
    rates: set[Decimal] = field(default_factory=set)


def _costs(case: ApprovedCase) -> Iterator[Line]:
    """One line of the booking for each account, tax code and day of supply, where that matters.

    With the tax that is stated.

    The lines of an invoice may miss its total by a rounding cent each; the largest sum takes
    the difference, so that exactly the total is owed. Discounts stand on the other side.
    """
    sums: dict[tuple[str, str | None, date | None], _Sum] = {}
    for line in open_lines(case.invoice):
        account = line.account_number or case.default_account
        if account is None:
            pointer = f"/normalized_invoice/line_items/{line.position - 1}/account_number"
            raise AccountNotFound("(none)", pointer)
        key = account, line.tax_code, _own_day(case, line)
        found = sums.setdefault(key, _Sum())
        found.gross += line.line_total
        found.tax += line.tax_amount
        found.lines += 1
        found.rates.add(line.tax_rate * 100)
    if sums:
        largest = max(sums.values(), key=lambda each: abs(each.gross))
        covered = sum((each.amount for each in case.invoice.within), ZERO)
        covered = -covered if case.is_credit else covered
        largest.gross += case.gross + covered - sum((s.gross for s in sums.values()), ZERO)
    for (account, name, day), found in sums.items():
        for each in _of_sum(case, account, name, found):
            yield replace(each, supply_date=day if each.tax_code else None)


def _own_day(case: ApprovedCase, line: NormalizedLine) -> date | None:
    """Day of a line's own supply, where its code does not hold just as on that of the document.

    A change of rate lies between them (§ 27 Abs. 1 UStG DE): each line is booked at its own.
    """
    code, day = case.codes.get((line.tax_code or "").upper()), line.supply_date
    if code is None or day is None:
        return None
    whole = case.invoice.delivery_date or case.day
    return day if code.is_valid_on(day) != code.is_valid_on(whole) else None


def nothing_findings(invoice: NormalizedInvoice, default_account: str | None) -> Iterator[Finding]:
    """An invoice that asks for nothing and moves nothing in the books: there is nothing to post.

    Such as of what was done under warranty. `invoice` is what would be posted.
    """
    if invoice.owed_amount or invoice.total_gross is None or invoice.set_offs:
        return
    sums: dict[tuple[str | None, str | None], Decimal] = {}
    for line in invoice.line_items:
        key = line.account_number or default_account, line.tax_code
        sums[key] = sums.get(key, ZERO) + line.line_total
    if invoice.line_items and not any(sums.values()) and not invoice.rounding_amount:
        yield Finding(
            "NOTHING_TO_POST",
            "The invoice asks for nothing and moves nothing: there is nothing to post. Reject it,"
            " or close it as handled.",
            Severity.BLOCKING,
            ("total_gross", "line_items"),
        )


def used_by(case: ApprovedCase) -> tuple[Used, ...]:
    """What the lines of an invoice use up of prepayments that were booked on account."""
    return used_of(case.invoice.within, case.prepayments)


def _given_back(case: ApprovedCase) -> Iterator[Line]:
    """Base and tax of prepayments as they were booked, and money that nothing was invoiced for."""
    whole = case.invoice.delivery_date or case.day
    yield from lines_of(used_by(case), case.codes, whole)
    for prepayment_id, amount in by_prepayment(case.invoice.within).items():
        prepayment = case.prepayments[prepayment_id]
        if prepayment.open_item_id:
            yield settling_line(prepayment, amount, case.vendor_id)


def _rounded(case: ApprovedCase) -> Iterator[Line]:
    """What the total is rounded by: a small loss where more is owed, a small gain where less."""
    more = -case.rounding if case.is_credit else case.rounding
    loss, gain = case.rounding_accounts
    if more:
        yield Line(loss if more > ZERO else gain, _side(more), abs(more))


def _side(signed: Decimal) -> Side:
    return Side.DEBIT if signed > ZERO else Side.CREDIT


def _of_sum(case: ApprovedCase, account: str, name: str | None, found: _Sum) -> Iterator[Line]:
    """Tax that a seller shows beside tax that is owed by oneself is cost, and no base."""
    code = case.codes.get(name or "")
    if code is not None and code.is_self_assessed and found.tax:
        yield from _line(case, account, None, found.tax)
        yield from _line(case, account, name, found.gross - found.tax)
        return
    stated, roundings = _deducted(found, code) if _states(found, code) else (None, 1)
    yield from _line(case, account, name, found.gross, stated, roundings)


def _deducted(found: _Sum, code: TaxCode | None) -> tuple[Decimal | None, int]:
    """The tax that is booked of what is stated, and in how many amounts it was rounded.

    Where it does not follow from the rate (VAT_AMOUNT_WRONG, which a person has accepted) no more
    than the price has by law, and no more than is stated (§ 12 Abs. 1 Z 1 UStG AT, § 15 Abs. 1
    Satz 1 Nr. 1 UStG DE).
    """
    stated, roundings = abs(found.tax), found.lines + 1
    rate = code.rate if code is not None and code.rate is not None else ZERO
    beyond = stated - split_gross(abs(found.gross), rate).tax
    if abs(beyond) <= roundings * CENT:
        return stated, roundings
    return (None, 1) if beyond > ZERO else (stated, _AS_STATED)


def _line(
    case: ApprovedCase,
    account: str,
    name: str | None,
    gross: Decimal,
    stated: Decimal | None = None,
    roundings: int = 1,
) -> Iterator[Line]:
    reduces = (gross < 0) != case.is_credit
    side = Side.CREDIT if reduces else Side.DEBIT
    if gross:
        yield Line(account, side, abs(gross), name, None, stated, roundings)


def _states(found: _Sum, code: TaxCode | None) -> bool:
    """Whether the stated tax is that of the code: a person may have named one of another rate."""
    if code is None or not code.vat_account or code.is_self_assessed or found.rates != {code.rate}:
        return False
    return not found.tax or (found.tax > 0) == (found.gross > 0)


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
