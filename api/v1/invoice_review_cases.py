"""Review cases: look, correct, approve, reject."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from api.deps import Page, ReadDep, WriteProcessDep, paging, require
from api.errors import responses
from api.intake_orders import IntakeOrdersDep, IntakesDep
from api.schemas.inbox import RejectIn
from api.schemas.review_cases import ApprovedOut, QueueState, ReviewCaseChangeIn, ReviewCaseOut
from api.wire import ExactRoute
from domain.errors import NotFound
from domain.intake.review import (
    AlreadyApproved,
    AlreadyRejected,
    InvoiceDuplicateSuspected,
    NoChanges,
    NoLineItems,
    NotAnInvoice,
    VendorRequired,
)
from domain.invoicing.invoice import VendorNotFound
from domain.ledger.booking import AccountNotFound
from domain.ledger.intent import BalanceMismatch
from domain.store.journal import PeriodLocked
from domain.tax.code import InvalidTaxCode
from domain.views import review_cases
from workflows.clients.base import ProcessUnavailable

router = APIRouter(prefix="/v1/invoice-review-cases", tags=["Review cases"], route_class=ExactRoute)
READ, WRITE = require("kreditoren:read"), require("kreditoren:write")
_DECIDED = (NotFound, AlreadyApproved, AlreadyRejected, ProcessUnavailable)


@router.get("", dependencies=[READ])
def list_review_cases(
    read: ReadDep,
    page: Annotated[Page, paging(50, 200)],
    queue_state: QueueState | None = None,
) -> list[ReviewCaseOut]:
    """List cases, the one that has waited longest first."""
    found, total = read(review_cases.cases, queue_state, limit=page.limit, offset=page.offset)
    return page.of([ReviewCaseOut.of(case) for case in found], total)


@router.get("/{review_case_id}", dependencies=[READ], responses=responses(NotFound))
def show_review_case(review_case_id: UUID, read: ReadDep) -> ReviewCaseOut:
    """Show one case."""
    return ReviewCaseOut.of(read(review_cases.case, review_case_id))


@router.patch(
    "/{review_case_id}",
    dependencies=[WRITE],
    responses=responses(NoChanges, VendorNotFound, *_DECIDED),
)
async def correct_review_case(
    review_case_id: UUID,
    body: ReviewCaseChangeIn,
    read: ReadDep,
    write: WriteProcessDep,
    orders: IntakeOrdersDep,
    intakes: IntakesDep,
) -> ReviewCaseOut:
    """Replace the vendor, the whole invoice, or both; the state is computed again."""

    async def act() -> ReviewCaseOut:
        await orders.on_case(review_case_id, intakes.amend, body.changes())
        return ReviewCaseOut.of(await read.in_thread(review_cases.case, review_case_id))

    return await write.perform(act)


@router.post(
    "/{review_case_id}/approve",
    dependencies=[WRITE],
    responses=responses(
        VendorRequired,
        NotAnInvoice,
        NoLineItems,
        InvoiceDuplicateSuspected,
        AccountNotFound,
        InvalidTaxCode,
        BalanceMismatch,
        PeriodLocked,
        *_DECIDED,
    ),
)
async def approve_review_case(
    review_case_id: UUID,
    read: ReadDep,
    write: WriteProcessDep,
    orders: IntakeOrdersDep,
    intakes: IntakesDep,
) -> ApprovedOut:
    """Create the invoice, post the intent and close the case, all or nothing.

    What the books refuse is stored with the case (`posting_failed`) and returned.
    """

    async def act() -> ApprovedOut:
        await orders.on_case(review_case_id, intakes.approve)
        case = await read.in_thread(review_cases.case, review_case_id)
        return ApprovedOut.model_validate(
            {"reviewCaseId": case.id, "intentId": case.intent_id, "invoiceId": case.invoice_id}
        )

    return await write.perform(act)


@router.post("/{review_case_id}/reject", dependencies=[WRITE], responses=responses(*_DECIDED))
async def reject_review_case(
    review_case_id: UUID,
    read: ReadDep,
    write: WriteProcessDep,
    orders: IntakeOrdersDep,
    intakes: IntakesDep,
    body: RejectIn | None = None,
) -> ReviewCaseOut:
    """Close a case without a posting; nothing is created."""

    async def act() -> ReviewCaseOut:
        said = {"reason": body.reason} if body else None
        await orders.on_case(review_case_id, intakes.reject, said)
        return ReviewCaseOut.of(await read.in_thread(review_cases.case, review_case_id))

    return await write.perform(act)
