"""Review cases: look, correct, approve, reject."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from api.http.at_once import at_once
from api.http.dependencies import CallerDep, Page, ReadDep, WriteProcessDep, paging, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.http.versions import MERGE_PATCH, MergePatchDep, SeenDep, agreed, tagged
from api.schemas.posting_preview import PostingPreviewOut
from api.schemas.review_cases import (
    ApprovedOut,
    ApproveIn,
    AssigneeName,
    QueueState,
    RejectCaseIn,
    ReviewCaseChangeIn,
    ReviewCaseOut,
)
from api.v1.intake_orders import IntakeOrdersDep, IntakesDep, Order
from domain.approvals.decisions import ApproverNotEntitled
from domain.errors import NoChanges, NotFound, SelfApprovalDenied, StepBroke
from domain.intake import preview_views, review_views
from domain.intake.case_finding import FindingsOpen
from domain.intake.review import (
    AlreadyApproved,
    AlreadyRejected,
    CaseChanged,
    InvoiceDuplicateSuspected,
    NoLineItems,
    NotAnInvoice,
    VendorRequired,
)
from domain.ledger.booking import AccountNotFound, InvalidDate
from domain.ledger.intent import BalanceMismatch, SameAccount
from domain.payables.invoice import VendorNotFound
from domain.posting.outcome import PeriodLocked
from domain.tax.code import InvalidTaxCode
from workflows.document_intake.steps import IntakeStatus
from workflows.shared.client import ProcessUnavailable

router = APIRouter(prefix="/v1/invoice-review-cases", tags=["Review cases"], route_class=ExactRoute)
_CHANGE = {"$ref": "#/components/schemas/ReviewCaseChangeIn"}
READ, WRITE = require("kreditoren:read"), require("kreditoren:write")
_DECIDED = (NotFound, AlreadyApproved, AlreadyRejected, StepBroke, ProcessUnavailable)


class CaseDesk:
    """What every order on a case needs: the version that was seen, the sender, the answer."""

    def __init__(
        self,
        response: Response,
        seen: SeenDep,
        read: ReadDep,
        write: WriteProcessDep,
        orders: IntakeOrdersDep,
        intakes: IntakesDep,
    ) -> None:
        self.read = read
        self.write = write
        self.intakes = intakes
        self._response = response
        self._seen = seen
        self._orders = orders

    async def order(
        self, case_id: UUID, order: Order, said: dict[str, Any] | None, version: int | None
    ) -> None:
        """Order something of the case at the version that was seen, if the caller says so."""
        seen = agreed(self._seen, version)
        await self._orders.on_case(case_id, order, said, version=seen)

    async def approve(self, case_id: UUID, version: int | None) -> IntakeStatus:
        """Order the approval of what was seen. Raises FindingsOpen, with the words of the case."""
        seen = agreed(self._seen, version)
        try:
            return await self._orders.on_case(
                case_id, self.intakes.approve, version=seen, is_pinned=True
            )
        except FindingsOpen as refusal:
            case = await self.read.in_thread(review_views.case, case_id)
            raise refusal.worded(case.findings) from None

    async def show(self, case_id: UUID) -> ReviewCaseOut:
        """The case as it is now."""
        return ReviewCaseOut.of(await self.read.in_thread(review_views.case, case_id))

    async def perform(self, act: Callable[[], Awaitable[ReviewCaseOut]]) -> ReviewCaseOut:
        """Carry an order out, or say again what the case was then; `ETag` is that version."""
        return tagged(await self.write.perform(act), self._response)


CaseDeskDep = Annotated[CaseDesk, at_once(CaseDesk)]


@router.get("", dependencies=[READ])
def list_review_cases(
    read: ReadDep,
    caller: CallerDep,
    page: Annotated[Page, paging(50, 200)],
    queue_state: QueueState | None = None,
    assignee: AssigneeName | UUID | None = None,
) -> list[ReviewCaseOut]:
    """List cases, the one that has waited longest first.

    `assignee` names a person, `me` or `nobody`, and asks for cases that wait.
    """
    places = {"limit": page.limit, "offset": page.offset}
    if assignee is None:
        found, total = read(review_views.cases, queue_state, **places)
    else:
        known: dict[str, UUID | None] = {"me": caller.user_id, "nobody": None}
        person = assignee if isinstance(assignee, UUID) else known[assignee]
        found, total = read(review_views.assigned_cases, person, queue_state, **places)
    return page.of([ReviewCaseOut.of(case) for case in found], total)


@router.get("/{review_case_id}", dependencies=[READ], responses=responses(NotFound))
def show_review_case(review_case_id: UUID, read: ReadDep, response: Response) -> ReviewCaseOut:
    """Show one case; `ETag` is its version."""
    return tagged(ReviewCaseOut.of(read(review_views.case, review_case_id)), response)


@router.get("/{review_case_id}/posting-preview", dependencies=[READ], responses=responses(NotFound))
def preview_posting_of_review_case(review_case_id: UUID, read: ReadDep) -> PostingPreviewOut:
    """Show what an approval of the case as it is would post now, or what the books would refuse."""
    return PostingPreviewOut.of(read(preview_views.preview, review_case_id, datetime.now(UTC)))


@router.patch(
    "/{review_case_id}",
    dependencies=[WRITE],
    responses=responses(NoChanges, VendorNotFound, CaseChanged, *_DECIDED),
    openapi_extra={"requestBody": {"content": {MERGE_PATCH: {"schema": _CHANGE}}}},
)
async def correct_review_case(
    review_case_id: UUID, body: ReviewCaseChangeIn, is_part: MergePatchDep, desk: CaseDeskDep
) -> ReviewCaseOut:
    """Replace the vendor or the invoice, or answer findings; the state is computed again.

    As `application/merge-patch+json` only the parts of the invoice that are sent change.
    """
    changes = body.changes(is_part=is_part)

    async def act() -> ReviewCaseOut:
        await desk.order(review_case_id, desk.intakes.amend, changes, body.version)
        return await desk.show(review_case_id)

    return await desk.perform(act)


@router.post(
    "/{review_case_id}/approve",
    response_model=ApprovedOut,
    dependencies=[WRITE],
    responses=responses(
        VendorRequired,
        NotAnInvoice,
        NoLineItems,
        InvoiceDuplicateSuspected,
        FindingsOpen,
        AccountNotFound,
        SameAccount,
        InvalidDate,
        InvalidTaxCode,
        BalanceMismatch,
        PeriodLocked,
        CaseChanged,
        ApproverNotEntitled,
        SelfApprovalDenied,
        *_DECIDED,
    )
    | {202: {"model": ReviewCaseOut, "description": "Approved, and more approvals are needed"}},
)
async def approve_review_case(
    review_case_id: UUID,
    desk: CaseDeskDep,
    response: Response,
    body: ApproveIn | None = None,
) -> Any:
    """Create the invoice, post the intent and close the case, all or nothing.

    Where the approval policy asks for more people the answer is 202 with the case, until enough
    have approved it as it is; a change of the case begins anew.

    It holds for the version that If-Match or the body names, else for the case as it is when
    the call arrives. What the books refuse is stored with the case (`posting_failed`) and returned.
    """

    async def act() -> ApprovedOut | ReviewCaseOut:
        done = await desk.approve(review_case_id, body.version if body else None)
        if done.intent_id is None:
            return await desk.show(review_case_id)
        return ApprovedOut.model_validate(
            {"reviewCaseId": done.case_id, "intentId": done.intent_id, "invoiceId": done.invoice_id}
        )

    return _accepted(await desk.write.perform(act), response)


@router.post(
    "/{review_case_id}/reject",
    dependencies=[WRITE],
    responses=responses(CaseChanged, *_DECIDED),
)
async def reject_review_case(
    review_case_id: UUID, desk: CaseDeskDep, body: RejectCaseIn | None = None
) -> ReviewCaseOut:
    """Close a case without a posting; nothing is created."""

    async def act() -> ReviewCaseOut:
        said = {"reason": body.reason} if body else None
        version = body.version if body else None
        await desk.order(review_case_id, desk.intakes.reject, said, version)
        return await desk.show(review_case_id)

    return await desk.perform(act)


def _accepted(answer: ApprovedOut | ReviewCaseOut, response: Response) -> Any:
    """The answer as it is, or with 202 where the case still waits; a repeated one is a mapping."""
    told = jsonable_encoder(answer, by_alias=True)
    if "reviewCaseId" in told:
        return answer
    return JSONResponse(tagged(told, response), 202, dict(response.headers))
