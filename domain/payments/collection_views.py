"""Reads mandates, collections, and which outgoing invoices could be collected."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from domain.database.among import among
from domain.database.session import tenant_of
from domain.errors import NotFound
from domain.payments import collection_answer_views
from domain.payments.bank_answer import Outcome
from domain.payments.collecting import RETURNED_WITHIN, Collectable
from domain.payments.mandate import Mandate, MandateNotFound, Scheme
from domain.payments.rows import CollectionItemRow, CollectionRow, MandateRow
from domain.receivables.rows import OUTGOING_INVOICE_STATE, CustomerRow, OutgoingInvoiceRow


@dataclass(frozen=True, slots=True)
class MandateView:
    """One mandate as it is stored, and as it can be used."""

    row: MandateRow
    mandate: Mandate


@dataclass(frozen=True, slots=True)
class CollectionView:
    """One file with what it collects."""

    collection: CollectionRow
    items: tuple["CollectedView", ...] = ()


@dataclass(frozen=True, slots=True)
class CollectedView:
    """One debit, and where it stands at the bank."""

    item: CollectionItemRow
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class CollectedFrom:
    """The number of an invoice that is collected, and its customer."""

    invoice_number: str
    customer_id: UUID
    customer_name: str


def mandates(
    session: Session, customer_id: UUID | None, *, limit: int, offset: int
) -> tuple[list[MandateView], int]:
    """Mandates, the newest signature first, and how many there are."""
    wanted = [MandateRow.tenant_id == tenant_of(session)]
    if customer_id is not None:
        wanted.append(MandateRow.customer_id == customer_id)
    total = session.exec(select(func.count()).select_from(MandateRow).where(*wanted)).one()
    newest = (col(MandateRow.signed_on).desc(), col(MandateRow.id))
    query = select(MandateRow).where(*wanted).order_by(*newest).limit(limit).offset(offset)
    rows = session.exec(query).all()
    used = _last_used(session, [row.id for row in rows])
    return [MandateView(row, _mandate(row, used.get(row.id))) for row in rows], total


def mandate(session: Session, mandate_id: UUID) -> MandateView:
    """One mandate, or MANDATE_NOT_FOUND."""
    row = session.get(MandateRow, (tenant_of(session), mandate_id))
    if row is None:
        raise MandateNotFound(mandate_id)
    return MandateView(row, _mandate(row, _last_used(session, [mandate_id]).get(mandate_id)))


def collections(session: Session, *, limit: int, offset: int) -> tuple[list[CollectionView], int]:
    """Files of direct debits without their items, the newest first, and how many there are."""
    mine = CollectionRow.tenant_id == tenant_of(session)
    total = session.exec(select(func.count()).select_from(CollectionRow).where(mine)).one()
    newest = (col(CollectionRow.created_at).desc(), col(CollectionRow.id))
    query = select(CollectionRow).where(mine).order_by(*newest).limit(limit).offset(offset)
    return [CollectionView(row) for row in session.exec(query)], total


def collection(session: Session, collection_id: UUID) -> CollectionView:
    """One file with its items, or NOT_FOUND."""
    row = session.get(CollectionRow, (tenant_of(session), collection_id))
    if row is None:
        raise NotFound("There is no such collection.")
    query = (
        select(CollectionItemRow)
        .where(
            CollectionItemRow.tenant_id == row.tenant_id,
            CollectionItemRow.collection_id == row.id,
        )
        .order_by(col(CollectionItemRow.position))
    )
    items = tuple(session.exec(query))
    told = collection_answer_views.outcomes(session, row, items)
    return CollectionView(row, tuple(CollectedView(each, told[each.position]) for each in items))


def debtors(session: Session, invoice_ids: Iterable[UUID]) -> dict[UUID, CollectedFrom]:
    """What is collected of whom, by the invoices of a file."""
    query = (
        select(
            OutgoingInvoiceRow.id,
            OutgoingInvoiceRow.invoice_number,
            CustomerRow.id,
            CustomerRow.name,
        )
        .join(
            CustomerRow,
            and_(
                col(CustomerRow.tenant_id) == OutgoingInvoiceRow.tenant_id,
                col(CustomerRow.id) == OutgoingInvoiceRow.customer_id,
            ),
        )
        .where(
            OutgoingInvoiceRow.tenant_id == tenant_of(session),
            among(col(OutgoingInvoiceRow.id), invoice_ids),
        )
    )
    rows = session.exec(query)
    return {id_: CollectedFrom(number, of, name) for id_, number, of, name in rows}


def collectables(
    session: Session, invoice_ids: Iterable[UUID], scheme: Scheme
) -> dict[UUID, Collectable]:
    """Outgoing invoices as they are now, with the newest mandate of the scheme in force."""
    state = OUTGOING_INVOICE_STATE.c
    query: Any = (
        select(OutgoingInvoiceRow, state.intent_id, state.remaining_amount)
        .join(
            OUTGOING_INVOICE_STATE,
            and_(
                state.tenant_id == OutgoingInvoiceRow.tenant_id, state.id == OutgoingInvoiceRow.id
            ),
        )
        .where(
            OutgoingInvoiceRow.tenant_id == tenant_of(session),
            among(col(OutgoingInvoiceRow.id), invoice_ids),
        )
    )
    rows = list(session.exec(query))
    known = _mandates_of(session, {row.customer_id for row, _, _ in rows}, scheme)
    return {
        row.id: Collectable(
            invoice_id=row.id,
            invoice_number=row.invoice_number,
            is_invoice=row.type == "invoice",
            is_linked=intent_id is not None,
            currency=row.currency,
            remaining_amount=remaining,
            mandate=known.get(row.customer_id),
        )
        for row, intent_id, remaining in rows
    }


def being_collected(session: Session, invoice_ids: Iterable[UUID], today: date) -> list[UUID]:
    """Invoices in a file that is not withdrawn and whose money may still come or go back.

    What the bank has refused or sent back is free, unless it may have been collected all the same.
    """
    query = (
        select(CollectionItemRow)
        .join(
            CollectionRow,
            and_(
                col(CollectionRow.tenant_id) == CollectionItemRow.tenant_id,
                col(CollectionRow.id) == CollectionItemRow.collection_id,
            ),
        )
        .where(
            CollectionItemRow.tenant_id == tenant_of(session),
            among(col(CollectionItemRow.invoice_id), invoice_ids),
            col(CollectionRow.withdrawn_at).is_(None),
            CollectionRow.collection_date >= today - RETURNED_WITHIN,
        )
        .order_by(col(CollectionItemRow.invoice_id))
    )
    items = list(session.exec(query))
    free = collection_answer_views.free_items(session, {each.collection_id for each in items})
    return [each.invoice_id for each in items if (each.collection_id, each.position) not in free]


def _mandates_of(
    session: Session, customer_ids: Iterable[UUID], scheme: Scheme
) -> dict[UUID, Mandate]:
    query = (
        select(MandateRow)
        .where(
            MandateRow.tenant_id == tenant_of(session),
            among(col(MandateRow.customer_id), customer_ids),
            MandateRow.scheme == scheme.value,
            col(MandateRow.revoked_at).is_(None),
        )
        .order_by(col(MandateRow.signed_on), col(MandateRow.created_at))
    )
    rows = list(session.exec(query))
    used = _last_used(session, [row.id for row in rows])
    return {row.customer_id: _mandate(row, used.get(row.id)) for row in rows}


def _last_used(session: Session, mandate_ids: list[UUID]) -> dict[UUID, date]:
    query = (
        select(CollectionItemRow.mandate_id, func.max(CollectionRow.collection_date))
        .join(
            CollectionRow,
            and_(
                col(CollectionRow.tenant_id) == CollectionItemRow.tenant_id,
                col(CollectionRow.id) == CollectionItemRow.collection_id,
            ),
        )
        .where(
            CollectionItemRow.tenant_id == tenant_of(session),
            among(col(CollectionItemRow.mandate_id), mandate_ids),
            col(CollectionRow.withdrawn_at).is_(None),
        )
        .group_by(col(CollectionItemRow.mandate_id))
    )
    return dict(session.exec(query).all())


def _mandate(row: MandateRow, last_used: date | None) -> Mandate:
    return Mandate(
        mandate_id=row.id,
        customer_id=row.customer_id,
        reference=row.reference,
        holder=row.holder,
        iban=row.iban,
        signed_on=row.signed_on,
        scheme=Scheme(row.scheme),
        is_recurrent=row.is_recurrent,
        bic=row.bic,
        notice_days=row.notice_days,
        last_used=last_used,
        is_revoked=row.revoked_at is not None,
    )
