"""Bank transactions: imported, suggested, reconciled."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from sqlmodel import Session

from api.http.dependencies import Page, ReadDep, TodayDep, WriteDep, paging, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute, takes_up_to
from api.http.uploads import FORM
from api.schemas.bank_transactions import (
    AutoMatchIn,
    AutoMatchOut,
    AutoMatchRefusedOut,
    AutoMatchUndoneOut,
    BankTransactionDetailOut,
    BankTransactionOut,
    BankTransactionShownOut,
    BankTransactionsOut,
    CountOut,
    DismissedOut,
    EvidenceIn,
    EvidenceOut,
    EvidenceShownOut,
    GroupRefusedOut,
    ImportedOut,
    PairErrorOut,
    PairsIn,
    PairsOut,
    ProposalOut,
    ReconciledOut,
    ReconcileIn,
    ReturnIn,
    StatusName,
    SuggestionOut,
    TransactionsIn,
    UnmatchedOut,
)
from api.schemas.types import AnyDay
from api.v1.bank_answers import BankAnswersDep, is_status_report
from api.v1.statements import FORM_BYTES, FORMATS, STARTED, StatementImportsDep, StoresDep
from domain.banking import (
    auto_match_store,
    candidate_views,
    evidence_store,
    reconciliation_store,
    statement_store,
)
from domain.banking import bank_views as views
from domain.banking.account import IbanMismatch
from domain.banking.auto_match_store import Asked
from domain.banking.bank_transaction import (
    BankStatus,
    TxAlreadyHandled,
    TxNotFound,
    TxNotMatched,
    TxNotZero,
)
from domain.banking.import_store import StatementMismatch
from domain.banking.match_group import (
    DifferenceExceedsLimit,
    ExchangeRateUnknown,
)
from domain.banking.reconciliation import (
    DirectionMismatch,
    ExceedsOpenAmount,
    TargetAmbiguous,
    TargetNotFound,
    UnsupportedSettlementCurrency,
)
from domain.banking.suggestion import Suggestion
from domain.dates import check_order
from domain.errors import NotFound
from domain.formats.statement import UnsupportedFormat
from domain.ledger.booking import InvalidDate
from domain.ledger.intent import SameAccount
from domain.ledger.reversal import HasSettlements
from domain.payables.exchange_effect import FxDifferenceImplausible
from domain.payments import return_store
from domain.payments.returned import ReturnMismatch
from domain.posting.outcome import PeriodLocked
from workflows.shared.client import ProcessUnavailable

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
    """List transactions, newest first.

    `search` looks at the counterparty's name and IBAN, at the text, the EndToEndId, the bank's
    reference and the amount: `1.234,50` and `1234.50` in both directions, `-12` in one.
    """
    check_order(start_date, end_date, "query/end_date")
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
    delivery = statement_store.Delivery(batch_id, body.bank_account_id, rows, errors)
    return write(
        lambda session: ImportedOut.model_validate(statement_store.import_rows(session, delivery))
    )


@router.post(
    "/import-file",
    dependencies=[WRITE, FORM],
    response_model=ImportedOut,
    responses=STARTED
    | responses(NotFound, UnsupportedFormat, IbanMismatch, StatementMismatch, ProcessUnavailable),
)
@takes_up_to(FORM_BYTES)
async def import_file(
    file: Annotated[UploadFile, File(description=FORMATS)],
    imports: StatementImportsDep,
    stores: StoresDep,
    answers: BankAnswersDep,
    bank_account_id: Annotated[UUID | None, Form()] = None,
) -> ImportedOut | Response:
    """Import a statement file; its accounts are the named one, else those that it names.

    What it says of payment runs moves them; a status report (pain.002) is taken as one.
    """
    if await is_status_report(file):
        return await answers.import_(file)
    taken = await imports.take(file, bank_account_id, stores)
    await answers.tell()
    return taken


@router.post("/batch-reconcile", dependencies=[WRITE])
def reconcile_pairs(body: PairsIn, write: WriteDep) -> PairsOut:
    """Reconcile many; one failing pair does not stop the others."""
    pairs = [(pair.bank_transaction_id, pair.target()) for pair in body.pairs]

    def act(session: Session) -> PairsOut:
        refused = reconciliation_store.reconcile_all(session, pairs)
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
    bank_account_id: UUID,
    read: ReadDep,
    response: Response,
    page: Annotated[Page, paging(500, 10000)],
) -> list[SuggestionOut]:
    """List candidates for open transactions, best first.

    `limit` and `offset` count open transactions, the newest first; `X-Open-Transactions` says how
    many there are.
    """
    found, total = read(_suggested, bank_account_id, page.limit, page.offset)
    response.headers["X-Total-Count"] = str(len(found))
    response.headers["X-Open-Transactions"] = str(total)
    return [SuggestionOut.of(key, suggestion) for key, suggestion in found]


@router.get("/proposals", dependencies=[READ], responses=responses(NotFound))
def list_proposals(
    bank_account_id: UUID, read: ReadDep, page: Annotated[Page, paging(500, 10000)]
) -> list[ProposalOut]:
    """List open transactions, the newest first, each with what it pays and how sure that is.

    One proposal explains the whole amount: several items, discounts, credit notes, a part, or too
    much. Where nothing is known, or the text says that it is no payment, there are no parts.
    """
    found, total = read(auto_match_store.proposals, bank_account_id, page.limit, page.offset)
    return page.of([ProposalOut.of(key, proposal) for key, _, proposal in found], total)


@router.post("/auto-match", status_code=201, dependencies=[WRITE], responses=responses(NotFound))
def auto_match(body: AutoMatchIn, write: WriteDep) -> AutoMatchOut:
    """Carry out every proposal that is sure, each as a match group of its own.

    One that the books refuse stops no other. All of it can be undone together, or each group.
    """
    asked = Asked(uuid4(), body.bank_account_id, body.least_score, body.limit)

    def act(session: Session) -> AutoMatchOut:
        done = auto_match_store.match(session, asked)
        return AutoMatchOut(
            auto_match_id=done.auto_match_id,
            matched=done.matched,
            refused=[
                AutoMatchRefusedOut(
                    bank_transaction_id=each.bank_transaction_id,
                    code=each.error.code,
                    message=each.error.message,
                )
                for each in done.refused
            ],
            left=done.left,
            doubtful=done.doubtful,
        )

    return write(act)


@router.post(
    "/auto-match/{auto_match_id}/undo", dependencies=[WRITE], responses=responses(NotFound)
)
def undo_auto_match(auto_match_id: UUID, write: WriteDep, today: TodayDep) -> AutoMatchUndoneOut:
    """Undo every group of one auto-match that still holds; repeated, nothing is left to undo."""

    def act(session: Session) -> AutoMatchUndoneOut:
        done = auto_match_store.undo(session, auto_match_id, today)
        refused = [
            GroupRefusedOut(match_group_id=group_id, code=error.code, message=error.message)
            for group_id, error in done.refused
        ]
        return AutoMatchUndoneOut(undone=done.undone, refused=refused)

    return write(act)


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
        evidence_store.attach(session, bank_transaction_id, body.evidence())
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
        DifferenceExceedsLimit,
        UnsupportedSettlementCurrency,
        ExchangeRateUnknown,
        FxDifferenceImplausible,
        TargetAmbiguous,
        TxAlreadyHandled,
        SameAccount,
        InvalidDate,
        PeriodLocked,
    ),
)
def reconcile(bank_transaction_id: UUID, body: ReconcileIn, write: WriteDep) -> ReconciledOut:
    """Tie a transaction to an intent; open items get a settlement on its day."""

    def act(session: Session) -> ReconciledOut:
        tied = reconciliation_store.reconcile(session, bank_transaction_id, body.target())
        return ReconciledOut(mode=tied.mode.value, intent_id=tied.intent_id)

    return write(act)


@router.post(
    "/{bank_transaction_id}/return",
    dependencies=[WRITE],
    responses=responses(TxNotFound, TxAlreadyHandled, ReturnMismatch, HasSettlements, PeriodLocked),
)
def book_return(bank_transaction_id: UUID, body: ReturnIn, write: WriteDep) -> ReconciledOut:
    """Book what the bank sent back: the items of the payment are open again, the fee is a cost.

    The payment is found by its EndToEndId, or named; undone by unmatch.
    """

    def act(session: Session) -> ReconciledOut:
        intent_id = return_store.book_return(
            session,
            bank_transaction_id,
            original_id=body.original_transaction_id,
            fee=body.fee,
        )
        return ReconciledOut(mode="settlement", intent_id=intent_id)

    return write(act)


@router.post(
    "/{bank_transaction_id}/unmatch",
    dependencies=[WRITE],
    responses=responses(NotFound, TxNotMatched, HasSettlements, PeriodLocked),
)
def unmatch(bank_transaction_id: UUID, write: WriteDep, today: TodayDep) -> UnmatchedOut:
    """Reopen a transaction; what had settled it is reversed on its own day, or today if locked."""

    def act(session: Session) -> UnmatchedOut:
        untied = reconciliation_store.unmatch(session, bank_transaction_id, today)
        return UnmatchedOut(
            bank_transaction_id=bank_transaction_id,
            reversal_intent_id=untied.reversal_intent_id,
            match_group_id=untied.match_group_id,
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
        reconciliation_store.dismiss(session, bank_transaction_id)
        return DismissedOut()

    return write(act)


def _suggested(
    session: Session, bank_account_id: UUID, limit: int, offset: int
) -> tuple[list[tuple[UUID, Suggestion]], int]:
    rows, total = candidate_views.open_movements(session, bank_account_id, limit, offset)
    asked = [movement for _, movement in rows]
    known = candidate_views.candidates(session, bank_account_id, asked)
    found = [(key, one) for key, movement in rows for one in known.suggest(movement)]
    return sorted(found, key=lambda pair: -pair[1].score), total
