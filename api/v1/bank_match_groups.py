"""Movements settled together against open items, and taken apart again."""

from uuid import UUID, uuid4

from fastapi import APIRouter
from sqlmodel import Session

from api.http.dependencies import TodayDep, WriteDep, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.bank_match_groups import MatchGroupIn, MatchGroupOut, MatchGroupUndoneOut
from domain.banking import match_group_store
from domain.banking.bank_transaction import TxAlreadyHandled
from domain.banking.match_group import (
    AdjustmentAccountNotFound,
    BankTxMixedBankAccounts,
    ExchangeRateUnknown,
    GroupNotBalanced,
    MixedSettlementCurrency,
    SettledDocumentAmountRequired,
    TargetKindUnsupported,
)
from domain.banking.reconciliation import (
    DirectionMismatch,
    ExceedsOpenAmount,
    TargetAmbiguous,
    TargetNotFound,
    UnsupportedSettlementCurrency,
)
from domain.errors import NotFound
from domain.ledger.booking import InvalidDate
from domain.ledger.intent import SameAccount
from domain.ledger.reversal import AlreadyReversed, HasSettlements
from domain.payables.clearing import DiscountTaxUnknown
from domain.payables.exchange_effect import FxDifferenceImplausible
from domain.posting.outcome import PeriodLocked
from domain.tax.code import InvalidTaxCode

router = APIRouter(
    prefix="/v1/bank-match-groups", tags=["Bank match groups"], route_class=ExactRoute
)
WRITE = require("bank:write")


@router.post(
    "",
    status_code=201,
    dependencies=[WRITE],
    responses=responses(
        NotFound,
        TargetNotFound,
        AdjustmentAccountNotFound,
        BankTxMixedBankAccounts,
        DirectionMismatch,
        MixedSettlementCurrency,
        GroupNotBalanced,
        ExceedsOpenAmount,
        SettledDocumentAmountRequired,
        TargetKindUnsupported,
        UnsupportedSettlementCurrency,
        ExchangeRateUnknown,
        FxDifferenceImplausible,
        TargetAmbiguous,
        TxAlreadyHandled,
        DiscountTaxUnknown,
        InvalidTaxCode,
        SameAccount,
        InvalidDate,
        PeriodLocked,
    ),
)
def match_group(body: MatchGroupIn, write: WriteDep) -> MatchGroupOut:
    """Settle movements of one account against open items under one intent.

    What the bank moved, with set-offs, discounts and fees, closes the items to the cent; what a
    foreign item was booked at above or below becomes a gain or a loss.
    """
    wish = body.wish(uuid4())

    def act(session: Session) -> MatchGroupOut:
        return MatchGroupOut.model_validate(match_group_store.create(session, wish))

    return write(act)


@router.post(
    "/{match_group_id}/unmatch",
    dependencies=[WRITE],
    responses=responses(NotFound, AlreadyReversed, HasSettlements, PeriodLocked),
)
def unmatch_group(match_group_id: UUID, write: WriteDep, today: TodayDep) -> MatchGroupUndoneOut:
    """Reverse what settled a group, and reopen its movements and items."""

    def act(session: Session) -> MatchGroupUndoneOut:
        reversal = match_group_store.undo(session, match_group_id, today)
        return MatchGroupUndoneOut(reversal_intent_id=reversal)

    return write(act)
