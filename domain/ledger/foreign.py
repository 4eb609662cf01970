"""Shares of a document in foreign currency."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from domain.ledger.intent import Entry, Exchange, Intent, Posting, Side
from domain.money import ZERO, exponent_of
from domain.tax.code import TaxPart


def foreign_shares(intent: Intent) -> list[Decimal]:
    """Each row's share of the document amount, none without one."""
    if intent.exchange is None:
        return []
    amounts = [ZERO if _is_owed_by_oneself(e) else e.amount for e in intent.entries]
    return list(_shares(intent.exchange, amounts))


def document_amounts(intent: Intent) -> list[Decimal]:
    """Each posting's share of the document amount, which each side makes up."""
    if intent.exchange is None:
        return [posting.amount for posting in intent.postings]
    paid = _without_owed(intent.postings)
    of_side = {
        side: _shares(
            intent.exchange,
            [amount for p, amount in zip(intent.postings, paid, strict=True) if p.side is side],
        )
        for side in Side
    }
    return [next(of_side[posting.side]) for posting in intent.postings]


def _is_owed_by_oneself(entry: Entry) -> bool:
    """Self-assessed tax is owed in euro; the document knows nothing of it."""
    return TaxPart.SELF in (entry.debit.tax_part, entry.credit.tax_part)


def _without_owed(postings: Sequence[Posting]) -> list[Decimal]:
    """Amounts of postings, nothing for self-assessed tax and the posting before it."""
    amounts = [posting.amount for posting in postings]
    for position, posting in enumerate(postings):
        if posting.tax_part is TaxPart.SELF and position:
            amounts[position - 1 : position + 1] = [ZERO, ZERO]
    return amounts


def _shares(exchange: Exchange, amounts: Sequence[Decimal]) -> Iterator[Decimal]:
    """Cut the document amount where the running sum cuts the whole.

    So no share is negative, and all of them are the document amount.
    """
    total = sum(amounts, ZERO)
    unit = Decimal(1).scaleb(-exponent_of(exchange.currency))
    done = taken = Decimal()
    for amount in amounts:
        done += amount
        upto = (exchange.amount * done / total).quantize(unit)
        yield upto - taken
        taken = upto
