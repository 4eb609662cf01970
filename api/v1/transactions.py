"""Income, expenses and transfers in the simple form; each is an intent of the journal."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlmodel import Session

from api.http.at_once import at_once
from api.http.dependencies import AskDep, CallerDep, ReadDep, TodayDep, WriteDep, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.transactions import (
    PaginationOut,
    SummaryAnswerOut,
    TransactionAnswerOut,
    TransactionIn,
    TransactionOut,
    TransactionReversalIn,
    TransactionReversalOut,
    TransactionReversedOut,
    TransactionsOut,
    TransactionSummaryOut,
    TypeName,
)
from api.schemas.types import AnyDay, MoneyIn
from domain.banking.reconciliation import ExceedsOpenAmount
from domain.dates import check_order
from domain.errors import FieldError
from domain.ids import derived_id
from domain.ledger.booking import InvalidDate, check_not_ahead
from domain.transactions import money_account_views, views
from domain.transactions import store as transactions
from domain.transactions.category import InvalidCategory
from domain.transactions.span import Span, days_of
from domain.transactions.transaction import (
    AlreadyReconciled,
    CannotReverse,
    InsufficientBalance,
    InvalidAccount,
    InvalidVatRate,
    MissingRequiredField,
    TransactionNotFound,
    TransactionReversed,
    TransactionType,
    account_id_of,
    transaction_id_of,
)
from domain.transactions.views import TransactionFilter

_MOST = 100


class NamingRoute(ExactRoute):
    """A route that says which required field is missing (MISSING_REQUIRED_FIELD)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Look through what the body lacks before it is refused."""
        handle = super().get_route_handler()

        async def named(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                missing = [_pointer(each["loc"]) for each in error.errors() if _is_missing(each)]
                if not missing:
                    raise
                fields = (FieldError(pointer, "is required") for pointer in missing)
                raise MissingRequiredField(*fields) from error

        return named


router = APIRouter(prefix="/v1/transactions", tags=["Transactions"], route_class=NamingRoute)
READ, WRITE = require("transactions:read"), require("transactions:write")


def wanted(  # noqa: PLR0913, PLR0917 (the contract has this many filters)
    type: Annotated[TypeName | None, Query(description="Type of transaction")] = None,  # noqa: A002 (the name on the wire)
    category: Annotated[
        str | None, Query(min_length=1, max_length=50, description="Category")
    ] = None,
    account_id: Annotated[
        str | None, Query(max_length=60, description="Bank account, on either end of a transfer")
    ] = None,
    from_date: Annotated[AnyDay | None, Query(description="First day, included")] = None,
    to_date: Annotated[AnyDay | None, Query(description="Last day, included")] = None,
    min_amount: Annotated[MoneyIn | None, Query(description="Least gross amount")] = None,
    max_amount: Annotated[MoneyIn | None, Query(description="Most gross amount")] = None,
    reconciled: Annotated[
        bool | None, Query(description="Only those that are reconciled, or that are not")
    ] = None,
) -> TransactionFilter:
    """Which transactions."""
    check_order(from_date, to_date, "query/to_date")
    return TransactionFilter(
        type=TransactionType(type) if type else None,
        category=category,
        account_id=None if account_id is None else account_id_of(account_id, "query/account_id"),
        first=from_date,
        last=to_date,
        least=min_amount,
        most=max_amount,
        reconciled=reconciled,
    )


@router.get("", dependencies=[READ], responses=responses(InvalidAccount))
def list_transactions(
    read: ReadDep,
    which: Annotated[TransactionFilter, at_once(wanted)],
    page: Annotated[int, Query(ge=1, le=2**31, description="Number of the page, from 1")] = 1,
    per_page: Annotated[
        int, Query(ge=1, description="Transactions on a page; more than 100 are cut to 100")
    ] = 20,
) -> TransactionsOut:
    """List transactions with their bookings, latest first."""
    size = min(per_page, _MOST)

    def found(session: Session) -> tuple[list[views.TransactionView], int]:
        if which.account_id:
            money_account_views.check_known(session, which.account_id, "query/account_id")
        return views.transactions(session, which, limit=size, offset=(page - 1) * size)

    rows, total = read(found)
    return TransactionsOut(
        data=[TransactionOut.of(each) for each in rows],
        pagination=PaginationOut.at(page, size, total),
    )


@router.post(
    "",
    status_code=201,
    dependencies=[WRITE],
    responses=responses(
        MissingRequiredField,
        InvalidAccount,
        InsufficientBalance,
        InvalidDate,
        InvalidCategory,
        InvalidVatRate,
        AlreadyReconciled,
        ExceedsOpenAmount,
    ),
)
def book_transaction(
    body: TransactionIn, caller: CallerDep, ask: AskDep, write: WriteDep
) -> TransactionAnswerOut:
    """Book an income, an expense or a transfer; an unknown category is created."""
    check_not_ahead(body.date, caller.today, "/date")
    transaction = body.transaction(derived_id("transaction", caller.tenant_id, ask.key or uuid4()))
    source = "api" if caller.actor.key_prefix else "manual"

    def act(session: Session) -> TransactionAnswerOut:
        transaction_id = transactions.book(session, transaction, source=source)
        return TransactionAnswerOut(
            data=TransactionOut.of(views.transaction(session, transaction_id))
        )

    return write(act)


@router.get("/summary", dependencies=[READ])
def summarise(
    read: ReadDep,
    today: TodayDep,
    period: Annotated[Span, Query(description="Length of the summary")] = Span.MONTH,
    from_date: Annotated[AnyDay | None, Query(description="First day, included")] = None,
    to_date: Annotated[
        AnyDay | None, Query(description="Last day, included; without it the end of the period")
    ] = None,
) -> SummaryAnswerOut:
    """Sum up income, expenses and VAT of a range of days; without dates, of the present period."""
    days = days_of(period, from_date, to_date, today)
    flows = read(views.flows, days)
    return SummaryAnswerOut(data=TransactionSummaryOut.of(days.first, days.last, flows))


@router.get("/{transaction_id}", dependencies=[READ], responses=responses(TransactionNotFound))
def show_transaction(transaction_id: str, read: ReadDep) -> TransactionAnswerOut:
    """Show one transaction with its booking."""
    found = read(views.transaction, transaction_id_of(transaction_id))
    return TransactionAnswerOut(data=TransactionOut.of(found))


@router.post(
    "/{transaction_id}/reverse",
    dependencies=[WRITE],
    responses=responses(
        TransactionNotFound,
        MissingRequiredField,
        TransactionReversed,
        CannotReverse,
        AlreadyReconciled,
        InvalidDate,
    ),
)
def reverse_transaction(
    transaction_id: str, body: TransactionReversalIn, today: TodayDep, write: WriteDep
) -> TransactionReversalOut:
    """Reverse a transaction by a mirror entry of today; nothing is ever deleted."""
    original = transaction_id_of(transaction_id)

    def act(session: Session) -> TransactionReversalOut:
        reversal = transactions.reverse(session, original, reason=body.reason, today=today)
        view = views.transaction(session, reversal)
        return TransactionReversalOut(data=TransactionReversedOut.of(original, view))

    return write(act)


def _is_missing(error: Any) -> bool:
    """Whether a required field of the body is absent or null."""
    where, *path = error["loc"]
    if where != "body" or not path or not isinstance(path[-1], str):
        return False
    is_null = error["input"] is None and error["type"] != "extra_forbidden"
    return error["type"] == "missing" or is_null


def _pointer(path: tuple[int | str, ...]) -> str:
    return "".join(f"/{part}" for part in path[1:])
