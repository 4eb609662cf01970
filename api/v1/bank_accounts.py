"""Bank accounts, each the twin of one asset account."""

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, File, Query, Response, UploadFile
from sqlmodel import Session

from api.http.dependencies import ReadDep, TodayDep, WriteDep, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute, takes_up_to
from api.http.uploads import FORM
from api.schemas.bank_accounts import (
    AliasIn,
    AliasOut,
    BalanceHistoryOut,
    BankAccountChangeIn,
    BankAccountDetailOut,
    BankAccountIn,
    BankAccountListedOut,
    BankAccountOut,
    GapDeferralIn,
    ReconciliationOut,
)
from api.schemas.bank_transactions import ImportedOut
from api.v1.statements import FORM_BYTES, FORMATS, STARTED, StatementImportsDep, StoresDep
from domain.banking import (
    alias_store,
    deferral_store,
    deferral_views,
    reconciliation_views,
    statement_store,
    statement_views,
)
from domain.banking import bank_views as views
from domain.banking.account import (
    AccountAlreadyLinked,
    DuplicateIban,
    IbanMismatch,
    InvalidAccountType,
)
from domain.banking.alias_store import AliasTaken
from domain.banking.deferral_store import NothingMissing
from domain.banking.import_store import StatementMismatch
from domain.errors import NoChanges, NotFound
from domain.formats.statement import UnsupportedFormat
from domain.ledger.booking import AccountNotFound
from workflows.shared.client import ProcessUnavailable

router = APIRouter(prefix="/v1/bank-accounts", tags=["Bank accounts"], route_class=ExactRoute)
READ, WRITE = require("bank:read"), require("bank:write")


@router.get("", dependencies=[READ])
def list_bank_accounts(read: ReadDep, response: Response) -> list[BankAccountListedOut]:
    """List all bank accounts with counters."""
    found = read(views.accounts)
    response.headers["X-Total-Count"] = str(len(found))
    return [BankAccountListedOut.of(each) for each in found]


@router.post(
    "",
    status_code=201,
    dependencies=[WRITE],
    responses=responses(
        AccountNotFound, InvalidAccountType, AccountAlreadyLinked, DuplicateIban, AliasTaken
    ),
)
def add_bank_account(body: BankAccountIn, write: WriteDep) -> BankAccountOut:
    """Create a bank account, tied one to one to an existing asset account."""
    account_id = uuid4()
    account = body.account()

    def act(session: Session) -> BankAccountOut:
        statement_store.open_account(session, account_id, account)
        for name in body.aliases:
            alias_store.keep(session, account_id, name)
        return BankAccountOut.of(views.account(session, account_id))

    return write(act)


@router.get("/balance-history", dependencies=[READ])
def balance_history(
    read: ReadDep, today: TodayDep, days: Annotated[int, Query(ge=1, le=365)] = 90
) -> BalanceHistoryOut:
    """Show the balance of all bank accounts day by day, today included.

    A movement in foreign currency counts with what was booked for it, else by the latest rate.
    """
    first = today - timedelta(days=days - 1)
    return BalanceHistoryOut.of(read(reconciliation_views.balance_history, first, today))


@router.get("/{bank_account_id}/reconciliation", dependencies=[READ], responses=responses(NotFound))
def show_reconciliation(
    bank_account_id: UUID, read: ReadDep, limit: Annotated[int, Query(ge=1, le=5000)] = 500
) -> ReconciliationOut:
    """Show a bank account beside its ledger account: what is tied, what is open on either side."""
    return ReconciliationOut.of(
        read(reconciliation_views.side_by_side, bank_account_id, limit=limit)
    )


@router.get("/{bank_account_id}", dependencies=[READ], responses=responses(NotFound))
def show_bank_account(
    bank_account_id: UUID, read: ReadDep, today: TodayDep
) -> BankAccountDetailOut:
    """Show one bank account with counters, its names and gaps between its statements."""
    return read(_shown, bank_account_id, today)


@router.put("/{bank_account_id}", dependencies=[WRITE], responses=responses(NoChanges, NotFound))
def rename_bank_account(
    bank_account_id: UUID, body: BankAccountChangeIn, write: WriteDep
) -> BankAccountOut:
    """Rename a bank account, or change what imports do; its ledger account never changes."""

    def act(session: Session) -> BankAccountOut:
        changes = body.model_dump(exclude_none=True)
        if not changes:
            raise NoChanges
        statement_store.change_account(session, bank_account_id, **changes)
        return BankAccountOut.of(views.account(session, bank_account_id))

    return write(act)


@router.post(
    "/{bank_account_id}/aliases",
    status_code=201,
    dependencies=[WRITE],
    responses=responses(NotFound, AliasTaken),
)
def keep_alias(bank_account_id: UUID, body: AliasIn, write: WriteDep) -> AliasOut:
    """Call a bank account by a name that statement files use, from now on."""

    def act(session: Session) -> AliasOut:
        name = alias_store.keep(session, bank_account_id, body.name)
        return AliasOut(name=name, is_confirmed=True)

    return write(act)


@router.post("/{bank_account_id}/aliases/drop", dependencies=[WRITE], responses=responses(NotFound))
def drop_alias(bank_account_id: UUID, body: AliasIn, write: WriteDep) -> AliasOut:
    """Call a bank account no longer by a name, proposed or kept."""

    def act(session: Session) -> AliasOut:
        name = alias_store.drop(session, bank_account_id, body.name)
        return AliasOut(name=name, is_confirmed=False)

    return write(act)


@router.post(
    "/{bank_account_id}/gaps/defer",
    dependencies=[WRITE],
    responses=responses(NotFound, NothingMissing),
)
def defer_gaps(
    bank_account_id: UUID, body: GapDeferralIn, write: WriteDep, today: TodayDep
) -> BankAccountDetailOut:
    """Put the gaps aside that there are between the statements; a later one is told all the same.

    The first page reminds nobody of them; what is looked at before a lock names them.
    """
    now = today, datetime.now(UTC)

    def act(session: Session) -> BankAccountDetailOut:
        deferral_store.defer(session, bank_account_id, body.reason, body.until, now)
        return _shown(session, bank_account_id, today)

    return write(act)


@router.post("/{bank_account_id}/gaps/resume", dependencies=[WRITE], responses=responses(NotFound))
def resume_gaps(bank_account_id: UUID, write: WriteDep, today: TodayDep) -> BankAccountDetailOut:
    """Remind of the gaps again that were put aside; where none was, nothing changes."""

    def act(session: Session) -> BankAccountDetailOut:
        deferral_store.resume(session, bank_account_id)
        return _shown(session, bank_account_id, today)

    return write(act)


@router.post(
    "/{bank_account_id}/upload",
    dependencies=[WRITE, FORM],
    response_model=ImportedOut,
    responses=STARTED
    | responses(NotFound, UnsupportedFormat, IbanMismatch, StatementMismatch, ProcessUnavailable),
)
@takes_up_to(FORM_BYTES)
async def upload_statement(
    bank_account_id: UUID,
    file: Annotated[UploadFile, File(description=FORMATS)],
    imports: StatementImportsDep,
    stores: StoresDep,
) -> ImportedOut | Response:
    """Import a statement file of this account; what it has of others goes to those."""
    return await imports.take(file, bank_account_id, stores)


def _shown(session: Session, bank_account_id: UUID, today: date) -> BankAccountDetailOut:
    view = views.account(session, bank_account_id)
    continuity = statement_views.continuity(session, bank_account_id)
    names = [
        {"name": each.name, "is_confirmed": each.is_confirmed}
        for each in alias_store.aliases(session, bank_account_id)
    ]
    deferral = deferral_views.deferrals(session).get(bank_account_id)
    told = continuity.gaps if deferral is None else deferral.left_of(continuity.gaps, today)
    gaps = [{**asdict(each), "is_deferred": each not in told} for each in continuity.gaps]
    facts = BankAccountListedOut.facts(view) | asdict(continuity)
    said = {"gap_deferral": deferral and asdict(deferral), "gaps": gaps, "aliases": names}
    return BankAccountDetailOut.model_validate(facts | said)
