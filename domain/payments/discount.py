"""What a payer may deduct for paying early: until when, and what it is worth.

Money is with the payee on the business day after the order at the latest (Regulation (EU) No
260/2012), an instant transfer at once; whoever pays in time for a discount orders it before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.money import ZERO, cents
from domain.payables.terms import PaymentTerm, TermKind
from domain.payments.business_day import business_day_before

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class CashDiscount:
    """A discount that can still be taken: `amount` off, where it is ordered up to `pay_by`."""

    until: date
    amount: Decimal
    percent: Decimal | None
    pay_by: date


def best_discount(
    terms: Iterable[PaymentTerm], due: Decimal, day: date, *, is_instant: bool = False
) -> CashDiscount | None:
    """The discount that is worth most of those that an order of `day` still earns.

    `due` is what the invoice asks for: a percentage is of it, an amount stands as it is.
    """
    left = (each for each in terms if each.due_date is not None and each.due_date >= day)
    known = (_discount(term, due, is_instant=is_instant) for term in left)
    open_ = [each for each in known if each is not None and each.pay_by >= day]
    return max(open_, key=lambda each: (each.amount, each.until), default=None)


def _discount(term: PaymentTerm, due: Decimal, *, is_instant: bool) -> CashDiscount | None:
    if term.kind is not TermKind.DISCOUNT or term.due_date is None:
        return None
    worth = term.amount
    if worth is None:
        worth = cents(due * term.percent / _HUNDRED) if term.percent else ZERO
    if not ZERO < worth < due:
        return None
    pay_by = term.due_date if is_instant else business_day_before(term.due_date)
    return CashDiscount(term.due_date, worth, term.percent, pay_by)
