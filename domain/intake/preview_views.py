"""Reads what would be posted of a case, as it is or with changes that nobody has stored yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from domain.database.session import tenant_of
from domain.dates import month_of
from domain.errors import DomainError, NotFound
from domain.intake import approval_store, assessment_store, posting, review_store
from domain.intake.posting import ApprovedCase
from domain.intake.rows import InboxItemRow, ReviewCaseRow
from domain.intake.tax_proposal import TaxProposal
from domain.ledger.booking import Books, intent_of
from domain.ledger.books_store import books
from domain.ledger.intent import Posting, Side
from domain.money import ZERO
from domain.payables import prepayment_store
from domain.payables.rows import VendorRow
from domain.posting.outcome import PeriodLocked


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One posting: an account with its name, a side, and the code that it was split by."""

    account: str
    name: str
    side: Side
    amount: Decimal
    tax_code: str | None
    tax_part: str | None
    is_owed: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be posted on which day, in EUR; else what the books would refuse.

    `proposals` say why lines have their tax codes.
    """

    booking_date: date | None = None
    due_date: date | None = None
    lines: tuple[PreviewLine, ...] = ()
    refusal: DomainError | None = None
    proposals: tuple[TaxProposal, ...] = ()

    @property
    def total(self) -> Decimal:
        """Sum of the debits, which is that of the credits."""
        return sum((line.amount for line in self.lines if line.side is Side.DEBIT), ZERO)


def preview(
    session: Session,
    case_id: UUID,
    at: datetime,
    changes: dict[str, Any] | None = None,
    account: str | None = None,
) -> Preview:
    """What an approval at this instant would post. Raises NotFound.

    `account` is the usual one of a vendor that is yet to be made.
    """
    row, item = _held(session, case_id)
    proposal = review_store.proposal_of(row)
    if changes:
        proposal = review_store.changed(session, row, changes)
    version = item.extraction_version
    read = assessment_store.reading_of(session, row.document_id, version)
    judged = assessment_store.judge(session, item, proposal, read)
    vendor = session.get(VendorRow, (tenant_of(session), proposal.vendor_id or UUID(int=0)))
    case = approval_store.case_of(session, row, judged.invoice, vendor, at)
    if vendor is None:
        case = replace(case, default_account=account)
    known = books(session, tenant_of(session))
    try:
        set_offs = judged.invoice.set_offs
        case = replace(case, prepayments=prepayment_store.check(session, case.vendor_id, set_offs))
        found = _posted(case, _set_off(session, row, case, known), known)
    except DomainError as refusal:
        found = Preview(refusal=refusal)
    return replace(found, proposals=judged.proposals)


def _set_off(
    session: Session, row: ReviewCaseRow, case: ApprovedCase, known: Books
) -> Sequence[Posting]:
    """What sets the invoice off against prepayments."""
    if not case.invoice.beside:
        return ()
    order = approval_store.set_off_order(session, row, case)
    booking = prepayment_store.booking_of(order, case.prepayments, known)
    return intent_of(booking, known).postings


def _posted(case: ApprovedCase, set_off: Sequence[Posting], known: Books) -> Preview:
    intent = intent_of(posting.booking_of(case), known)
    posting.check_rates(case, known.tax_codes)
    if month_of(intent.booking_date) in case.closed:
        raise PeriodLocked(month_of(intent.booking_date))
    lines = tuple(_line(each, known) for each in _joined((*intent.postings, *set_off)))
    return Preview(intent.booking_date, case.invoice.due_date, lines)


def _joined(postings: Sequence[Posting]) -> list[Posting]:
    """Postings on one account, side and code as one line, debits first."""
    sums: dict[tuple[Any, ...], Posting] = {}
    for each in postings:
        key = (each.side, each.account, each.tax_code, each.tax_part, each.partner_id)
        known = sums.get(key)
        amount = each.amount + (known.amount if known else ZERO)
        sums[key] = Posting(
            each.account, each.side, amount, each.tax_code, each.tax_part, each.partner_id
        )
    return sorted(sums.values(), key=lambda each: each.side is Side.CREDIT)


def _line(posted: Posting, known: Books) -> PreviewLine:
    return PreviewLine(
        posted.account,
        known.accounts[posted.account].name,
        posted.side,
        posted.amount,
        posted.tax_code,
        posted.tax_part.value if posted.tax_part else None,
        posted.partner_id is not None,
    )


def _held(session: Session, case_id: UUID) -> tuple[ReviewCaseRow, InboxItemRow]:
    found = session.exec(
        select(ReviewCaseRow, InboxItemRow)
        .join(
            InboxItemRow,
            (InboxItemRow.tenant_id == ReviewCaseRow.tenant_id)  # type: ignore[arg-type]
            & (InboxItemRow.id == ReviewCaseRow.inbox_id),
        )
        .where(ReviewCaseRow.tenant_id == tenant_of(session), ReviewCaseRow.id == case_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such review case.")
    return found
