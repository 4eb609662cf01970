"""Finds a page of invoices, incoming or outgoing, and how many there are; nothing is joined for it.

What is owed is few and looked at one by one, and so are drafts whose intent was reversed. All
others are found by the numbers of their days.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    exists,
    false,
    func,
    not_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from domain.database import listing_views
from domain.database.listing_views import Counted, Days, Place
from domain.database.session import tenant_of
from domain.journal_index.views import is_indexed, maybe_open
from domain.ledger.rows import IntentRow
from domain.payables.invoice import InvoiceStatus

OWED = (InvoiceStatus.OVERDUE, InvoiceStatus.OPEN, InvoiceStatus.PARTIALLY_PAID)


@dataclass(frozen=True, slots=True)
class InvoiceList:
    """A table of invoices, what is left of each, and the order of those of one instant.

    `is_of_nothing` is true of those that ask for nothing: their intent opened no item.
    """

    row: Any
    state: Any
    is_id_down: bool = False
    is_of_nothing: ColumnElement[bool] = field(default_factory=false)

    @property
    def is_untied(self) -> ColumnElement[bool]:
        """Whether no intent was ever found to be that of the invoice (count_listed.sql)."""
        return and_(col(self.row.open_item_id).is_(None), not_(self.is_of_nothing))

    @property
    def key(self) -> tuple[Any, ...]:
        """What places an invoice in the list."""
        return col(self.row.id), col(self.row.invoice_date), col(self.row.created_at)

    def latest_first(self, of: Any) -> tuple[Any, ...]:
        """The order of the list, by columns of the table or of a query."""
        id_ = of.id.desc() if self.is_id_down else of.id
        return of.invoice_date.desc(), of.created_at.desc(), id_


@dataclass(frozen=True, slots=True)
class InvoicesAsked:
    """Which invoices: of a status and with conditions on columns, among them a stretch of days.

    `counted` are the numbers of the list by which they are known, of tied invoices only where a
    status is asked for; None where a condition is on what nothing counts, such as a partner.
    """

    conditions: Sequence[ColumnElement[bool]]
    counted: Counted | None
    first: date | None
    last: date | None
    status: InvoiceStatus | None
    has_status: ColumnElement[bool]
    is_owed: ColumnElement[bool]


def state_of(row: Any, view: Any) -> Any:
    """What is left of each invoice of a table, by a view of it."""
    # OFFSET 0: looked up for each, whatever the planner knows of tables that grew just now.
    state = select(*(each for each in view.c if each.name not in {"tenant_id", "id"}))
    return (
        state.where(view.c.tenant_id == row.tenant_id, view.c.id == row.id)
        .correlate(row)
        .offset(0)
        .lateral("state")
    )


def page(
    session: Session, of: InvoiceList, asked: InvoicesAsked, *, limit: int, offset: int
) -> tuple[Sequence[UUID], int]:
    """Ids of a page, the latest first, and how many invoices there are in all."""
    if asked.status is InvoiceStatus.DRAFT:
        untied = select(*of.key).where(*asked.conditions, of.is_untied)
        few = union_all(untied, _drafts(session, of, asked.conditions))
        return _page_of_few(session, of, few, limit=limit, offset=offset)
    if asked.status in OWED:
        few = _owed(session, of, [*asked.conditions, asked.has_status])
        return _page_of_few(session, of, few, limit=limit, offset=offset)
    begin = _begin(session, of, asked, offset)
    if begin.is_beyond:
        return [], begin.total
    query: Any = select(col(of.row.id))
    if asked.status:
        query = query.join(of.state, true()).where(asked.has_status)
    query = query.where(*asked.conditions, begin.days_down(col(of.row.invoice_date)))
    query = query.order_by(*of.latest_first(of.row)).limit(limit).offset(begin.skipped)
    return session.scalars(query).all(), begin.total


def _page_of_few(
    session: Session, of: InvoiceList, few: Any, *, limit: int, offset: int
) -> tuple[Sequence[UUID], int]:
    each = few.subquery()
    counted = select(each.c.id, func.count().over()).order_by(*of.latest_first(each.c))
    rows = session.execute(counted.limit(limit).offset(offset)).all()
    if rows or not offset:
        return [row[0] for row in rows], rows[0][1] if rows else 0
    return [], session.execute(select(func.count()).select_from(each)).scalar_one()


def _begin(session: Session, of: InvoiceList, asked: InvoicesAsked, offset: int) -> Place:
    """Where a page begins of all invoices or of those that are paid."""
    is_whole = asked.first is None and asked.last is None and asked.status is None
    if asked.counted is not None and is_whole:
        return listing_views.place(session, asked.counted, offset)
    if asked.counted is not None:
        days = asked.counted.days(session, asked.first, asked.last)
    else:
        tied = not_(of.is_untied) if asked.status else true()
        days = _by_day(select(*of.key).where(*asked.conditions, tied), 1)
    if asked.status:
        drafts = _drafts(session, of, asked.conditions)
        owed = _owed(session, of, [*asked.conditions, asked.is_owed])
        days = union_all(days, _by_day(drafts, -1), _by_day(owed, -1))
    return listing_views.place_among(session, days, offset)


def _by_day(invoices: Any, sign: int) -> Days:
    each = invoices.subquery()
    rows = (sign * func.count()).label("rows")
    return select(each.c.invoice_date.label("day"), rows).group_by(each.c.invoice_date)


def _drafts(session: Session, of: InvoiceList, conditions: Sequence[ColumnElement[bool]]) -> Any:
    """Tied invoices that are drafts again, because their intent was reversed."""
    again = aliased(IntentRow)
    tenant_id, intent_id = tenant_of(session), col(of.row.intent_id)
    is_reversed_again = exists().where(
        col(again.tenant_id) == tenant_id, col(again.reverses_intent_id) == IntentRow.intent_id
    )
    # Nearly no reversal is reversed itself: the chain is walked where there is one.
    is_cancelled = case((~is_reversed_again, True), else_=func.is_cancelled(tenant_id, intent_id))
    return (
        select(*of.key)
        .join(IntentRow, col(IntentRow.reverses_intent_id) == intent_id)
        .where(
            *conditions,
            col(IntentRow.tenant_id) == tenant_id,
            col(IntentRow.reverses_intent_id).is_not(None),
            not_(of.is_untied),
            is_cancelled,
        )
    )


def _owed(session: Session, of: InvoiceList, conditions: Sequence[ColumnElement[bool]]) -> Any:
    """Invoices with conditions among those of which something may be owed."""
    found = select(*of.key).join(of.state, true()).where(*conditions)
    if not is_indexed(session):
        return found
    maybe = maybe_open()
    # OFFSET 0: each is looked up, whatever the planner knows of tables that grew just now.
    each = found.where(col(of.row.open_item_id) == maybe.c.id).offset(0).lateral("each")
    return select(each).select_from(maybe.join(each, true()))
