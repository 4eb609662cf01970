"""Bank transactions: imported, suggested, reconciled."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from sqlmodel import Session

from api.deps import Page, ReadDep, TodayDep, WriteDep, paging, require
from api.errors import responses
from api.schemas.bank_transactions import (
    BankTransactionDetailOut,
    BankTransactionOut,
    BankTransactionShownOut,
    BankTransactionsOut,
    CountOut,
    DismissedOut,
    EvidenceIn,
    EvidenceOut,
    EvidenceShownOut,
    ImportedOut,
    PairErrorOut,
    PairsIn,
    PairsOut,
    ReconciledOut,
    ReconcileIn,
    StatusName,
    SuggestionOut,
    TransactionsIn,
    UnmatchedOut,
)
from api.schemas.types import AnyDay
from api.statements import read_statements
from api.wire import ExactRoute
from domain.banking.account import IbanMismatch
from domain.banking.reconciliation import (
    DirectionMismatch,
    ExceedsOpenAmount,
    TargetAmbiguous,
    TargetNotFound,
    UnsupportedSettlementCurrency,
)
from domain.banking.transaction import (
    BankStatus,
    TxAlreadyHandled,
    TxNotFound,
    TxNotMatched,
    TxNotZero,
)
from domain.errors import NotFound
from domain.formats.statement import UnsupportedFormat
from domain.store import bank, evidence, reconciliation
from domain.store.journal import PeriodLocked
from domain.views import bank as views
from domain.views import bank_targets

router = APIRouter(
    prefix="/v1/bank-transactions", tags=["Bank transactions"], route_class=ExactRoute
)
READ, WRITE = require("bank:read"), require("bank:write")


@router.get("", dependencies=[READ])
def list_bank_transactions(  # noqa: PLR0913, PLR0917 (one parameter for each filter)
    read: ReadDep,
    page: Annotated[Page, paging(200, 500)],
    bank_account_id: UUID | None = None,
    start_date: AnyDay | None = None,
    end_date: AnyDay | None = None,
    search: Annotated[str | None, Query(max_length=200)] = None,
    status: StatusName | None = None,
) -> BankTransactionsOut:
    """List transactions, newest first; search looks at counterparty and reference."""
    wanted = views.TransactionFilter(
        bank_account_id, start_date, end_date, search, BankStatus(status) if status else None
    )
    rows, total = read(views.transactions, wanted, limit=page.limit, offset=page.offset)
    proven = read(views.evidenced, [row.id for row in rows])
    found = [BankTransactionOut.model_validate(row) for row in page.of(rows, total)]
    for each in found:
        each.has_evidence = each.id in proven
    return BankTransactionsOut(transactions=found, total=total)


@router.post("", status_code=201, dependencies=[WRITE], responses=responses(NotFound))
def import_transactions(body: TransactionsIn, write: WriteDep) -> ImportedOut:
    """Import up to 1000 transactions; known ones are skipped, bad ones reported."""
    batch_id = uuid4()
    rows, errors = body.split()
    delivery = bank.Delivery(batch_id, body.bank_account_id, rows, errors)
    return write(lambda session: ImportedOut.model_validate(bank.import_rows(session, delivery)))


@router.post(
    "/import-file",
    dependencies=[WRITE],
    responses=responses(NotFound, UnsupportedFormat, IbanMismatch),
)
def import_file(
    file: Annotated[UploadFile, File(description="camt.053")],
    write: WriteDep,
    bank_account_id: Annotated[UUID | None, Form()] = None,
) -> ImportedOut:
    """Import a statement file; the account is the named one, else that of its IBAN."""
    found = read_statements(file)
    batch_id = uuid4()
    return write(
        lambda session: ImportedOut.model_validate(
            bank.import_statements(
                session, batch_id, bank_account_id, found.statements, found.sha256
            )
        )
    )


@router.post("/batch-reconcile", dependencies=[WRITE])
def reconcile_pairs(body: PairsIn, write: WriteDep) -> PairsOut:
    """Reconcile many; one failing pair does not stop the others."""
    pairs = [(pair.bank_transaction_id, pair.target()) for pair in body.pairs]

    def act(session: Session) -> PairsOut:
        refused = reconciliation.reconcile_all(session, pairs)
        errors = [
            PairErrorOut(
                bank_transaction_id=transaction_id,
                intent_id=target.intent_id,
                code=error.code,
                message=error.message,
            )
            for transaction_id, target, error in refused
        ]
        return PairsOut(reconciled=len(pairs) - len(errors), errors=errors)

    return write(act)


@router.get("/suggestions", dependencies=[READ], responses=responses(NotFound))
def list_suggestions(
    bank_account_id: UUID, read: ReadDep, response: Response
) -> list[SuggestionOut]:
    """List candidates for open transactions, best first."""
    found = read(bank_targets.suggestions, bank_account_id)
    response.headers["X-Total-Count"] = str(len(found))
    return [SuggestionOut.of(row.id, suggestion) for row, suggestion in found]


@router.get("/unreconciled-count", dependencies=[READ])
def unreconciled_count(read: ReadDep) -> CountOut:
    """Count the open transactions of the tenant."""
    return CountOut(count=read(views.unreconciled_count))


@router.get("/{bank_transaction_id}", dependencies=[READ], responses=responses(NotFound))
def show_bank_transaction(bank_transaction_id: UUID, read: ReadDep) -> BankTransactionShownOut:
    """Show one transaction."""
    shown = BankTransactionDetailOut.model_validate(read(views.transaction, bank_transaction_id))
    shown.evidence = EvidenceOut.of(read(views.evidence, bank_transaction_id))
    shown.has_evidence = shown.evidence is not None
    return BankTransactionShownOut(transaction=shown)


@router.get("/{bank_transaction_id}/evidence", dependencies=[READ], responses=responses(NotFound))
def show_evidence(bank_transaction_id: UUID, read: ReadDep) -> EvidenceShownOut:
    """Show the stored evidence, or null."""
    return EvidenceShownOut(evidence=EvidenceOut.of(read(views.evidence, bank_transaction_id)))


@router.put("/{bank_transaction_id}/evidence", dependencies=[WRITE], responses=responses(NotFound))
def attach_evidence(
    bank_transaction_id: UUID, body: EvidenceIn, write: WriteDep
) -> EvidenceShownOut:
    """Attach or replace evidence; it books nothing and leaves the status alone."""

    def act(session: Session) -> EvidenceShownOut:
        evidence.attach(session, bank_transaction_id, body.evidence())
        stored = views.evidence(session, bank_transaction_id)
        return EvidenceShownOut(evidence=EvidenceOut.of(stored))

    return write(act)


@router.post(
    "/{bank_transaction_id}/reconcile",
    dependencies=[WRITE],
    responses=responses(
        NotFound,
        TargetNotFound,
        DirectionMismatch,
        ExceedsOpenAmount,
        UnsupportedSettlementCurrency,
        TargetAmbiguous,
        TxAlreadyHandled,
        PeriodLocked,
    ),
)
def reconcile(bank_transaction_id: UUID, body: ReconcileIn, write: WriteDep) -> ReconciledOut:
    """Tie a transaction to an intent; open items get a settlement on its day."""

    def act(session: Session) -> ReconciledOut:
        tied = reconciliation.reconcile(session, bank_transaction_id, body.target())
        return ReconciledOut(mode=tied.mode.value, intent_id=tied.intent_id)

    return write(act)


@router.post(
    "/{bank_transaction_id}/unmatch",
    dependencies=[WRITE],
    responses=responses(NotFound, TxNotMatched, PeriodLocked),
)
def unmatch(bank_transaction_id: UUID, write: WriteDep, today: TodayDep) -> UnmatchedOut:
    """Reopen a transaction; what had settled it is reversed today."""

    def act(session: Session) -> UnmatchedOut:
        untied = reconciliation.unmatch(session, bank_transaction_id, today)
        return UnmatchedOut(
            bank_transaction_id=bank_transaction_id,
            reversal_intent_id=untied.reversal_intent_id,
        )

    return write(act)


@router.post(
    "/{bank_transaction_id}/dismiss",
    dependencies=[WRITE],
    responses=responses(TxNotFound, TxNotZero, TxAlreadyHandled),
)
def dismiss(bank_transaction_id: UUID, write: WriteDep) -> DismissedOut:
    """Mark a transaction of nothing as handled; unmatch brings it back."""

    def act(session: Session) -> DismissedOut:
        reconciliation.dismiss(session, bank_transaction_id)
        return DismissedOut()

    return write(act)
