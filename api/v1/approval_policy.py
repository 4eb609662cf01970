"""The approval policy: looked at, replaced by its next version."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Header, Response
from sqlmodel import Session

from api.http.dependencies import (
    IdempotencyKey,
    Page,
    ReadDep,
    TodayDep,
    WriteDep,
    paging,
    require,
)
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.http.versions import tagged
from api.schemas.approval_policy import (
    ApprovalPolicyIn,
    ApprovalPolicyOut,
    SimulateIn,
    SimulationOut,
)
from domain.approvals import store, views
from domain.approvals.simulate import simulate
from domain.approvals.store import PolicyChanged
from domain.errors import InvalidInput
from domain.intake.decision_views import recorded
from domain.payables import vendor_views
from domain.payables.invoice import VendorNotFound

router = APIRouter(prefix="/v1/approval-policy", tags=["Approval policy"], route_class=ExactRoute)
READ, WRITE = require("config:read"), require("config:write")
_TAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')
IfMatch = Annotated[
    str | None, Header(alias="If-Match", description="`ETag` of the version that was looked at")
]


@router.get("", dependencies=[READ])
def show_approval_policy(read: ReadDep, today: TodayDep, response: Response) -> ApprovalPolicyOut:
    """Show the version that is in force today."""
    return tagged(ApprovalPolicyOut.of(read(views.current, today)), response)


@router.get("/versions", dependencies=[READ])
def list_approval_policy_versions(
    read: ReadDep, page: Annotated[Page, paging(500, 500)]
) -> list[ApprovalPolicyOut]:
    """List every version, the newest first; version 0 is what held before any."""
    found, total = read(views.versions, limit=page.limit, offset=page.offset)
    return page.of([ApprovalPolicyOut.of(each) for each in found], total)


@router.put("", dependencies=[WRITE], responses=responses(PolicyChanged, VendorNotFound))
def change_approval_policy(
    body: ApprovalPolicyIn,
    today: TodayDep,
    write: WriteDep,
    response: Response,
    if_match: IfMatch = None,
) -> ApprovalPolicyOut:
    """Make the next version; `version` or `If-Match` says which one was looked at."""
    seen = seen_version(body.version, if_match)
    return tagged(write(_change(body, today, seen)), response)


@router.post("/simulate", dependencies=[READ])
def simulate_approval_policy(
    body: SimulateIn, read: ReadDep, today: TodayDep, idempotency_key: IdempotencyKey = None
) -> SimulationOut:
    """Say what a policy would have done with the last documents; nothing is changed.

    Each is decided from the facts that were kept when it was checked, in that order; limits of
    vendors are used up by what this policy lets through. A key is taken as with any other POST,
    and makes no difference.
    """
    policy = body.policy.value(today) if body.policy else read(views.current, today).policy
    return SimulationOut.of(policy, simulate(policy, read(recorded, body.last)))


def seen_version(version: int | None, if_match: str | None) -> int:
    """The version that the caller looked at. Raises InvalidInput where neither says it."""
    if if_match is not None:
        found = _TAG.fullmatch(if_match.strip())
        if found is None or version not in {None, int(found.group(1))}:
            raise InvalidInput("header/If-Match", "must be the ETag of the version looked at")
        return int(found.group(1))
    if version is None:
        raise InvalidInput("/version", "is required, or If-Match")
    return version


def _change(
    body: ApprovalPolicyIn, today: TodayDep, seen: int
) -> Callable[[Session], ApprovalPolicyOut]:
    def act(session: Session) -> ApprovalPolicyOut:
        policy = body.value(today)
        for vendor_id in policy.vendors:
            if not vendor_views.exists(session, vendor_id):
                raise VendorNotFound(vendor_id)
        made = store.change(session, policy, seen, today, datetime.now(UTC))
        return ApprovalPolicyOut.of(made)

    return act
