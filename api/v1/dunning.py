"""Dunning: how a tenant dunns, letters to debtors, and debtors that are not dunned."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import Session

from api.http.at_once import at_once
from api.http.dependencies import (
    CallerDep,
    CommandDep,
    Page,
    ReadDep,
    TemporalDep,
    TodayDep,
    WriteDep,
    WriteProcessDep,
    paging,
    require,
)
from api.http.downloads import disposition
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.http.uploads import BlobsDep
from api.schemas.dunning import (
    DebtorOut,
    DunningNoticeListedOut,
    DunningNoticeOut,
    DunningPolicyIn,
    DunningPolicyOut,
    DunningStopIn,
    NoticeStateName,
)
from domain.errors import NotFound, Unavailable
from domain.receivables import dunning_store as store
from domain.receivables import dunning_views as views
from domain.receivables.dunning import (
    NoticeNotDrawn,
    NoticeNotFound,
    NoticeNotProposed,
    NoticeOutdated,
    NoticeState,
)
from workflows.dunning.client import Dunnings
from workflows.shared.client import ProcessUnavailable

router = APIRouter(prefix="/v1", tags=["Dunning"], route_class=ExactRoute)
READ, WRITE = require("debitoren:read"), require("debitoren:write")
_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}


def dunning_sender(temporal: TemporalDep) -> Dunnings:
    """Make the sender to debtors."""
    return Dunnings(temporal)


DunningsDep = Annotated[Dunnings, at_once(dunning_sender)]


@router.get("/dunning-policy", dependencies=[READ])
def show_dunning_policy(read: ReadDep) -> DunningPolicyOut:
    """Show how the tenant dunns: levels, fees and words."""
    return DunningPolicyOut.of(read(views.policy))


@router.put(
    "/dunning-policy", dependencies=[WRITE], responses=responses(store.DunningPolicyChanged)
)
def change_dunning_policy(body: DunningPolicyIn, write: WriteDep) -> DunningPolicyOut:
    """Make the next version; letters that were proposed by the one before are made anew."""
    policy, at = body.policy(), datetime.now(UTC)

    def act(session: Session) -> DunningPolicyOut:
        return DunningPolicyOut.of(store.change_policy(session, policy, body.version, at))

    return write(act)


@router.get("/dunning-notices", dependencies=[READ])
def list_dunning_notices(
    read: ReadDep,
    page: Annotated[Page, paging(50, 200)],
    state: NoticeStateName | None = None,
    customer_id: UUID | None = None,
) -> list[DunningNoticeListedOut]:
    """List letters to debtors, the newest first; those that are `proposed` wait for a release."""
    wanted = views.NoticeFilter(NoticeState(state) if state else None, customer_id)
    found, total = read(views.notices, wanted, limit=page.limit, offset=page.offset)
    return page.of([DunningNoticeListedOut.of(each) for each in found], total)


@router.get(
    "/dunning-notices/{dunning_notice_id}",
    dependencies=[READ],
    responses=responses(NoticeNotFound),
)
def show_dunning_notice(dunning_notice_id: UUID, read: ReadDep) -> DunningNoticeOut:
    """Show one letter with its lines."""
    return read(_notice_out, dunning_notice_id)


@router.get(
    "/dunning-notices/{dunning_notice_id}/letter",
    dependencies=[READ],
    response_class=Response,
    responses=_PDF | responses(NoticeNotFound, NoticeNotDrawn),
)
def show_dunning_letter(
    dunning_notice_id: UUID, caller: CallerDep, blobs: BlobsDep, read: ReadDep
) -> Response:
    """Give the letter as PDF, as it is or will be sent."""
    document = read(views.drawn_letter, dunning_notice_id)
    headers = {
        "Content-Disposition": disposition("inline", document.original_name),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    content = blobs.get(caller.tenant_id, document.sha256)
    return Response(content, media_type="application/pdf", headers=headers)


@router.post(
    "/dunning-notices/{dunning_notice_id}/release",
    dependencies=[WRITE],
    responses=responses(
        NoticeNotFound, NoticeNotProposed, NoticeNotDrawn, NoticeOutdated, ProcessUnavailable
    ),
)
async def release_dunning_notice(
    dunning_notice_id: UUID,
    read: ReadDep,
    write: WriteProcessDep,
    command: CommandDep,
    dunnings: DunningsDep,
) -> DunningNoticeOut:
    """Release a letter as it was drawn; where something was paid since, it is refused."""

    async def act() -> DunningNoticeOut:
        known = await read.in_thread(views.notice, dunning_notice_id)
        await dunnings.release(known.notice.customer_id, dunning_notice_id, command)
        return await read.in_thread(_notice_out, dunning_notice_id)

    return await write.perform(act)


@router.get("/customers/{customer_id}/dunning", dependencies=[READ], responses=responses(NotFound))
def show_debtor(customer_id: UUID, read: ReadDep, today: TodayDep) -> DebtorOut:
    """Show what a customer owes with the level of each item, and what stops its dunning."""
    return DebtorOut.of(read(views.debtor, customer_id, today))


@router.post(
    "/customers/{customer_id}/dunning/stop", dependencies=[WRITE], responses=responses(NotFound)
)
async def stop_dunning(
    customer_id: UUID,
    body: DunningStopIn,
    write: WriteDep,
    caller: CallerDep,
    dunnings: DunningsDep,
) -> DebtorOut:
    """Dun a customer no more, or not before a day; what was proposed is withdrawn."""
    at = datetime.now(UTC)

    def act(session: Session) -> DebtorOut:
        store.stop(session, customer_id, body.reason, body.until, at)
        return DebtorOut.of(views.debtor(session, customer_id, caller.today))

    answer = await write.in_thread(act)
    await _tell(dunnings, caller.tenant_id, customer_id)
    return answer


@router.post(
    "/customers/{customer_id}/dunning/resume", dependencies=[WRITE], responses=responses(NotFound)
)
async def resume_dunning(
    customer_id: UUID, write: WriteDep, caller: CallerDep, dunnings: DunningsDep
) -> DebtorOut:
    """Dun a customer again."""

    def act(session: Session) -> DebtorOut:
        store.resume(session, customer_id)
        return DebtorOut.of(views.debtor(session, customer_id, caller.today))

    answer = await write.in_thread(act)
    await _tell(dunnings, caller.tenant_id, customer_id)
    return answer


async def _tell(dunnings: Dunnings, tenant_id: UUID, customer_id: UUID) -> None:
    """Have the debtor looked at now; where nobody answers, the next look comes by itself."""
    with suppress(Unavailable):
        await dunnings.look(tenant_id, customer_id)


def _notice_out(session: Session, notice_id: UUID) -> DunningNoticeOut:
    view = views.notice(session, notice_id)
    return DunningNoticeOut.shown(view, views.lines(session, notice_id))
