"""Payment runs: open payables to a SEPA file, with a second person in between."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from starlette.concurrency import run_in_threadpool

from api.deps import (
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
from api.errors import responses
from api.schemas.payment_runs import (
    EligibleInvoiceOut,
    ExportOut,
    PaymentRunIn,
    PaymentRunListedOut,
    PaymentRunOut,
    StatusName,
)
from api.wire import ExactRoute
from domain.errors import NotFound, SelfApprovalDenied
from domain.payments.run import (
    BankAccountNotFound,
    EmptyRun,
    InvalidStateTransition,
    InvoiceAlreadyInActiveRun,
    InvoiceChanged,
    InvoiceNotEligible,
    InvoiceNotFound,
    PayeeNotConfirmed,
    RunState,
    RunStatus,
    VendorIbanMissing,
)
from domain.store import payment_runs
from domain.store.transaction import transaction
from domain.views import payment_runs as views
from workflows.clients.base import ProcessUnavailable
from workflows.clients.command import Command
from workflows.clients.payments import PaymentRuns, run_id_of
from workflows.payment_run import NewRunOrder

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
        runs: Annotated[PaymentRuns, Depends(payment_run_sender)],
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
            await order(run_id, self.command)
            return PaymentRunOut.of(await self.read.in_thread(views.run, run_id))

        return await self.write.perform(act)


OrdersDep = Annotated[Orders, Depends()]


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

    def name(label: str) -> None:
        with transaction(engine, caller.tenant_id, caller.actor) as session:
            payment_runs.name(session, run_id, label)

    async def create(run_id: UUID, _: Command) -> RunState:
        # The label is a person's words: it goes to the database, never through Temporal.
        if body.label:
            await run_in_threadpool(name, body.label)
        return await orders.runs.create(run_id, order)

    return await orders.send(run_id, create)


@router.get("/eligible-invoices", dependencies=[READ])
def list_eligible_invoices(read: ReadDep, response: Response) -> list[EligibleInvoiceOut]:
    """List open payables that may enter a run, with a flag for a missing or invalid IBAN."""
    found, total = read(views.eligible)
    response.headers["X-Total-Count"] = str(total)
    return [EligibleInvoiceOut.model_validate(each) for each in found]


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
        PayeeNotConfirmed,
        EmptyRun,
        SelfApprovalDenied,
        ProcessUnavailable,
    ),
)
async def approve_payment_run(payment_run_id: UUID, orders: OrdersDep) -> PaymentRunOut:
    """Approve a run that someone else created."""
    return await orders.send(payment_run_id, orders.runs.approve)


@router.post(
    "/{payment_run_id}/export",
    dependencies=[WRITE],
    responses=responses(
        NotFound, InvalidStateTransition, InvoiceChanged, PayeeNotConfirmed, ProcessUnavailable
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
