"""The chart of accounts."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api.http.at_once import at_once
from api.http.dependencies import CallerDep, Page, ReadDep, WriteDep, paging, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.accounts import (
    AccountFoundOut,
    AccountIn,
    AccountOut,
    AccountsFoundOut,
    AccountsOut,
    AccountStateOut,
    StatementLineOut,
    StatementOut,
    TypeName,
)
from api.schemas.types import AnyDay
from domain.dates import DateRange
from domain.errors import NotFound
from domain.ledger import account_store, account_views, chart_store
from domain.ledger.account import DuplicateAccount
from domain.ledger.account_store import AccountInUse

router = APIRouter(prefix="/v1/accounts", tags=["Accounts"], route_class=ExactRoute)
Number = Annotated[str, Path(pattern=r"^[0-9]{1,8}$")]
READ, WRITE = require("journal:read"), require("journal:write")


@router.get("", dependencies=[READ])
def list_accounts(read: ReadDep, page: Annotated[Page, paging(500, 500)]) -> AccountsOut:
    """List the active accounts by number, own ones included."""
    rows, total = read(account_views.page, limit=page.limit, offset=page.offset)
    found = [AccountOut.model_validate(row) for row in page.of(rows, total)]
    return AccountsOut(accounts=found, total=total, offset=page.offset, limit=page.limit)


@router.post("", status_code=201, dependencies=[WRITE], responses=responses(DuplicateAccount))
def add_account(body: AccountIn, caller: CallerDep, write: WriteDep) -> AccountOut:
    """Add an account of the tenant's own; system accounts cannot be created twice."""
    return write(
        lambda session: AccountOut.model_validate(
            chart_store.add_account(session, caller.tenant_id, body.account())
        )
    )


@router.get("/search", dependencies=[READ])
def search_accounts(
    read: ReadDep,
    q: Annotated[str, Query(max_length=100, description="Start of a number, part of a name")] = "",
    kind: Annotated[TypeName | None, Query(alias="type")] = None,
) -> AccountsFoundOut:
    """Find up to 20 active accounts; an empty search gives the first ones."""
    rows = read(account_views.search, q, kind)
    return AccountsFoundOut(accounts=[AccountFoundOut.model_validate(row) for row in rows])


@dataclass(frozen=True, slots=True)
class Part:
    """Which rows of a statement."""

    days: DateRange
    limit: int
    before: int | None


def part(
    start: Annotated[AnyDay | None, Query(alias="startDate")] = None,
    end: Annotated[AnyDay | None, Query(alias="endDate")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="X-Next-Cursor")] = None,
) -> Part:
    """Which rows of a statement; `before` pages back."""
    return Part(DateRange(start or date.min, end or date.max), limit, before)


@router.get("/inactive", dependencies=[READ])
def list_inactive_accounts(read: ReadDep, response: Response) -> list[AccountOut]:
    """List the accounts that are no longer used, by number."""
    rows = read(account_views.inactive)
    response.headers["X-Total-Count"] = str(len(rows))
    return [AccountOut.model_validate(row) for row in rows]


@router.post(
    "/{number}/deactivate", dependencies=[WRITE], responses=responses(NotFound, AccountInUse)
)
def deactivate_account(number: Number, write: WriteDep) -> AccountStateOut:
    """Let nothing be booked on an account any more; what is booked on it stays."""
    return write(lambda session: _state(account_store.deactivate(session, number)))


@router.post("/{number}/activate", dependencies=[WRITE], responses=responses(NotFound))
def activate_account(number: Number, write: WriteDep) -> AccountStateOut:
    """Let an account be booked on again."""
    return write(lambda session: _state(account_store.activate(session, number)))


def _state(row: Any) -> AccountStateOut:
    return AccountStateOut(number=row.number, is_active=row.active)


@router.get("/{number}/entries", dependencies=[READ], responses=responses(NotFound))
def statement(
    number: Number,
    caller: CallerDep,
    read: ReadDep,
    which: Annotated[Part, at_once(part)],
    response: Response,
) -> StatementOut:
    """Give the statement of an account: the latest rows, ascending, with running balance.

    Where earlier rows follow, the header `X-Next-Cursor` says what to send as `before` for them.
    """
    found = read(
        account_views.statement, number, which.days, limit=which.limit, before=which.before
    )
    if found.next is not None:
        response.headers["X-Next-Cursor"] = str(found.next)
    lines = [StatementLineOut.of(line, caller.tenant_id) for line in found.lines]
    return StatementOut(entries=lines, balance=found.balance)
