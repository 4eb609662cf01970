"""The tax code that is proposed for each line of a case, and why; and what is to be asked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from domain.intake import taken_off
from domain.intake.named_code import contradictions
from domain.intake.seller_region import seat_of
from domain.intake.tax_facts import (
    Around,
    TaxGroup,
    TaxTenant,
    TaxVendor,
    account_of_kind,
    facts_of,
    groups_of,
    kind_of,
    with_kinds,
)
from domain.intake.tax_month import is_paid, is_to_come
from domain.intake.usual_tax import (
    SeenGroup,
    known_by,
    seen_of,
    unusual,
    usual_code_for,
    with_usual,
)
from domain.ledger.booking import Books, is_ahead
from domain.ledger.carrying import carries, is_tax_itself, takes_purchases
from domain.money import ZERO
from domain.payables.normalized import NormalizedInvoice, NormalizedLine
from domain.payables.prepayment import Prepayment, PrepaymentSetOff, account_for
from domain.payables.vat_treatment import NOTHING, VatTreatment, learned
from domain.reading.customs import ChargeKind
from domain.reading.finding import Finding, Severity
from domain.tax.code import TaxCode, is_as_delivered
from domain.tax.treatment import FOREIGN, UNKNOWN, Remark, TaxFacts, Treatment, treatment_of

_REFUND = (
    " Foreign VAT is cost here, never input tax; where it was rightly charged, a refund can be"
    " claimed in that country."
)
_SOON = timedelta(days=31)
_LIMITATION = timedelta(days=3 * 365 + 1)
_SET_OFFS = TypeAdapter(tuple[PrepaymentSetOff, ...])
_PREPAYMENT = "VAT_PREPAYMENT"
_OWED = ChargeKind.DUTY_ON_ACCOUNT.value
_BEYOND_CODE = frozenset({"VAT_AMOUNT_WRONG", _PREPAYMENT})  # a code of the lines answers neither
_WHEN_PAID = ("booking_date", "payment_method", "amount_due")
_FIELDS = ("line_items", "taxes", "vendor_vat_id", "vendor_country", "delivery_date")


@dataclass(frozen=True, slots=True)
class TaxProposal:
    """What is proposed for some lines, counted from 1: a code or none, and why.

    `account_number` is proposed only where it is another than that of the vendor: for prepayments.
    `set_offs` are prepayments that are given back in the place of the lines.
    """

    positions: tuple[int, ...]
    code: str | None
    rule: str
    basis: str
    reason: str
    finding: str | None
    severity: str | None
    boxes: tuple[str, ...]
    account_number: str | None = None
    set_offs: tuple[PrepaymentSetOff, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The proposal as a case keeps it."""
        return {
            "positions": list(self.positions),
            "code": self.code,
            "rule": self.rule,
            "basis": self.basis,
            "reason": self.reason,
            "finding": self.finding,
            "severity": self.severity,
            "boxes": list(self.boxes),
            "account_number": self.account_number,
            "set_offs": _SET_OFFS.dump_python(self.set_offs, mode="json"),
        }


@dataclass(frozen=True, slots=True)
class TaxAdvice:
    """Proposals for all lines, what is found on the way, and what is new about the vendor."""

    proposals: tuple[TaxProposal, ...]
    findings: tuple[Finding, ...]
    news: VatTreatment = NOTHING

    def filled(self, invoice: NormalizedInvoice) -> NormalizedInvoice:
        """The invoice with proposed code and account on each line for which nobody named one.

        And with the prepayments that its lines take off.
        """
        known = {at: each for each in self.proposals for at in each.positions}
        lines = (
            replace(
                line,
                tax_code=line.tax_code or known[at].code,
                account_number=line.account_number or known[at].account_number,
            )
            if at in known
            else line
            for at, line in enumerate(invoice.line_items, 1)
        )
        taken = (taken for each in self.proposals for taken in each.set_offs)
        return replace(invoice, line_items=tuple(lines), set_offs=(*invoice.set_offs, *taken))


def advised(
    invoice: NormalizedInvoice,
    tenant: TaxTenant,
    vendor: TaxVendor,
    around: Around,
    books: Books,
) -> TaxAdvice:
    """What the rules of VAT propose for each group of an invoice."""
    proposals: list[TaxProposal] = []
    findings: list[Finding] = []
    groups: list[SeenGroup] = []
    known = known_by(vendor, seat_of(invoice.vendor))
    invoice = with_kinds(invoice, vendor, books.chart.value)
    said = [
        (each, facts_of(each, invoice, tenant, known, around))
        for each in groups_of(invoice, tenant.country)
    ]
    given = _given_back(invoice, vendor, [facts for _, facts in said])
    for group, facts in said:
        alone = _by_ground(facts_of(group, invoice, tenant, vendor.alone, around))
        seat = seat_of(invoice.vendor) or vendor.country
        usual = usual_code_for(facts, seat, known.usual, books.tax_codes)
        found, told = with_usual(_by_ground(facts), alone, facts, known, usual)
        found = _usable(found, books, group.day)
        proposals.extend(_proposals(group, found, _Advances(facts, vendor, books, given)))
        groups.append(SeenGroup(group, facts, found.code))
        if given.is_all_of(group):
            continue
        is_named = all(line.tax_code for line in group.lines)
        is_foreign = facts.rate == FOREIGN
        findings.extend(
            _finding(remark, is_named=is_named, is_foreign=is_foreign)
            for remark in (*_unpaid_asked(found, invoice, books), found.remark)
            if remark.finding
        )
        findings.extend(told)
        findings.extend(contradictions(group, facts, found, books.tax_codes))
    seen = seen_of(invoice, groups, books.tax_codes)
    findings.extend(unusual(vendor, seen))
    findings.extend(given.findings(books))
    return TaxAdvice(tuple(proposals), tuple(findings), _news(vendor, seen))


def _by_ground(facts: TaxFacts) -> Treatment:
    """The treatment, with the paragraph that the document itself names as its basis."""
    found, named = treatment_of(facts), facts.more.get("ground", UNKNOWN)
    if named == UNKNOWN:
        return found
    return replace(found, remark=replace(found.remark, basis=named))


@dataclass(frozen=True, slots=True)
class _GivenBack:
    """Which prepayments the lines of an invoice take off: what is proposed, and all there is."""

    invoice: NormalizedInvoice
    proposed: tuple[PrepaymentSetOff, ...] = ()
    known: tuple[Prepayment, ...] = ()
    is_asked: bool = True

    def of(self, positions: Iterable[int]) -> tuple[PrepaymentSetOff, ...]:
        """What is proposed for lines, counted from 1."""
        wanted = set(positions)
        return tuple(each for each in self.proposed if each.position in wanted)

    def is_all_of(self, group: TaxGroup) -> bool:
        """Whether nothing of a group is booked as its lines say."""
        return all(taken_off.is_whole(self.invoice, at + 1) for at in group.positions)

    def account_of(self, position: int) -> str | None:
        """The account that a line, counted from 1, takes its prepayments off, if it is one."""
        ids = {e.prepayment_id for e in self.invoice.within if e.position == position}
        found = {s.account for e in self.known if e.prepayment_id in ids for s in e.shares}
        return found.pop() if len(found) == 1 else None

    def findings(self, books: Books) -> Iterator[Finding]:
        """What is asked, and told, of the lines."""
        if self.is_asked:
            yield from taken_off.findings(self.invoice, self.known, books.tax_codes)


def _given_back(
    invoice: NormalizedInvoice, vendor: TaxVendor, facts: Iterable[TaxFacts]
) -> _GivenBack:
    """What lines take off; nothing of a bill for a part, whose lines make what is paid next."""
    if any(each.more["doc_type"] == "prepayment" for each in facts):
        return _GivenBack(invoice, is_asked=False)
    proposed = taken_off.set_offs_for(invoice, vendor.prepayments)
    whole = replace(invoice, set_offs=(*invoice.set_offs, *proposed))
    return _GivenBack(whole, proposed, vendor.prepayments)


def _news(vendor: TaxVendor, seen: VatTreatment) -> VatTreatment:
    """What a document would teach of its vendor; what a person decided is not taught anew."""
    is_new = not vendor.is_decided and learned(vendor.usual, seen) != vendor.usual
    return seen if is_new else NOTHING


def without_proposed(
    invoice: NormalizedInvoice, proposals: Iterable[Mapping[str, Any]]
) -> NormalizedInvoice:
    """The invoice with those codes and accounts only that a person named.

    A proposal is made anew each time.
    """
    proposals = list(proposals)
    known = {at: each for each in proposals for at in each["positions"]}
    lines = (_alone(line, known.get(at, {})) for at, line in enumerate(invoice.line_items, 1))
    taken = set(proposed_set_offs(proposals))
    kept = tuple(each for each in invoice.set_offs if each not in taken)
    return replace(invoice, line_items=tuple(lines), set_offs=kept)


def proposed_set_offs(proposals: Iterable[Mapping[str, Any]]) -> list[PrepaymentSetOff]:
    """What stored proposals set off in lines."""
    return [
        each
        for proposal in proposals
        for each in _SET_OFFS.validate_python(proposal.get("set_offs", ()))
    ]


def _alone(line: NormalizedLine, proposal: Mapping[str, Any]) -> NormalizedLine:
    code, account = proposal.get("code"), proposal.get("account_number")
    return replace(
        line,
        tax_code=None if line.tax_code == code else line.tax_code,
        account_number=None if line.account_number == account else line.account_number,
    )


def date_findings(invoice: NormalizedInvoice, today: date) -> Iterator[Finding]:
    """Days that cannot be right, or not yet: a person can still change or explain them.

    A booking date that the books would refuse; an invoice of a day to come; a supply that is still
    to come, whose input tax is deducted when it is made or paid (AT § 12 Abs. 1 Z 1 UStG, DE § 15
    Abs. 1 Satz 1 Nr. 1 UStG). A day is granted: where the sender sits, tomorrow may have begun.
    """
    if invoice.booking_date is not None and is_ahead(invoice.booking_date, today):
        yield Finding(
            "INVALID_DATE",
            f"{invoice.booking_date} lies more than a year ahead.",
            Severity.BLOCKING,
            ("booking_date",),
        )
    tomorrow = today + timedelta(days=1)
    if invoice.invoice_date is not None and invoice.invoice_date > tomorrow:
        is_far = invoice.invoice_date > today + _SOON
        yield Finding(
            "INVOICE_DATE_AHEAD",
            f"The invoice is dated {invoice.invoice_date}, a day that has not come.",
            Severity.BLOCKING if is_far else Severity.WARNING,
            ("invoice_date",),
        )
    if invoice.invoice_date is not None and invoice.invoice_date < today - _LIMITATION:
        yield Finding(
            "INVOICE_DATE_OLD",
            f"The invoice is dated {invoice.invoice_date}, more than three years ago: the claim "
            "may be barred, and input tax belongs to the period in which it could first be "
            "deducted.",
            Severity.HINT,
            ("invoice_date",),
            "BGB § 195, ABGB § 1486, UStG § 15 Abs. 1 (DE), § 12 Abs. 1 Z 1 (AT)",
        )
    own = (line.supply_date for line in invoice.line_items if is_to_come(line, invoice, today))
    supplied = max(filter(None, (invoice.delivery_date, *own)), default=None)
    if supplied is not None and supplied > tomorrow:
        is_of_line = supplied != invoice.delivery_date
        yield Finding(
            "SUPPLY_DATE_AHEAD",
            f"The supply is of {supplied}, a day that has not come: "
            "input tax is deducted when it is made, or paid before.",
            Severity.WARNING,
            ("delivery_date", "line_items") if is_of_line else ("delivery_date",),
        )


def account_findings(
    invoice: NormalizedInvoice, default_account: str | None, books: Books
) -> Iterator[Finding]:
    """Lines whose account cannot take them or their code: a person can still change both."""
    for at, line in enumerate(invoice.line_items):
        number = line.account_number or default_account
        if number is None or not books.knows(number):
            continue
        reason = None if _is_taken_off(line, number, books) else _misfit(line, number, books)
        if reason:
            yield Finding(
                "INVALID_TAX_CODE" if line.tax_code else "INVALID_ACCOUNT",
                f"Line {at + 1}: {reason}",
                Severity.BLOCKING,
                (f"line_items/{at}",),
            )


def import_findings(invoice: NormalizedInvoice, books: Books) -> Iterator[Finding]:
    """Import VAT on the tax account that is deducted and not owed there, or the other way round.

    Owed to who sent the paper it would be paid twice: the tax office takes it off the tax account
    (AT § 26 Abs. 3 Z 2 UStG).
    """
    sums: dict[str, Decimal] = {}
    for line in invoice.line_items:
        code = books.tax_codes.get((line.tax_code or "").upper())
        if code is not None and code.rate is None and code.is_self_assessed:
            sums[code.code] = sums.get(code.code, ZERO) + line.line_total
    for name, left in sums.items():
        if left:
            yield Finding(
                "VAT_IMPORT_NOT_OFFSET",
                f"{name} is owed on the tax account: a line of {-left} on account"
                f" {books.tax_codes[name].self_assess_account} with the same code is missing.",
                Severity.BLOCKING,
                ("line_items",),
                "§ 26 Abs. 3 Z 2 UStG",
            )


def _is_taken_off(line: NormalizedLine, number: str, books: Books) -> bool:
    """Whether a line takes off what is owed on the tax account, where the chart has that."""
    kind = line.supply_kind or kind_of(line.description)
    is_below = line.line_total < ZERO and not line.tax_code
    return is_below and kind == _OWED and number == account_of_kind(kind, books.chart.value)


def _misfit(line: NormalizedLine, number: str, books: Books) -> str | None:
    account = books.accounts[number]
    code = books.tax_codes.get((line.tax_code or "").upper())
    if code is not None and code.active:
        if carries(account, code, books.chart):
            return None
        if is_tax_itself(code):
            return f"{code.code} is import VAT, booked on account {code.vat_account} alone."
        return f"{code.code} cannot be booked on account {number}."
    if takes_purchases(account):
        return None
    return f"Account {number} is neither an expense nor an asset."


def _usable(found: Treatment, books: Books, day: date) -> Treatment:
    """The treatment, unless the tenant's code is not what the law has under that name."""
    if found.code is None or _is_usable(books.tax_codes.get(found.code), books, day):
        return found
    remark = replace(
        found.remark,
        finding="VAT_CODE_CHANGED",
        severity=Severity.BLOCKING.value,
        reason=f"{found.code} is wanted, but the tenant's code of this name is out of use or"
        " has other figures than the law.",
    )
    return replace(found, proposal="ask", remark=remark, boxes=())


def _is_usable(code: TaxCode | None, books: Books, day: date) -> bool:
    return (
        code is not None
        and code.active
        and code.is_valid_on(day)
        and is_as_delivered(code, books.chart)
    )


@dataclass(frozen=True, slots=True)
class _Advances:
    """Which lines are prepayments, give them back, or are tax themselves; where those go.

    What gives one back comes off its account only where it is set off, which uses it up.
    """

    facts: TaxFacts
    vendor: TaxVendor
    books: Books
    given: _GivenBack

    def account_of(self, line: NormalizedLine, code: str | None) -> str | None:
        """Account of a line; None where it is that of any other cost.

        Import VAT stands on the account of its code, and below zero where it is owed on the tax
        account; duty has an account of the chart.
        """
        of_kind = account_of_kind(line.supply_kind, self.books.chart.value)
        if of_kind is not None and line.account_number is None:
            return of_kind if self.books.knows(of_kind) else None
        named = self.books.tax_codes.get((line.tax_code or code or "").upper())
        if named is not None and named.direction == "input" and named.rate is None:
            is_counter = line.line_total < ZERO and named.self_assess_account is not None
            return named.self_assess_account if is_counter else named.vat_account
        cost = line.account_number or self.vendor.account
        account = account_for(cost, line.tax_code or code, self.books)
        is_one = self.facts.more["doc_type"] == "prepayment"
        return account if is_one and account != cost else None


def _proposals(group: TaxGroup, found: Treatment, advances: _Advances) -> Iterator[TaxProposal]:
    """One proposal for the lines of a group that go to one account."""
    remark = found.remark
    lines: dict[str | None, list[int]] = {}
    for position, line in zip(group.positions, group.lines, strict=True):
        taken = advances.given.account_of(position + 1)
        account = taken or advances.account_of(line, found.code)
        lines.setdefault(account, []).append(position + 1)
    for account, positions in lines.items():
        yield TaxProposal(
            tuple(positions),
            found.code,
            remark.rule,
            remark.basis,
            remark.reason,
            remark.finding or None,
            remark.severity or None,
            found.boxes,
            account,
            advances.given.of(positions),
        )


def _unpaid_asked(found: Treatment, invoice: NormalizedInvoice, books: Books) -> Iterator[Remark]:
    """The notes of a treatment; a prepayment that nothing says to be paid is asked.

    Its input tax is deducted once it is paid (AT § 12 Abs. 1 Z 1 lit. b, DE § 15 Abs. 1 Satz 1
    Nr. 1 Satz 3 UStG): a warning alone would deduct it with the posting.
    """
    code = books.tax_codes.get(found.code or "")
    is_open = code is not None and code.deductible and bool(code.rate) and not is_paid(invoice)
    for note in found.notes:
        is_asked = is_open and note.finding == _PREPAYMENT
        yield replace(note, severity=Severity.BLOCKING.value) if is_asked else note


def _finding(remark: Remark, *, is_named: bool, is_foreign: bool) -> Finding:
    """A finding of the rules; what a person has named a code for is no longer asked."""
    severity = Severity(remark.severity or Severity.HINT.value)
    is_asked = severity is Severity.BLOCKING and remark.finding not in _BEYOND_CODE
    return Finding(
        remark.finding,
        remark.reason + (_REFUND if is_foreign else ""),
        Severity.WARNING if is_asked and is_named else severity,
        _WHEN_PAID if remark.finding == _PREPAYMENT else _FIELDS,
        remark.basis,
    )
