"""Bank accounts, each the twin of one asset account."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, File, Response, UploadFile
from sqlmodel import Session

from api.deps import ReadDep, WriteDep, require
from api.errors import responses
from api.schemas.bank_accounts import (
    BankAccountChangeIn,
    BankAccountDetailOut,
    BankAccountIn,
    BankAccountListedOut,
    BankAccountOut,
)
from api.schemas.bank_transactions import ImportedOut
from api.statements import read_statements
from api.wire import ExactRoute
from domain.banking.account import (
    AccountAlreadyLinked,
    DuplicateIban,
    IbanMismatch,
    InvalidAccountType,
)
from domain.errors import NotFound
from domain.formats.statement import UnsupportedFormat
from domain.invoicing.partner import NoChanges
from domain.ledger.booking import AccountNotFound
from domain.store import bank
from domain.views import bank as views

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
    responses=responses(AccountNotFound, InvalidAccountType, AccountAlreadyLinked, DuplicateIban),
)
def add_bank_account(body: BankAccountIn, write: WriteDep) -> BankAccountOut:
    """Create a bank account, tied one to one to an existing asset account."""
    account_id = uuid4()
    account = body.account()

    def act(session: Session) -> BankAccountOut:
        bank.open_account(session, account_id, account)
        return BankAccountOut.of(views.account(session, account_id))

    return write(act)


@router.get("/{bank_account_id}", dependencies=[READ], responses=responses(NotFound))
def show_bank_account(bank_account_id: UUID, read: ReadDep) -> BankAccountDetailOut:
    """Show one bank account with counters and the day of its latest transaction."""
    return BankAccountDetailOut.of(read(views.account, bank_account_id))


@router.put("/{bank_account_id}", dependencies=[WRITE], responses=responses(NoChanges, NotFound))
def rename_bank_account(
    bank_account_id: UUID, body: BankAccountChangeIn, write: WriteDep
) -> BankAccountOut:
    """Rename a bank account; the linked ledger account never changes."""

    def act(session: Session) -> BankAccountOut:
        if body.name is None:
            raise NoChanges
        bank.rename_account(session, bank_account_id, body.name)
        return BankAccountOut.of(views.account(session, bank_account_id))

    return write(act)


@router.post(
    "/{bank_account_id}/upload",
    dependencies=[WRITE],
    responses=responses(NotFound, UnsupportedFormat, IbanMismatch),
)
def upload_statement(
    bank_account_id: UUID,
    file: Annotated[UploadFile, File(description="camt.053")],
    write: WriteDep,
) -> ImportedOut:
    """Import a statement file of this account."""
    found = read_statements(file)
    batch_id = uuid4()
    return write(
        lambda session: ImportedOut.model_validate(
            bank.import_statements(
                session, batch_id, bank_account_id, found.statements, found.sha256
            )
        )
    )
