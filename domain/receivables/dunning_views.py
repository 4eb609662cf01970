"""Reads how a tenant dunns, who is overdue, and which letters there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from domain.access.rows import TenantRow
from domain.access.views import company
from domain.database.session import tenant_of
from domain.dates import local_day
from domain.documents import views as documents
from domain.documents.views import Document
from domain.journal_index.views import is_indexed
from domain.letters.rows import LetterRow
from domain.letters.views import Reader
from domain.money import ZERO
from domain.payables import item_views, same_company_views
from domain.payables.sub_ledger import SubLedger
from domain.receivables import customer_views
from domain.receivables.dunning import (
    NOTICE,
    DebtorItem,
    Delivery,
    NoticeItem,
    NoticeNotDrawn,
    NoticeNotFound,
    NoticeState,
)
from domain.receivables.dunning_letter import Addressee, Letter, Sender
from domain.receivables.dunning_policy import DunningPolicy, Language, default_policy
from domain.receivables.rows import (
    CustomerRow,
    DunningNoticeItemRow,
    DunningNoticeRow,
    DunningPolicyRow,
    DunningStopRow,
)

# The level of an item is that of the last released letter which raised it, from that letter's day.
# What we collect ourselves is not asked for while the money is on its way: until the bank refuses
# it or sends it back, or some days after its day no statement has brought it.
_ITEMS = """
    SELECT o.open_item_id,
        CASE WHEN i.id IS NULL THEN o.document_number ELSE i.invoice_number END AS document_number,
        coalesce(i.invoice_date, o.booking_date) AS document_date,
        CASE WHEN i.id IS NULL THEN o.due_date ELSE i.due_date END AS due_date,
        CASE o.side WHEN 'D' THEN 1 ELSE -1 END * (o.amount - s.settled) AS remaining_amount,
        o.currency, coalesce(d.level, 0) AS level, d.released_on AS dunned_on,
        i.id IS NOT NULL AND EXISTS (
            SELECT 1 FROM collection_item k
            JOIN collection f ON f.tenant_id = :tenant AND f.id = k.collection_id
            WHERE k.tenant_id = :tenant AND k.invoice_id = i.id AND f.withdrawn_at IS NULL
              AND f.collection_date >= CAST(:today AS date) - 10
              AND NOT EXISTS (
                SELECT 1 FROM collection_answer r
                WHERE r.tenant_id = :tenant AND r.collection_id = k.collection_id
                  AND coalesce(r.debit, k.position) = k.position AND r.status IN ('RJCT', 'CANC'))
              AND NOT EXISTS (
                SELECT 1 FROM bank_transaction m
                WHERE m.tenant_id = :tenant AND "left"(m.end_to_end_id, 25) = "left"(
                    k.end_to_end_id, 25) AND substr(m.end_to_end_id, 26, 1) = '-'
                  AND m.end_to_end_id = k.end_to_end_id AND m.amount < 0)
        ) AS is_being_collected, c.id AS customer_id
    FROM open_item o
    JOIN account a ON a.tenant_id = :tenant AND a.number = o.account AND a.type = 'asset'
    LEFT JOIN outgoing_invoice i ON i.tenant_id = :tenant AND i.open_item_id = o.open_item_id
    JOIN customer c ON c.tenant_id = :tenant AND c.id = coalesce(o.partner_id, i.customer_id)
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(x.amount), 0) AS settled FROM settlement x
        WHERE x.tenant_id = :tenant AND x.open_item_id = o.open_item_id) s
    LEFT JOIN LATERAL (
        SELECT l.level, n.released_on FROM dunning_notice_item l
        JOIN dunning_notice n ON n.tenant_id = :tenant AND n.id = l.notice_id
        WHERE l.tenant_id = :tenant AND l.open_item_id = o.open_item_id AND n.state = 'released'
        ORDER BY l.level DESC, n.released_on LIMIT 1) d ON true
    WHERE o.tenant_id = :tenant AND o.amount <> s.settled
"""
_MAYBE = " AND o.open_item_id IN (SELECT m FROM items_maybe_open(NULL, NULL) m)"
_OF_CUSTOMER = " AND c.id = :customer ORDER BY due_date, document_date, o.open_item_id"
_DEBTORS = """
    SELECT DISTINCT f.customer_id FROM ({items}) f
    WHERE f.currency = 'EUR' AND f.remaining_amount > 0 AND f.due_date < :today
      AND NOT f.is_being_collected
      AND NOT EXISTS (SELECT 1 FROM dunning_stop x
                      WHERE x.tenant_id = :tenant AND x.customer_id = f.customer_id
                        AND coalesce(x.until > :today, true))
    UNION
    SELECT n.customer_id FROM dunning_notice n
    WHERE n.tenant_id = :tenant AND n.state = 'proposed'
"""


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """Which letters."""

    state: NoticeState | None = None
    customer_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One letter and to whom it goes; `mail_state` is how far its mail is, where it has one."""

    notice: DunningNoticeRow
    customer_name: str
    customer_email: str | None
    mail_state: str | None

    @property
    def delivery(self) -> Delivery:
        """How it goes out, or would if it was released now."""
        is_released = self.notice.state == NoticeState.RELEASED.value
        address = self.notice.mailed_to if is_released else self.customer_email
        return Delivery.MAIL if address else Delivery.PRINT


@dataclass(frozen=True, slots=True)
class DebtorView:
    """Where the dunning of a customer stands today.

    `owed_to_it` is what is open of the vendor who is the same company, in EUR, credits deducted.
    """

    customer_id: UUID
    today: date
    policy: DunningPolicy
    items: Sequence[DebtorItem]
    stop: DunningStopRow | None
    proposed_notice_id: UUID | None
    owed_to_it: Decimal


def policy(session: Session) -> DunningPolicy:
    """How the tenant dunns now."""
    row = session.exec(
        select(DunningPolicyRow)
        .where(DunningPolicyRow.tenant_id == tenant_of(session))
        .order_by(col(DunningPolicyRow.version).desc())
        .limit(1)
    ).first()
    return default_policy() if row is None else DunningPolicy.from_json(row.body, row.version)


def policy_made(session: Session) -> tuple[UUID | None, datetime] | None:
    """Who made the policy that holds, and when; None before anybody said something."""
    newest = col(DunningPolicyRow.version).desc()
    row = session.exec(
        select(DunningPolicyRow.created_by, DunningPolicyRow.created_at)
        .where(DunningPolicyRow.tenant_id == tenant_of(session))
        .order_by(newest)
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def debtor_items(session: Session, customer_id: UUID, today: date) -> list[DebtorItem]:
    """What is left of the items of a customer, the oldest due date first."""
    query = text(_items(session) + _OF_CUSTOMER)
    asked = {"tenant": tenant_of(session), "customer": customer_id, "today": today}
    rows = session.execute(query, asked)
    return [DebtorItem(*row[:-1]) for row in rows]


def overdue_debtors(session: Session, at: datetime) -> list[UUID]:
    """Customers whose dunning is to be at work: overdue and not stopped, or with a proposal."""
    if not policy(session).is_on:
        return []
    today = local_day(at, session.get_one(TenantRow, tenant_of(session)).country)
    query = text(_DEBTORS.format(items=_items(session)))
    found = session.execute(query, {"tenant": tenant_of(session), "today": today})
    return list(found.scalars())


def debtor(session: Session, customer_id: UUID, today: date) -> DebtorView:
    """Where the dunning of a customer stands. Raises NOT_FOUND."""
    customer_views.customer(session, customer_id)
    waiting = proposed(session, customer_id)
    return DebtorView(
        customer_id,
        today,
        policy(session),
        debtor_items(session, customer_id, today),
        stop_of(session, customer_id, today),
        waiting.id if waiting else None,
        _owed_to(session, customer_id),
    )


def _owed_to(session: Session, customer_id: UUID) -> Decimal:
    """What we owe the vendor who is the same company, as a person has said."""
    pairs = same_company_views.pairs(session, {customer_id})
    vendors = {vendor for vendor, customer in pairs if customer == customer_id}
    owed = item_views.left_of_partners(session, vendors, SubLedger.PAYABLE)
    return sum((max(each, ZERO) for each in owed.values()), ZERO)


def stop_of(session: Session, customer_id: UUID, today: date) -> DunningStopRow | None:
    """What keeps a customer from being dunned today."""
    row = session.get(DunningStopRow, (tenant_of(session), customer_id))
    is_over = row is not None and row.until is not None and row.until <= today
    return None if is_over else row


def proposed(session: Session, customer_id: UUID) -> DunningNoticeRow | None:
    """The letter that waits for a release."""
    query = select(DunningNoticeRow).where(
        DunningNoticeRow.tenant_id == tenant_of(session),
        DunningNoticeRow.customer_id == customer_id,
        DunningNoticeRow.state == NoticeState.PROPOSED.value,
    )
    return session.exec(query.execution_options(populate_existing=True)).first()


def notices(
    session: Session, wanted: NoticeFilter, *, limit: int, offset: int
) -> tuple[list[NoticeView], int]:
    """Letters, the newest first, and how many there are in all."""
    conditions = [col(DunningNoticeRow.tenant_id) == tenant_of(session)]
    if wanted.state:
        conditions.append(col(DunningNoticeRow.state) == wanted.state.value)
    if wanted.customer_id:
        conditions.append(col(DunningNoticeRow.customer_id) == wanted.customer_id)
    count = select(func.count()).select_from(DunningNoticeRow).where(*conditions)
    query = (
        _with_name()
        .where(*conditions)
        .order_by(col(DunningNoticeRow.created_at).desc(), col(DunningNoticeRow.id).desc())
        .limit(limit)
        .offset(offset)
    )
    return [NoticeView(*row) for row in session.exec(query)], session.exec(count).one()


def notice(session: Session, notice_id: UUID) -> NoticeView:
    """One letter. Raises NOT_FOUND."""
    query = _with_name().where(
        DunningNoticeRow.tenant_id == tenant_of(session), DunningNoticeRow.id == notice_id
    )
    row = session.exec(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise NoticeNotFound
    return NoticeView(*row)


def lines(session: Session, notice_id: UUID) -> Sequence[NoticeItem]:
    """The lines of a letter: invoices by their due date, then credits."""
    query = (
        select(DunningNoticeItemRow)
        .where(
            DunningNoticeItemRow.tenant_id == tenant_of(session),
            DunningNoticeItemRow.notice_id == notice_id,
        )
        .order_by(
            col(DunningNoticeItemRow.remaining_amount) < 0,
            col(DunningNoticeItemRow.due_date),
            col(DunningNoticeItemRow.open_item_id),
        )
    )
    return [
        NoticeItem(
            row.open_item_id,
            row.level,
            row.document_number,
            row.document_date,
            row.due_date,
            row.remaining_amount,
        )
        for row in session.exec(query)
    ]


def drawn_letter(session: Session, notice_id: UUID) -> Document:
    """The document of a letter. Raises NOT_FOUND or INVALID_STATE_TRANSITION."""
    document_id = notice(session, notice_id).notice.document_id
    if document_id is None:
        raise NoticeNotDrawn
    return documents.document(session, document_id)


def mailed_to(session: Session, notice_id: UUID) -> Reader:
    """Whom the mail with a letter goes to. Raises NOT_FOUND."""
    view = notice(session, notice_id)
    address = view.notice.mailed_to
    return Reader(address or "", view.customer_name, company(session), is_active=bool(address))


def letter(session: Session, notice_id: UUID) -> Letter:
    """All that a letter says, in the words of the policy that it was made by."""
    row = notice(session, notice_id).notice
    made_by = session.get(DunningPolicyRow, (tenant_of(session), row.policy_version))
    said = DunningPolicy.from_json(made_by.body, made_by.version) if made_by else default_policy()
    to = session.get_one(CustomerRow, (tenant_of(session), row.customer_id))
    own = session.get_one(TenantRow, tenant_of(session))
    language = Language(row.language)
    return Letter(
        language=language,
        text=said.levels[row.level - 1].texts[language],
        level=row.level,
        day=row.day,
        pay_until=row.pay_until,
        fee=row.fee,
        total=row.total,
        items=lines(session, notice_id),
        sender=Sender(own.company_name, own.street, own.postal_code, own.city, own.iban, own.bic),
        addressee=Addressee(to.name, to.street, to.zip, to.city, to.country),
    )


def _items(session: Session) -> str:
    return _ITEMS + (_MAYBE if is_indexed(session) else "")


def _with_name() -> Any:
    of_customer = (col(CustomerRow.tenant_id) == DunningNoticeRow.tenant_id) & (
        col(CustomerRow.id) == DunningNoticeRow.customer_id
    )
    mail = (
        select(LetterRow.state)
        .where(
            LetterRow.tenant_id == DunningNoticeRow.tenant_id,
            LetterRow.subject == NOTICE,
            LetterRow.subject_id == DunningNoticeRow.id,
        )
        .correlate(DunningNoticeRow)
        .scalar_subquery()
    )
    columns: Any = (CustomerRow.name, CustomerRow.email, mail)
    return select(DunningNoticeRow, *columns).join(CustomerRow, of_customer)
