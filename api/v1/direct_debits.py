"""Direct debits: mandates of customers, and files that collect what they owe."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from sqlmodel import Session

from api.http.dependencies import Page, ReadDep, TodayDep, WriteDep, paging, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.direct_debits import (
    CollectionIn,
    CollectionListedOut,
    CollectionOut,
    CollectionWithdrawalIn,
    MandateIn,
    MandateOut,
)
from domain.errors import NotFound
from domain.payments import collection_store
from domain.payments import collection_views as views
from domain.payments.business_day import NotABusinessDay
from domain.payments.collecting import (
    CreditorIdMissing,
    InvoiceBeingCollected,
    NotCollectable,
    NoticeTooShort,
)
from domain.payments.collection_store import CollectionWithdrawn, NewCollection
from domain.payments.mandate import MandateExists, MandateNotFound, MandateNotUsable
from domain.payments.run import BankAccountNotFound, InvoiceNotFound

router = APIRouter(prefix="/v1", tags=["Direct debits"], route_class=ExactRoute)
READ, WRITE = require("debitoren:read"), require("debitoren:write")


@router.get("/mandates", dependencies=[READ])
def list_mandates(
    read: ReadDep,
    page: Annotated[Page, paging(500, 500)],
    customer_id: UUID | None = None,
) -> list[MandateOut]:
    """List mandates, the newest signature first."""
    found, total = read(views.mandates, customer_id, limit=page.limit, offset=page.offset)
    return page.of([MandateOut.of(each) for each in found], total)


@router.post(
    "/mandates",
    status_code=201,
    dependencies=[WRITE],
    responses=responses(NotFound, MandateExists),
)
def add_mandate(body: MandateIn, write: WriteDep) -> MandateOut:
    """Keep a mandate that a customer has signed; its reference is unique in the company."""
    mandate = body.mandate(uuid4())

    def act(session: Session) -> MandateOut:
        collection_store.add_mandate(session, mandate)
        return MandateOut.of(views.mandate(session, mandate.mandate_id))

    return write(act)


@router.post(
    "/mandates/{mandate_id}/revoke",
    dependencies=[WRITE],
    responses=responses(MandateNotFound, MandateNotUsable),
)
def revoke_mandate(mandate_id: UUID, write: WriteDep) -> MandateOut:
    """Note that the customer took a mandate back; it collects nothing from now on."""

    def act(session: Session) -> MandateOut:
        collection_store.revoke_mandate(session, mandate_id)
        session.expire_all()
        return MandateOut.of(views.mandate(session, mandate_id))

    return write(act)


@router.get("/direct-debits", dependencies=[READ])
def list_direct_debits(
    read: ReadDep, page: Annotated[Page, paging(100, 500)]
) -> list[CollectionListedOut]:
    """List files of direct debits, the newest first."""
    found, total = read(views.collections, limit=page.limit, offset=page.offset)
    return page.of([CollectionListedOut.of(each) for each in found], total)


@router.post(
    "/direct-debits",
    status_code=201,
    dependencies=[WRITE],
    responses=responses(
        CreditorIdMissing,
        BankAccountNotFound,
        NotABusinessDay,
        InvoiceNotFound,
        NotCollectable,
        NoticeTooShort,
        MandateNotUsable,
        InvoiceBeingCollected,
    ),
)
def collect(body: CollectionIn, write: WriteDep, today: TodayDep) -> CollectionOut:
    """Collect what customers owe: the file is written, validated and stored at once."""
    new = NewCollection(
        collection_id=uuid4(),
        bank_account_id=body.bank_account_id,
        collection_date=body.collection_date,
        scheme=body.scheme,
        told_on={each.invoice_id: each.told_on for each in body.invoices},
    )

    def act(session: Session) -> CollectionOut:
        collection_store.collect(session, new, today, datetime.now(UTC))
        return CollectionOut.shown(views.collection(session, new.collection_id))

    return write(act)


@router.get("/direct-debits/{collection_id}", dependencies=[READ], responses=responses(NotFound))
def show_direct_debit(collection_id: UUID, read: ReadDep) -> CollectionOut:
    """Show one file with its items, byte for byte as it was made."""
    return CollectionOut.shown(read(views.collection, collection_id))


@router.post(
    "/direct-debits/{collection_id}/withdraw",
    dependencies=[WRITE],
    responses=responses(NotFound, CollectionWithdrawn),
)
def withdraw_direct_debit(
    collection_id: UUID, body: CollectionWithdrawalIn, write: WriteDep
) -> CollectionOut:
    """Note that the bank does not carry a file out; its invoices can be collected again."""

    def act(session: Session) -> CollectionOut:
        collection_store.withdraw(session, collection_id, body.reason)
        session.expire_all()
        return CollectionOut.shown(views.collection(session, collection_id))

    return write(act)
