"""Amounts and days of a camt entry, and how a collective one is divided."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from domain.errors import DomainError
from domain.formats.statement import Unreadable
from domain.formats.xml_stream import Node, text
from domain.money import amount as money
from domain.money import exponent_of

_CURRENCY = re.compile(r"[A-Z]{3}")
_CENTS = re.compile(r"[0-9]{1,12}\.[0-9]{2}")
_LONGEST_KEPT = 32
_SIGNS = {"CRDT": 1, "DBIT": -1}
SAID = (("Amt",), ("AmtDtls", "TxAmt", "Amt"), ("AmtDtls", "InstdAmt", "Amt"))
"""Where a transaction may say what it moved, the best first."""


def signed(holder: Node, indicator: Node, fallback: Node | None = None) -> Decimal:
    """An amount with its direction. Raises Unreadable."""
    return turned(holder.find("Amt"), _direction(indicator, fallback))


def turned(amount: Node | None, direction: str | None) -> Decimal:
    """An amount in the direction that is said. Raises Unreadable."""
    found = amount_in(amount)
    if found is None:
        raise Unreadable("MISSING_FIELD", "The amount is missing.")
    return _signed(found[0], direction)


def split_amounts(found: Sequence[Node], entry: Node, whole: Decimal) -> list[Decimal]:
    """What each transaction of an entry moved; empty when that does not add up to the entry.

    Banks say it in different places, and some only what was instructed, before their fee.
    """
    if len(found) <= 1:
        return [whole] if found else []
    try:
        currency = currency_of(entry)
        gross = [_moved(each, entry, currency) for each in found]
        net = [moved - charges_of(each) for moved, each in zip(gross, found, strict=True)]
    except Unreadable:
        return []
    return next((each for each in (gross, net) if sum(each) == whole), [])


def charges_of(node: Node) -> Decimal:
    """Fees of the bank in a transaction or an entry, as what they take away.

    >>> from xml.etree.ElementTree import fromstring
    >>> fee = '<Chrgs><Amt Ccy="EUR">2.50</Amt><CdtDbtInd>DBIT</CdtDbtInd></Chrgs>'
    >>> charges_of(fromstring(f"<Ntry>{fee}</Ntry>"))
    Decimal('2.50')
    """
    total = Decimal()
    for block in node.findall("Chrgs"):
        for record in block.findall("Rcrd") or (block,):
            amount = record.find("Amt")
            found = amount_in(record.find("TtlChrgsAndTaxAmt") if amount is None else amount)
            if found is not None:
                total += -found[0] if text(record, "CdtDbtInd") == "CRDT" else found[0]
    return total


def amount_in(element: Node | None) -> tuple[Decimal, str] | None:
    """Amount and currency of an element; None when there is none. Raises Unreadable."""
    if element is None:
        return None
    words, currency = (element.text or "").strip(), element.get("Ccy", "")
    if len(words) > _LONGEST_KEPT:
        return _amount.__wrapped__(words, currency)
    return _amount(words, currency)


# A transaction mostly says the amount of its entry once more.
@lru_cache(maxsize=1024)
def _amount(words: str, currency: str) -> tuple[Decimal, str]:
    if currency == "EUR" and _CENTS.fullmatch(words):
        return Decimal(words), currency
    try:
        return money(Decimal(words), min(exponent_of(currency), 2)), currency
    except (InvalidOperation, DomainError) as error:
        raise Unreadable("INVALID_AMOUNT", f"{words!r} is no amount.") from error


def currency_of(entry: Node) -> str:
    """Currency of an entry. Raises Unreadable."""
    return currency_at(entry.find("Amt"))


def currency_at(amount: Node | None) -> str:
    """Currency of an amount. Raises Unreadable."""
    currency = "" if amount is None else amount.get("Ccy", "")
    if currency != "EUR" and not _CURRENCY.fullmatch(currency):
        raise Unreadable("INVALID_CURRENCY", f"{currency!r} is no currency.")
    return currency


def day_at(value: str) -> date:
    """A day that is written as one, or as an instant. Raises Unreadable."""
    return _day(value[:10])


@lru_cache(maxsize=1024)
def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise Unreadable("INVALID_DATE", f"{value!r} is no date.") from error


def _moved(details: Node, entry: Node, currency: str) -> Decimal:
    for path in SAID:
        found = _at(details, path)
        if found is not None and found[1] == currency:
            return _signed(found[0], _direction(details, entry))
    raise Unreadable("MISSING_FIELD", "The amount is missing.")


def _at(node: Node, path: Sequence[str]) -> tuple[Decimal, str] | None:
    found: Node | None = node
    for name in path:
        found = None if found is None else found.find(name)
    return amount_in(found)


def _direction(indicator: Node, fallback: Node | None) -> str | None:
    return text(indicator, "CdtDbtInd") or (text(fallback, "CdtDbtInd") if fallback else None)


def _signed(value: Decimal, direction: str | None) -> Decimal:
    if direction not in _SIGNS:
        raise Unreadable("MISSING_FIELD", "The direction (CdtDbtInd) is missing.")
    if value < 0:
        # The schema knows no sign: a debit of -10.00 may mean either direction.
        raise Unreadable("INVALID_AMOUNT", f"{value} has a sign beside its direction (CdtDbtInd).")
    return value if direction == "CRDT" else -value
