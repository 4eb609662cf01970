"""The inbox: what arrived, and what becomes of it."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, UploadFile

from api.http.dependencies import Page, ReadDep, SettingsDep, WriteProcessDep, paging, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.http.uploads import FORM
from api.schemas.inbox import (
    ConfirmedOut,
    InboxAddressOut,
    InboxItemOut,
    InboxItemShownOut,
    RejectedOut,
    RejectIn,
    ReopenedItemOut,
    RereadOut,
    SplitIn,
    SplitOut,
    StatusFilter,
    UploadedOut,
)
from api.v1.inbox_splits import InboxSplitsDep
from api.v1.inbox_uploads import InboxUploadsDep
from api.v1.intake_orders import IntakeOrdersDep, IntakesDep
from domain.access import address_views
from domain.database.blobs import BlobsUnavailable
from domain.errors import NotFound
from domain.formats.pdf_parts import FileNotSplittable
from domain.intake import inbox_views
from domain.intake.inbox import AlreadyProcessed, InboxStatus, NotRejected
from domain.intake.statement_item_store import IsStatement
from workflows.shared.client import ProcessUnavailable

router = APIRouter(prefix="/v1/inbox", tags=["Inbox"], route_class=ExactRoute)
READ, WRITE = require("kreditoren:read"), require("kreditoren:write")
_TAKEN = "PDF, JPEG, PNG, TIFF, HEIC, e-invoices in XML, bank statements, mails, and archives"
_REFUSALS = responses(NotFound, AlreadyProcessed, ProcessUnavailable)


@router.get("", dependencies=[READ])
def list_inbox(
    read: ReadDep, page: Annotated[Page, paging(50, 200)], status: StatusFilter = "pending"
) -> list[InboxItemOut]:
    """List documents, newest first; without a status filter only pending ones.

    `open` stands for all that nobody has decided: processing and pending.
    """
    found, total = read(inbox_views.items, status, limit=page.limit, offset=page.offset)
    now = datetime.now(UTC)
    return page.of([InboxItemOut.of(item, now) for item in found], total)


@router.post(
    "",
    status_code=202,
    dependencies=[WRITE, FORM],
    responses=responses(ProcessUnavailable, BlobsUnavailable),
)
async def upload_to_inbox(
    write: WriteProcessDep,
    uploads: InboxUploadsDep,
    file: Annotated[list[UploadFile] | None, File(description=_TAKEN)] = None,
    files: Annotated[list[UploadFile] | None, File(description="The same, by another name")] = None,
) -> UploadedOut:
    """Take one or several files as if they had come by mail: a row says what became of each."""
    return await write.perform(lambda: uploads.take([*(file or ()), *(files or ())]))


@router.get("/address", dependencies=[READ])
def show_address(read: ReadDep, settings: SettingsDep) -> InboxAddressOut:
    """Show the tenant's inbound mail address."""
    return InboxAddressOut(
        inbox_address=f"{read(address_views.local_part_of)}@{settings.inbox_domain}"
    )


@router.get("/{inbox_id}", dependencies=[READ], responses=responses(NotFound))
def show_inbox_item(inbox_id: UUID, read: ReadDep) -> InboxItemShownOut:
    """Show one document with its full extraction and raw text."""
    return InboxItemShownOut.of(read(inbox_views.item, inbox_id), datetime.now(UTC))


@router.post("/{inbox_id}/confirm", dependencies=[WRITE], responses=_REFUSALS)
async def confirm_inbox_item(
    inbox_id: UUID, write: WriteProcessDep, orders: IntakeOrdersDep, intakes: IntakesDep
) -> ConfirmedOut:
    """Mark a document as handled outside; an open review case is closed with that reason.

    A bank statement that came by mail is imported by it, and confirmed once that is done.
    """

    async def act() -> ConfirmedOut:
        await orders.on_item(inbox_id, intakes.confirm, InboxStatus.CONFIRMED)
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
        await orders.on_item(inbox_id, intakes.reject, InboxStatus.REJECTED, said)
        return RejectedOut(rejected=True, inbox_id=inbox_id)

    return await write.perform(act)


@router.post(
    "/{inbox_id}/reread",
    status_code=202,
    dependencies=[WRITE],
    responses=responses(NotFound, AlreadyProcessed, IsStatement, ProcessUnavailable),
)
async def reread_inbox_item(
    inbox_id: UUID, write: WriteProcessDep, orders: IntakeOrdersDep, intakes: IntakesDep
) -> RereadOut:
    """Have a document read again, whether it was read, could not be, or still waits to be."""

    async def act() -> RereadOut:
        await orders.reread(inbox_id, intakes.reread)
        return RereadOut(reread=True, inbox_id=inbox_id)

    return await write.perform(act)


@router.post(
    "/{inbox_id}/split",
    status_code=202,
    dependencies=[WRITE],
    responses=responses(
        *(NotFound, FileNotSplittable, AlreadyProcessed, IsStatement),
        *(ProcessUnavailable, BlobsUnavailable),
    ),
)
async def split_inbox_item(
    inbox_id: UUID, body: SplitIn, write: WriteProcessDep, splits: InboxSplitsDep
) -> SplitOut:
    """Make several documents of one file by its pages: each part gets a review case of its own.

    The file stays, closed as rejected with a reason that names its parts.
    """

    async def act() -> SplitOut:
        found = await splits.split(inbox_id, body.split(), body.left_out)
        return SplitOut(split=True, inbox_id=inbox_id, documents=found)

    return await write.perform(act)


@router.post(
    "/{inbox_id}/reopen",
    status_code=202,
    dependencies=[WRITE],
    responses=responses(NotFound, NotRejected, IsStatement, ProcessUnavailable),
)
async def reopen_inbox_item(
    inbox_id: UUID, write: WriteProcessDep, orders: IntakeOrdersDep, intakes: IntakesDep
) -> ReopenedItemOut:
    """Take up a document that was rejected or handled outside; it is read again."""

    async def act() -> ReopenedItemOut:
        await orders.reopen(inbox_id, intakes.reread)
        return ReopenedItemOut(reopened=True, inbox_id=inbox_id)

    return await write.perform(act)
