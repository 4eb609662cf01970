"""Reads review cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import and_, bindparam, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from domain.access import views as access
from domain.access.rows import UserRow
from domain.approvals import views as policies
from domain.approvals.decisions import need_of_invoice, needed
from domain.approvals.views import Approvals, Given, InForce
from domain.database import listing_views
from domain.database.listing_views import Counted
from domain.database.plain import TENANT, is_among, rows_among, rows_of
from domain.database.session import tenant_of
from domain.errors import InvalidInput, NotFound
from domain.intake import assignment_views
from domain.intake.case_store import invoice_of, state_of
from domain.intake.decision_views import CaseDecision, decisions
from domain.intake.inbox_views import AttachedDocument, attachments_of
from domain.intake.rows import CaseAssignmentRow, ReviewCaseRow
from domain.intake.taken_off import is_below, taken_off
from domain.intake.tax_proposal import proposed_set_offs
from domain.intake.vendor_match import match
from domain.intake.vendor_views import known_vendors
from domain.money import ZERO
from domain.payables import prepayment_views
from domain.payables.prepayment import by_prepayment, proposed


@dataclass(frozen=True, slots=True)
class OfferedPrepayment:
    """What is left of a prepayment to the vendor, and how much of it is proposed, if anything."""

    open_item_id: UUID | None
    intent_id: UUID | None
    document_number: str | None
    booking_date: date
    left_amount: Decimal
    proposed_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """One case; the JSON parts are as the wire has them, amounts as text."""

    id: UUID
    queue_state: str
    inbox_id: UUID
    document_id: UUID
    vendor_id: UUID | None
    normalized_invoice: dict[str, Any]
    vendor_candidates: list[Any]
    findings: list[Any]
    tax_proposals: list[Any]
    validation_issues: list[Any]
    duplicate_hint: dict[str, Any] | None
    compliance_check: dict[str, Any] | None
    posting_error: dict[str, Any] | None
    rejection_reason: str | None
    invoice_id: UUID | None
    intent_id: UUID | None
    decided_by: UUID | None
    decided_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    approvals: Approvals
    decision: CaseDecision | None
    attachments: tuple[AttachedDocument, ...] = ()
    decided_by_name: str | None = None
    prepayments: tuple[OfferedPrepayment, ...] = ()
    assignee_id: UUID | None = None
    assignee_name: str | None = None


@dataclass(frozen=True, slots=True)
class SeenCase:
    """What an order on a case names: its item, its document, and the version that it has now."""

    inbox_id: UUID
    document_id: UUID
    version: int


_JOINED = {"attachments", "approvals", "decision", "decided_by_name", "prepayments",
           "assignee_id", "assignee_name"}  # fmt: skip
_STORED = tuple(name for name in ReviewCase.__slots__ if name not in _JOINED)


def cases(
    session: Session, queue_state: str | None, *, limit: int, offset: int
) -> tuple[Sequence[ReviewCase], int]:
    """Cases, the one that has waited longest first, and how many there are in all."""
    parts = () if queue_state is None else (queue_state,)
    counted = Counted("review_case", parts)
    begin = listing_views.place(session, counted, offset, is_upwards=True)
    if begin.is_beyond:
        return [], begin.total
    page = _page_query(is_of_state=queue_state is not None, is_first=begin.since is None)
    named = {"state": queue_state, "since": begin.since, "limit": limit, "offset": begin.skipped}
    return list(_shown(session, rows_of(session, page, **named)).values()), begin.total


@cache
def _page_query(*, is_of_state: bool, is_first: bool) -> Any:
    """A page, whose ids an index holds: no row before it is fetched."""
    row = ReviewCaseRow
    oldest_first = col(row.created_at), col(row.id)
    page = (
        sqlalchemy.select(col(row.id))
        .where(
            col(row.tenant_id) == TENANT,
            col(row.queue_state) == bindparam("state") if is_of_state else true(),
            true() if is_first else col(row.created_at) >= bindparam("since"),
        )
        .order_by(*oldest_first)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
        .subquery()
    )
    return _cases_query().join(page, page.c.id == col(row.id)).order_by(*oldest_first)


def assigned_cases(
    session: Session, assignee: UUID | None, queue_state: str | None, *, limit: int, offset: int
) -> tuple[Sequence[ReviewCase], int]:
    """Waiting cases of one person, or of nobody, the one that has waited longest first.

    Raises InvalidInput for a state in which no case waits.
    """
    states = assignment_views.WAITING if queue_state is None else (queue_state,)
    if not set(states) <= set(assignment_views.WAITING):
        raise InvalidInput("query/assignee", "is for cases that wait")
    ids, total = assignment_views.waiting(session, assignee, states, limit=limit, offset=offset)
    return _of(session, ids), total


def _of(session: Session, ids: Sequence[UUID]) -> list[ReviewCase]:
    """Cases by their ids, in that order."""
    if not ids:
        return []
    found = _shown(session, rows_among(session, _among_query(), ids))
    return [found[each] for each in ids]


@cache
def _among_query() -> Any:
    return _cases_query().where(is_among(col(ReviewCaseRow.id)))


@cache
def _cases_query() -> Any:
    """Cases, who looks after each, as long as they may come in, and who decided it."""
    row, given, person = ReviewCaseRow, CaseAssignmentRow, UserRow
    judge = aliased(person)
    asked: Any = (getattr(row, name) for name in _STORED)
    return (
        sqlalchemy.select(
            *asked,
            col(person.id).label("assignee_id"),
            col(person.name).label("assignee_name"),
            col(judge.name).label("decided_by_name"),
        )
        .select_from(row)
        .outerjoin(
            given,
            and_(col(given.tenant_id) == col(row.tenant_id), col(given.case_id) == col(row.id)),
        )
        .outerjoin(
            person,
            and_(
                col(person.tenant_id) == col(given.tenant_id),
                col(person.id) == col(given.assignee_id),
                access.is_admitted(),
            ),
        )
        .outerjoin(
            judge,
            and_(col(judge.tenant_id) == col(row.tenant_id), col(judge.id) == col(row.decided_by)),
        )
        .where(col(row.tenant_id) == TENANT)
    )


def case(session: Session, case_id: UUID) -> ReviewCase:
    """One case. Raises NotFound."""
    (row,) = rows_among(session, _among_query(), [case_id]) or (None,)
    if row is None:
        raise _no_case()
    found = _shown(session, [row])[case_id]
    return replace(
        found,
        prepayments=_offered(session, row),
        vendor_candidates=_candidates(session, row),
    )


def _candidates(session: Session, row: ReviewCaseRow) -> list[Any]:
    """Who an open case without a vendor may be of, by those who are known now.

    A vendor that was made since the document was read is among them.
    """
    if row.vendor_id is not None or state_of(row).is_final:
        return row.vendor_candidates
    return match(invoice_of(row).vendor, known_vendors(session)).candidates_json()


def _offered(session: Session, row: ReviewCaseRow) -> tuple[OfferedPrepayment, ...]:
    """What an open case could be set off against, where its document says that it was prepaid.

    What is proposed or chosen already stays offered: a person may choose otherwise.
    """
    invoice = invoice_of(row)
    is_prepaid = bool(invoice.to_set_off or invoice.set_offs or is_below(invoice))
    if row.vendor_id is None or not is_prepaid or state_of(row).is_final:
        return ()
    known = prepayment_views.prepayments(session, row.vendor_id)
    lines = taken_off(invoice, known)
    wanted = invoice.to_set_off or sum((-each.line.line_total for each in lines), ZERO)
    if not wanted and not invoice.set_offs:
        return ()
    amounts = by_prepayment(proposed_set_offs(row.tax_proposals)) or proposed(known, wanted)
    return tuple(
        OfferedPrepayment(
            each.open_item_id,
            each.intent_id,
            each.document_number,
            each.booking_date,
            each.left_amount,
            amounts.get(each.prepayment_id),
        )
        for each in known
    )


def seen(session: Session, case_id: UUID) -> SeenCase:
    """What an order on a case needs of it. Raises NotFound."""
    rows = rows_among(session, _seen_query(), [case_id])
    if not rows:
        raise _no_case()
    return SeenCase(*rows[0])


@cache
def _seen_query() -> Any:
    row = ReviewCaseRow
    asked: Any = (getattr(row, name) for name in SeenCase.__slots__)
    return sqlalchemy.select(*asked).where(col(row.tenant_id) == TENANT, is_among(col(row.id)))


def of_invoices(session: Session, invoice_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The cases that invoices came from, by the invoice; those without one are left out."""
    query = select(ReviewCaseRow.invoice_id, ReviewCaseRow.id).where(
        ReviewCaseRow.tenant_id == tenant_of(session),
        col(ReviewCaseRow.invoice_id).in_(invoice_ids),
    )
    return {invoice_id: case_id for invoice_id, case_id in session.exec(query) if invoice_id}


def _no_case() -> NotFound:
    return NotFound("There is no such review case.")


def _shown(session: Session, rows: Sequence[Any]) -> Mapping[UUID, ReviewCase]:
    """These cases with what their items brought along, and who has approved them."""
    ids = [row.id for row in rows]
    brought = attachments_of(session, [row.inbox_id for row in rows])
    given = policies.given(session, "review_case", ids)
    decided = decisions(session, ids)
    force = policies.in_force_now(session)
    return {
        row.id: ReviewCase(
            **{name: getattr(row, name) for name in _STORED},
            decision=decided.get(row.id),
            decided_by_name=row.decided_by_name,
            approvals=_approvals(row, given.get(row.id, []), force),
            attachments=brought.get(row.inbox_id, ()),
            assignee_id=row.assignee_id,
            assignee_name=row.assignee_name,
        )
        for row in rows
    }


def _approvals(row: Any, given: Sequence[Given], force: InForce) -> Approvals:
    """Approvals that count: of the case as it is, or as it was when it was posted."""
    last = max((each.version for each in given), default=row.version)
    counts = last if row.intent_id is not None else row.version
    by = tuple(each.user_id for each in given if each.version == counts)
    if state_of(row).is_final:
        return Approvals(len(by), by)
    need = need_of_invoice(force.policy, invoice_of(row).gross_in_base, row.vendor_id)
    return Approvals(needed(need, may_alone=force.may_alone), by)
