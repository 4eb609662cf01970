"""The inbox: what arrived, and what becomes of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from api.deps import Page, ReadDep, SettingsDep, WriteProcessDep, paging, require
from api.errors import responses
from api.intake_orders import IntakeOrdersDep, IntakesDep
from api.schemas.inbox import (
    AddressOut,
    ConfirmedOut,
    InboxItemOut,
    InboxItemShownOut,
    RejectedOut,
    RejectIn,
    StatusName,
)
from api.wire import ExactRoute
from domain.errors import NotFound
from domain.intake.inbox import AlreadyProcessed
from domain.views import inbox, inboxes
from workflows.clients.base import ProcessUnavailable

router = APIRouter(prefix="/v1/inbox", tags=["Inbox"], route_class=ExactRoute)
READ, WRITE = require("kreditoren:read"), require("kreditoren:write")
_REFUSALS = responses(NotFound, AlreadyProcessed, ProcessUnavailable)


@router.get("", dependencies=[READ])
def list_inbox(
    read: ReadDep, page: Annotated[Page, paging(50, 200)], status: StatusName = "pending"
) -> list[InboxItemOut]:
    """List documents, newest first; without a status filter only pending ones."""
    found, total = read(inbox.items, status, limit=page.limit, offset=page.offset)
    return page.of([InboxItemOut.of(item) for item in found], total)


@router.get("/address", dependencies=[READ])
def show_address(read: ReadDep, settings: SettingsDep) -> AddressOut:
    """Show the tenant's inbound mail address."""
    return AddressOut(inbox_address=f"{read(inboxes.local_part_of)}@{settings.inbox_domain}")


@router.get("/{inbox_id}", dependencies=[READ], responses=responses(NotFound))
def show_inbox_item(inbox_id: UUID, read: ReadDep) -> InboxItemShownOut:
    """Show one document with its full extraction and raw text."""
    return InboxItemShownOut.of(read(inbox.item, inbox_id))


@router.post("/{inbox_id}/confirm", dependencies=[WRITE], responses=_REFUSALS)
async def confirm_inbox_item(
    inbox_id: UUID, write: WriteProcessDep, orders: IntakeOrdersDep, intakes: IntakesDep
) -> ConfirmedOut:
    """Mark a document as handled outside; an open review case is closed with that reason."""

    async def act() -> ConfirmedOut:
        await orders.on_item(inbox_id, intakes.confirm)
        return ConfirmedOut(confirmed=True, inbox_id=inbox_id)

    return await write.perform(act)


@router.post("/{inbox_id}/reject", dependencies=[WRITE], responses=_REFUSALS)
async def reject_inbox_item(
    inbox_id: UUID,
    write: WriteProcessDep,
    orders: IntakeOrdersDep,
    intakes: IntakesDep,
    body: RejectIn | None = None,
) -> RejectedOut:
    """Reject an invalid, duplicate or irrelevant document."""

    async def act() -> RejectedOut:
        said = {"reason": body.reason} if body else None
        await orders.on_item(inbox_id, intakes.reject, said)
        return RejectedOut(rejected=True, inbox_id=inbox_id)

    return await write.perform(act)
