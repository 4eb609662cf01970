"""Payment runs: open payables to a SEPA file, with a second person in between."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, UploadFile
from starlette.concurrency import run_in_threadpool

from api.http.at_once import at_once
from api.http.dependencies import (
    CallerDep,
    CommandDep,
    EngineDep,
    Page,
    ReadDep,
    TemporalDep,
    TodayDep,
    WriteProcessDep,
    paging,
    require,
)
from api.http.errors import responses
from api.http.json_bodies import ExactRoute, takes_up_to
from api.http.uploads import FORM
from api.schemas.payment_runs import (
    EligibleInvoiceOut,
    ExportOut,
    PaymentRunIn,
    PaymentRunListedOut,
    PaymentRunOut,
    StatusName,
    StatusReportOut,
    WithdrawalIn,
)
from api.v1.bank_answers import REPORT_BYTES, BankAnswersDep
from domain.approvals.decisions import ApproverNotEntitled
from domain.database.session import write_session
from domain.errors import NotFound, SelfApprovalDenied
from domain.formats.statement import UnsupportedFormat
from domain.payables.invoice import VendorInactive
from domain.payments import store as payment_runs
from domain.payments import views
from domain.payments.business_day import NotABusinessDay
from domain.payments.run import (
    BankAccountNotFound,
    DiscountExpired,
    EmptyRun,
    IbanOutsideSepa,
    InvalidStateTransition,
    InvoiceAlreadyInActiveRun,
    InvoiceChanged,
    InvoiceNotEligible,
    InvoiceNotFound,
    PayeeChanged,
    PayeeDetailsMissing,
    PayeeNotConfirmed,
    RefusalNotConfirmed,
    RunState,
    RunStatus,
    TransferExecuted,
    VendorIbanMissing,
)
from workflows.payment_run.client import PaymentRuns, run_id_of
from workflows.payment_run.workflow import NewRunOrder
from workflows.shared.client import ProcessUnavailable
from workflows.shared.command import Command

router = APIRouter(prefix="/v1/payment-runs", tags=["Payment runs"], route_class=ExactRoute)
READ, WRITE = require("kreditoren:read"), require("kreditoren:write")


def payment_run_sender(temporal: TemporalDep) -> PaymentRuns:
    """Make the sender to payment runs."""
    return PaymentRuns(temporal)


class Orders:
    """Sends one order to a run and answers with the run as it is then."""

    def __init__(
        self,
        command: CommandDep,
        write: WriteProcessDep,
        read: ReadDep,
        runs: Annotated[PaymentRuns, at_once(payment_run_sender)],
    ) -> None:
        self.command: Command = command
        self.runs = runs
        self.write = write
        self.read = read

    async def send(
        self, run_id: UUID, order: Callable[[UUID, Command], Awaitable[RunState]]
    ) -> PaymentRunOut:
        """Give the order."""

        async def act() -> PaymentRunOut:
            state = await order(run_id, self.command)
            return PaymentRunOut.of(await self.read.in_thread(views.run, state.run_id))

        return await self.write.perform(act)


OrdersDep = Annotated[Orders, at_once(Orders)]


@router.get("", dependencies=[READ])
def list_payment_runs(
    read: ReadDep,
    page: Annotated[Page, paging(100, 500)],
    status: StatusName | None = None,
) -> list[PaymentRunListedOut]:
    """List runs, newest first."""
    wanted = RunStatus(status) if status else None
    found, total = read(views.runs, wanted, limit=page.limit, offset=page.offset)
    return page.of([PaymentRunListedOut.of(each) for each in found], total)


@router.post(
    "",
    status_code=201,
    dependencies=[WRITE],
    responses=responses(
        VendorIbanMissing,
        VendorInactive,
        IbanOutsideSepa,
        PayeeDetailsMissing,
        NotABusinessDay,
        InvoiceAlreadyInActiveRun,
        InvoiceNotFound,
        BankAccountNotFound,
        InvoiceNotEligible,
        ProcessUnavailable,
    ),
)
async def create_payment_run(
    body: PaymentRunIn, caller: CallerDep, engine: EngineDep, today: TodayDep, orders: OrdersDep
) -> PaymentRunOut:
    """Create a draft run; every vendor needs a valid IBAN, an invoice sits in one active run."""
    run_id = run_id_of(orders.command)
    order = NewRunOrder(
        command=orders.command,
        bank_account_id=body.bank_account_id,
        execution_date=body.execution_date,
        invoice_ids=tuple(body.invoice_ids),
        today=today,
    )

    def note() -> None:
        with write_session(engine, caller.tenant_id, caller.actor) as session:
            payment_runs.wish(session, run_id, body.wish())
            if body.label:
                payment_runs.name(session, run_id, body.label)

    async def create(run_id: UUID, _: Command) -> RunState:
        # Words and amounts of people go to the database, never through Temporal.
        await run_in_threadpool(note)
        return await orders.runs.create(run_id, order)

    return await orders.send(run_id, create)


@router.get("/eligible-invoices", dependencies=[READ])
def list_eligible_invoices(
    read: ReadDep,
    today: TodayDep,
    page: Annotated[Page, paging(views.MOST_ELIGIBLE, views.MOST_ELIGIBLE)],
) -> list[EligibleInvoiceOut]:
    """List open payables that may enter a run, with a flag for a missing or invalid IBAN.

    Each says which discount an order of today earns, and until when.
    """
    found, total = read(views.eligible, today, limit=page.limit, offset=page.offset)
    return page.of([EligibleInvoiceOut.model_validate(each) for each in found], total)


@router.post(
    "/status-reports",
    dependencies=[WRITE, FORM],
    responses=responses(NotFound, UnsupportedFormat, ProcessUnavailable),
)
@takes_up_to(REPORT_BYTES)
async def take_status_report(
    file: Annotated[UploadFile, File(description="pain.002 of any version; at most 32 MiB")],
    answers: BankAnswersDep,
) -> StatusReportOut:
    """Take what the bank says of a file: what it refused is free again, with the reason.

    It is ordered again once another person has brought the report, too.
    """
    return await answers.take(file)


@router.get("/{payment_run_id}", dependencies=[READ], responses=responses(NotFound))
def show_payment_run(payment_run_id: UUID, read: ReadDep) -> PaymentRunOut:
    """Show one run with its items."""
    return PaymentRunOut.of(read(views.run, payment_run_id))


@router.post(
    "/{payment_run_id}/approve",
    dependencies=[WRITE],
    responses=responses(
        NotFound,
        InvalidStateTransition,
        InvoiceChanged,
        DiscountExpired,
        PayeeChanged,
        PayeeNotConfirmed,
        RefusalNotConfirmed,
        VendorInactive,
        EmptyRun,
        SelfApprovalDenied,
        ApproverNotEntitled,
        ProcessUnavailable,
    ),
)
async def approve_payment_run(payment_run_id: UUID, orders: OrdersDep) -> PaymentRunOut:
    """Approve a run that someone else created; it stays a draft until enough people have."""
    return await orders.send(payment_run_id, orders.runs.approve)


@router.post(
    "/{payment_run_id}/export",
    dependencies=[WRITE],
    responses=responses(
        NotFound,
        InvalidStateTransition,
        InvoiceChanged,
        DiscountExpired,
        PayeeChanged,
        PayeeNotConfirmed,
        VendorInactive,
        ProcessUnavailable,
    ),
)
async def export_payment_run(payment_run_id: UUID, orders: OrdersDep) -> ExportOut:
    """Write the SEPA file, validated against its schema; again, the stored file is given."""

    async def act() -> ExportOut:
        await orders.runs.export(payment_run_id, orders.command)
        return ExportOut.of(await orders.read.in_thread(views.file, payment_run_id))

    return await orders.write.perform(act)


@router.post(
    "/{payment_run_id}/complete",
    dependencies=[WRITE],
    responses=responses(NotFound, InvalidStateTransition, ProcessUnavailable),
)
async def complete_payment_run(payment_run_id: UUID, orders: OrdersDep) -> PaymentRunOut:
    """Say that the bank has paid; it books nothing, settlement comes with the statement."""
    return await orders.send(payment_run_id, orders.runs.complete)


@router.post(
    "/{payment_run_id}/cancel",
    dependencies=[WRITE],
    responses=responses(NotFound, InvalidStateTransition, ProcessUnavailable),
)
async def cancel_payment_run(payment_run_id: UUID, orders: OrdersDep) -> PaymentRunOut:
    """Give up a draft or approved run; its invoices are free again."""
    return await orders.send(payment_run_id, orders.runs.cancel)


@router.post(
    "/{payment_run_id}/withdraw",
    dependencies=[WRITE],
    responses=responses(
        NotFound,
        InvalidStateTransition,
        TransferExecuted,
        SelfApprovalDenied,
        ProcessUnavailable,
    ),
)
async def withdraw_payment_run(
    payment_run_id: UUID,
    body: WithdrawalIn,
    caller: CallerDep,
    engine: EngineDep,
    orders: OrdersDep,
) -> PaymentRunOut:
    """Withdraw an exported file that the bank refused; it counts once a second person does, too."""

    def note() -> None:
        with write_session(engine, caller.tenant_id, caller.actor) as session:
            at = datetime.now(UTC)
            payment_runs.ask_withdrawal(session, payment_run_id, body.reason, at)

    async def withdraw(run_id: UUID, command: Command) -> RunState:
        # Words of people go to the database, never through Temporal.
        await run_in_threadpool(note)
        return await orders.runs.withdraw(run_id, command)

    return await orders.send(payment_run_id, withdraw)
