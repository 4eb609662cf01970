"""What is booked when the bank sends a payment back: its items are open again, the fee is a cost.

An R-transaction is a movement of its own (ISO 20022 RtrInf, EPC rulebooks SCT and SDD): the
payment that it undoes stays where it is, and what that had settled is taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.dates import fiscal_year_of
from domain.errors import Conflict, InvalidInput
from domain.formats.business_codes import business_code_of
from domain.ledger.booking import Booking, Line, period_of
from domain.ledger.intent import Intent, Posting, Settling, Side
from domain.ledger.reversal import Posted
from domain.money import ZERO
from domain.payables.clearing import apart

SOURCE = "bank"
_REOPENS = "reopens_payable"
# Subfamilies of ISO 20022 bank transaction codes: a transfer, or a direct debit, that came back.
_RETURNS = frozenset({"RRTN", "UPDD", "PRDD"})


def is_told(reason: str | None, business_code: str | None, kind: str | None) -> bool:
    """Whether the bank calls money that came in a return: by a reason, its code, or ISO's.

    >>> is_told("AC04", None, None), is_told(None, "159", None), is_told(None, "166", None)
    (True, True, False)
    >>> is_told(None, None, "PMNT/RCDT/RRTN"), is_told(None, None, "PMNT/RCDT/ESCT")
    (True, False)
    """
    code = business_code_of(business_code)
    is_of_code = code is not None and code.effect == _REOPENS
    return bool(reason) or is_of_code or (kind or "").rpartition("/")[2] in _RETURNS


class ReturnMismatch(Conflict):
    """The movement is no return, or does not fit what the payment has settled."""

    def __init__(self, reason: str, difference: Decimal | None = None) -> None:
        told = None if difference is None else f"{difference:.2f}"
        super().__init__(
            f"This cannot be booked as a return: {reason}.", reason=reason, difference=told
        )


@dataclass(frozen=True, slots=True)
class Settled:
    """What a payment settled of an item, on which side the item lies.

    `document_amount` is what it said that it settled in the currency of a foreign item.
    """

    open_item_id: UUID
    account: str
    side: Side
    amount: Decimal
    partner_id: UUID | None
    document_number: str | None = None
    document_amount: Decimal | None = None

    @property
    def signed(self) -> Decimal:
        """What opening it again adds to what we owe; below zero what others owe us again."""
        return self.amount if self.side is Side.CREDIT else -self.amount


@dataclass(frozen=True, slots=True)
class Returned:
    """A movement that undoes another one; `fee` is what the bank or a person says it costs."""

    intent_id: UUID
    booking_date: date
    amount: Decimal
    bank_account: str
    fee_account: str
    fee: Decimal = ZERO
    reason: str | None = None


def fee_of(back: Returned, moved: Decimal) -> Decimal:
    """What came back lacks of what the payment moved; of a direct debit, what is taken beyond."""
    return moved - back.amount if back.amount > ZERO else -back.amount - moved


def intent_of_whole(back: Returned, moved: Decimal, paid: Posted) -> Intent:
    """The payment, mirrored on the day it came back, and the fee beside it.

    What it settled is open again, what it opened is gone, and a discount and its tax are taken back
    (§ 16 Abs. 1 UStG AT, § 17 Abs. 1 and 2 UStG DE), as is a difference of exchange. `moved` is
    what it moved on the account, without a sign. Raises RETURN_MISMATCH.
    """
    if not paid.settles and not paid.opened:
        raise ReturnMismatch("the payment has settled nothing")
    fee = fee_of(back, moved)
    if fee != back.fee:
        raise ReturnMismatch("amount and fee do not make the payment", fee - back.fee)
    if fee < ZERO:
        raise InvalidInput("/fee", "must not be negative")
    postings = [side for row in paid.entries for side in (row.credit.mirrored, row.debit.mirrored)]
    if fee:
        postings += [
            Posting(back.fee_account, Side.DEBIT, fee),
            Posting(back.bank_account, Side.CREDIT, fee),
        ]
    return Intent(
        intent_id=back.intent_id,
        booking_date=back.booking_date,
        period=period_of(back.booking_date, paid.fiscal_year_start),
        fiscal_year=fiscal_year_of(back.booking_date, paid.fiscal_year_start),
        description=_words(back, [paid.external_reference or paid.description]),
        postings=tuple(postings),
        source=SOURCE,
        external_reference=paid.external_reference,
        exchange=paid.exchange,
        settles=paid.opened + tuple(each.undone for each in paid.settles),
    )


def _words(back: Returned, numbers: Sequence[str]) -> str:
    return " ".join(filter(None, ("Rückgabe", back.reason, *numbers)))[:500]


def booking_of(
    back: Returned,
    settled: Sequence[Settled],
    discounts: Sequence[Line] = (),
    between: str | None = None,
) -> Booking:
    """Booking that opens again what a part of a payment settled. Raises RETURN_MISMATCH.

    `discounts` are the lines that were taken off with it, which are taken back; credits that were
    set off are open again, too, over the account `between`.
    """
    sides = {each.side for each in settled}
    net = sum((each.signed for each in settled), ZERO)
    if not net or (len(sides) > 1 and between is None):
        raise ReturnMismatch("what it paid is settled on no side, or on both")
    side = Side.CREDIT if net > ZERO else Side.DEBIT
    if (back.amount > ZERO) != (side is Side.CREDIT):
        raise ReturnMismatch("it moves the same way as the payment")
    # Of a transfer less comes back, of a direct debit more is taken: the difference is the fee.
    fee = fee_of(back, abs(net - sum((line.signed for line in discounts), ZERO)))
    if fee != back.fee:
        raise ReturnMismatch("amount and fee do not make the payment", fee - back.fee)
    if fee < ZERO:
        raise InvalidInput("/fee", "must not be negative")
    numbers = [each.document_number for each in settled if each.document_number]
    return Booking(
        intent_id=back.intent_id,
        booking_date=back.booking_date,
        description=_words(back, numbers),
        lines=_lines(back, settled, discounts, side, between),
        source=SOURCE,
        external_reference=settled[0].document_number,
        settles=tuple(
            Settling(each.open_item_id, each.amount, each.document_amount).undone
            for each in settled
        ),
    )


def _lines(
    back: Returned,
    settled: Sequence[Settled],
    discounts: Sequence[Line],
    side: Side,
    between: str | None,
) -> tuple[Line, ...]:
    """Bank, fee and what was taken off against the items; no row has one account on both sides."""
    bank = Line(
        back.bank_account, Side.DEBIT if back.amount > ZERO else Side.CREDIT, abs(back.amount)
    )
    fees = [Line(back.fee_account, Side.DEBIT, back.fee)] if back.fee else []
    items = [
        Line(each.account, each.side, each.amount, partner_id=each.partner_id) for each in settled
    ]
    if len({each.side for each in settled}) > 1 and between is not None:
        owed = [line for line in items if line.side is side]
        credited = [line for line in items if line.side is not side]
        return tuple(apart(owed, credited, [bank, *fees, *discounts], between))
    if side is Side.CREDIT:
        return (bank, *fees, *discounts, *items)
    return (*fees, *items, bank, *discounts)
