"""Periods: soft lock, reopening, the lock by two people, and its proof."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from api.http.at_once import at_once
from api.http.dependencies import (
    CallerDep,
    CommandDep,
    EngineDep,
    ReadDep,
    TemporalDep,
    WriteDep,
    WriteProcessDep,
    require,
)
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.periods import (
    CancelledOut,
    LockedOut,
    LockRequestOut,
    LockStatusOut,
    PeriodOut,
    ReopenedOut,
    SoftLockedOut,
)
from api.v1.proofs import NDJSON, attached
from domain.database.session import read_session
from domain.errors import SelfApprovalDenied
from domain.periods import lock_store, proof_views
from domain.periods import period_views as views
from domain.periods.lock import (
    VALID_FOR,
    LockRequestNotFound,
    LockRequestPending,
    RequestExpired,
    RequestNotPending,
)
from domain.periods.period import (
    PeriodAlreadyLocked,
    PeriodAlreadyOpen,
    PeriodAlreadySoftLocked,
    PeriodIrreversible,
    PeriodName,
    PeriodNotFound,
    named,
)
from domain.periods.proof_views import PeriodNotLocked
from workflows.period_lock.client import PeriodLocks
from workflows.shared.client import ProcessUnavailable

router = APIRouter(prefix="/v1/periods", tags=["Periods"], route_class=ExactRoute)

_READ = [require("perioden:read")]
_WRITE = [require("perioden:write")]
_LINES_AT_ONCE = 500


def period_name(
    period: Annotated[str, Path(description="YYYY-MM, YYYY-P13 or YYYY-P14", examples=["2026-03"])],
) -> PeriodName:
    """Take the period from the path, or refuse its form."""
    return named(period)


def period_locks(temporal: TemporalDep) -> PeriodLocks:
    """Make the sender to the locks."""
    return PeriodLocks(temporal)


PeriodDep = Annotated[PeriodName, at_once(period_name)]
PeriodLocksDep = Annotated[PeriodLocks, at_once(period_locks)]


@router.get("", dependencies=_READ)
def list_periods(read: ReadDep, response: Response) -> list[PeriodOut]:
    """List all periods that have been used, newest first."""
    found = read(views.periods)
    response.headers["X-Total-Count"] = str(len(found))
    return [
        PeriodOut(
            period=each.period,
            status=each.status.value,
            period_number=each.period_number,
            booking_count=each.booking_count,
            locked_by=_text(each.locked_by),
            locked_at=each.locked_at,
        )
        for each in found
    ]


@router.post(
    "/{period}/soft-lock",
    dependencies=_WRITE,
    responses=responses(PeriodNotFound, PeriodAlreadySoftLocked, PeriodAlreadyLocked),
)
def soft_lock(period: PeriodDep, caller: CallerDep, write: WriteDep) -> SoftLockedOut:
    """Refuse new bookings in a period until it is reopened."""

    def act(session: Session) -> SoftLockedOut:
        at = datetime.now(UTC)
        locked = lock_store.soft_lock(session, period, at)
        return SoftLockedOut(
            period=locked.name,
            period_number=period.number,
            status=locked.status.value,
            locked_by=str(locked.locked_by),
            locked_at=at,
        )

    return write(act)


@router.post(
    "/{period}/reopen",
    dependencies=_WRITE,
    responses=responses(PeriodAlreadyOpen, PeriodNotFound, PeriodIrreversible),
)
def reopen(period: PeriodDep, write: WriteDep) -> ReopenedOut:
    """Take bookings again in a soft-locked period."""

    def act(session: Session) -> ReopenedOut:
        status = lock_store.reopen(session, period).status.value
        return ReopenedOut(period=str(period), period_number=period.number, status=status)

    return write(act)


@router.post(
    "/{period}/lock",
    status_code=201,
    dependencies=_WRITE,
    responses=responses(
        PeriodNotFound, PeriodAlreadyLocked, LockRequestPending, ProcessUnavailable
    ),
)
async def request_lock(
    period: PeriodDep, command: CommandDep, locks: PeriodLocksDep, write: WriteProcessDep
) -> LockRequestOut:
    """Ask for the lock of a period; a second person approves within 48 hours."""

    async def act() -> LockRequestOut:
        request = await locks.request(period, command)
        hours = int(VALID_FOR.total_seconds() // 3600)
        return LockRequestOut(
            request_id=request.request_id,
            period=request.period,
            created_at=request.created_at,
            expires_at=request.expires_at,
            message=f"Another person must approve within {hours} hours.",
        )

    return await write.perform(act)


@router.post(
    "/{period}/lock/{request_id}/approve",
    dependencies=_WRITE,
    responses=responses(
        LockRequestNotFound,
        RequestNotPending,
        RequestExpired,
        SelfApprovalDenied,
        PeriodAlreadyLocked,
        ProcessUnavailable,
    ),
)
async def approve_lock(
    period: PeriodDep,
    request_id: UUID,
    command: CommandDep,
    locks: PeriodLocksDep,
    write: WriteProcessDep,
) -> LockedOut:
    """Lock the period for good, as another person than the requester, and seal it."""

    async def act() -> LockedOut:
        locked = await locks.approve(period, request_id, command)
        return LockedOut(
            period=str(period),
            period_number=period.number,
            locked_by=str(locked.locked_by),
            locked_at=locked.locked_at,
            closing_hash=locked.closing_hash,
            request_id=request_id,
            approved_by=str(locked.locked_by),
        )

    return await write.perform(act)


@router.post(
    "/{period}/lock/{request_id}/cancel",
    dependencies=_WRITE,
    responses=responses(LockRequestNotFound, ProcessUnavailable),
)
async def cancel_lock(
    period: PeriodDep,
    request_id: UUID,
    command: CommandDep,
    locks: PeriodLocksDep,
    write: WriteProcessDep,
) -> CancelledOut:
    """Withdraw a pending request."""

    async def act() -> CancelledOut:
        cancelled = await locks.cancel(period, request_id, command)
        return CancelledOut(request_id=cancelled.request_id)

    return await write.perform(act)


@router.get("/{period}/lock/status", dependencies=_READ)
def lock_status(period: PeriodDep, read: ReadDep) -> LockStatusOut:
    """Tell whether a request waits for a second person."""
    pending = read(views.pending_request, period, datetime.now(UTC))
    if pending is None:
        return LockStatusOut(has_pending_request=False)
    return LockStatusOut(
        has_pending_request=True,
        request_id=pending.request_id,
        requested_by=_text(pending.requested_by),
        created_at=pending.created_at,
        expires_at=pending.expires_at,
    )


@router.get(
    "/{period}/proof",
    dependencies=_READ,
    response_class=StreamingResponse,
    responses={
        200: {"content": {NDJSON: {}}, "description": "The proof, line by line"},
        **responses(PeriodNotLocked),
    },
)
def proof(
    period: PeriodDep, caller: CallerDep, read: ReadDep, engine: EngineDep
) -> StreamingResponse:
    """Export the proof of a locked period; `belegfluss verify FILE` checks it offline."""
    closing = read(proof_views.closing_of, str(period))

    def parts() -> Iterator[str]:
        with read_session(engine, caller.tenant_id) as session:
            lines = proof_views.proof(session, closing)
            while part := "".join(islice(lines, _LINES_AT_ONCE)):
                yield part

    return StreamingResponse(parts(), media_type=NDJSON, headers=attached(f"closing-{period}"))


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
