"""Balances that a bank's CSV states outside its bookings, by the words beside them.

They stand above the names of the columns or below the last booking. Words like opening and closing
balance say which end they are of. A mere balance is that of the day on which it is stated, and is
the closing one only where the file reaches up to that day.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from domain.formats.statement import StatementEnd, Unreadable


class BalanceKind(StrEnum):
    """Which balance a line states."""

    OPENING = "opening"
    CLOSING = "closing"
    CURRENT = "current"


_LABELS = {
    BalanceKind.OPENING: r"(?:anfangs|start|er\u00f6ffnungs)saldo|alter (?:kontostand|saldo)"
    r"|saldo alt|saldovortrag|(?:kontostand|saldo) (?:am|zu) (?:beginn|anfang)"
    r"|(?:opening|start(?:ing)?|beginning|previous) balance",
    BalanceKind.CLOSING: r"(?:end|schluss|abschluss)saldo|neuer (?:kontostand|saldo)|saldo neu"
    r"|(?:kontostand|saldo) (?:am|zum) ende|(?:closing|end(?:ing)?|new) balance",
    BalanceKind.CURRENT: r"(?:konto)?saldo|(?:aktueller |letzter )?kontostand"
    r"|(?:current |account )?balance",
}
_DAY = r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d\d-\d\d"
_AFTER = (
    rf"(?:\s*(?:vom|am|per|zum|as of|on)?\s*(?P<day>{_DAY}))?"
    r"\s*(?:\(?(?:€|[a-z]{3})\)?)?\s*:?\s*(?P<amount>[+-]?\s?\d[\d.,'\s]*[+-]?\s?(?:€|[a-z]{3})?)?"
)
_CELLS = {
    kind: re.compile(rf"(?:{words}){_AFTER}", re.IGNORECASE) for kind, words in _LABELS.items()
}
_IS_DAY = re.compile(_DAY)
_MONEY = re.compile(r"[+\u2212-]?\s?\d[\d.,'\u2019\s]*[+-]?\s?(?:€|[A-Z]{3})?")
_CURRENCY = re.compile(r"€|[A-Z]{3}")
_SIDES = {"S": "-", "D": "-", "SOLL": "-", "DEBIT": "-", "-": "-", "H": "", "C": "", "HABEN": "",
          "CREDIT": "", "+": ""}  # fmt: skip
_RANGE = re.compile(r"zeitraum|period|umsätze|von|bis", re.IGNORECASE)
_CREATED = re.compile(r"erstellt|created|exported", re.IGNORECASE)
_FORMS = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d/%m/%Y")


@dataclass(frozen=True, slots=True)
class StatedBalance:
    """One balance, as its line writes it, and the day that stands with it."""

    kind: BalanceKind
    words: str
    day: date | None


@dataclass(slots=True)
class Stated:
    """What the lines around the bookings of a file say of balances, and of its days."""

    balances: list[StatedBalance] = field(default_factory=list)
    created: date | None = None
    until: date | None = None

    def take(self, cells: Sequence[str], *, is_above: bool) -> bool:
        """Note what a line states; whether it is a balance, and so no booking."""
        found = stated_in(cells)
        if found is not None:
            self.balances.append(found)
        elif is_above:
            self._take_days(" ".join(cells))
        return found is not None

    def _take_days(self, words: str) -> None:
        days = [day for found in _IS_DAY.findall(words) if (day := _day_of(found))]
        if days and _CREATED.search(words):
            self.created = days[-1]
        elif days and _RANGE.search(words):
            self.until = days[-1]

    def held_against(self, end: StatementEnd, read: Callable[[str], Decimal]) -> StatementEnd:
        """The balances of a statement with those that are stated, which go before its rows' own.

        Where they differ from what the rows lead to, the statement does not add up.
        """
        known: dict[BalanceKind, Decimal] = {}
        notes = list(end.notes)
        for each in self.balances:
            kind = self._end_of(each, end)
            try:
                amount = read(each.words)
            except Unreadable:
                notes.append(f"The balance {each.words!r} cannot be read.")
                continue
            if kind is None:
                notes.append(
                    f"A balance of {amount:.2f} is stated of a day that the rows do not reach;"
                    " it is not compared."
                )
            elif known.setdefault(kind, amount) != amount:
                notes.append(f"Two different {kind} balances are stated.")
        opening = known.get(BalanceKind.OPENING, end.opening)
        closing = known.get(BalanceKind.CLOSING, end.closing)
        return StatementEnd(opening, closing, end.first_day, end.last_day, tuple(notes))

    def _end_of(self, stated: StatedBalance, end: StatementEnd) -> BalanceKind | None:
        if stated.kind is not BalanceKind.CURRENT:
            return stated.kind
        day = stated.day or self.created
        reached = self.until or end.last_day
        if day is None or end.last_day is None or day < end.last_day:
            return None
        is_reached = reached is not None and (day <= reached or self.until is None)
        return BalanceKind.CLOSING if is_reached else None


def stated_in(cells: Sequence[str]) -> StatedBalance | None:
    """The balance that a line states, if it states one and is nothing else.

    >>> stated_in(["Endsaldo", "", "1.234,56", "EUR", "S"]).words
    '-1.234,56'
    >>> stated_in(["01.02.2026", "Endsaldo Reisen GmbH", "12,00"]) is None
    True
    """
    said = [cell.strip().strip("'").strip() for cell in cells]
    filled = [cell for cell in said if cell]
    for at, cell in enumerate(filled):
        for kind, pattern in _CELLS.items():
            found = pattern.fullmatch(cell)
            if found and (at == 0 or kind is not BalanceKind.CURRENT):
                rest = [*filled[:at], *filled[at + 1 :]]
                return _stated(kind, found, rest)
    return None


def _stated(kind: BalanceKind, found: re.Match[str], rest: Sequence[str]) -> StatedBalance | None:
    """The balance of a line whose other cells are days, amounts, a currency and a side alone."""
    days = [each for each in rest if _IS_DAY.fullmatch(each)]
    others = [each for each in rest if each not in days]
    amounts = [each for each in others if _MONEY.fullmatch(each)]
    sides = [each for each in others if each.upper() in _SIDES]
    plain = all(each in amounts or each in sides or _CURRENCY.fullmatch(each) for each in others)
    words = [*filter(None, (found["amount"],)), *amounts]
    if not plain or len(set(words)) != 1:
        return None
    day = next(filter(None, map(_day_of, filter(None, (found["day"], *days)))), None)
    sign = next((_SIDES[each.upper()] for each in sides), "")
    return StatedBalance(kind, sign + words[0].strip(), day)


def _day_of(words: str) -> date | None:
    for form in _FORMS:
        try:
            return datetime.strptime(words, form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return None
