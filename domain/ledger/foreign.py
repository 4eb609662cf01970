"""Shares of a document in foreign currency."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from domain.ledger.intent import Exchange, Intent, Side
from domain.money import ZERO, exponent_of


def foreign_shares(intent: Intent) -> list[Decimal]:
    """Each row's share of the document amount, none without one."""
    if intent.exchange is None:
        return []
    return list(_shares(intent.exchange, [entry.amount for entry in intent.entries]))


def document_amounts(intent: Intent) -> list[Decimal]:
    """Each posting's share of the document amount, which each side makes up."""
    if intent.exchange is None:
        return [posting.amount for posting in intent.postings]
    of_side = {
        side: _shares(intent.exchange, [p.amount for p in intent.postings if p.side is side])
        for side in Side
    }
    return [next(of_side[posting.side]) for posting in intent.postings]


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
