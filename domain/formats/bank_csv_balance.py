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
from domain.money import currency_of


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
_LABEL = {kind: re.compile(words, re.IGNORECASE) for kind, words in _LABELS.items()}
_ANY_LABEL = re.compile(
    "|".join(rf"(?<!\w)(?:{words})(?!\w)" for words in _LABELS.values()), re.IGNORECASE
)
_MENTIONED = re.compile(r"saldo|kontostand|balance", re.IGNORECASE)
_DAY = r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d\d-\d\d"
_AFTER = re.compile(
    rf" ?(?:in )?(?:(?:vom|am|per|zum|as of|on) )?(?P<day>{_DAY})?"
    r" ?\(?(?P<currency>\u20ac|[A-Za-z]{3})?\)? ?:? ?(?P<money>.*)",
    re.IGNORECASE,
)
_IS_DAY = re.compile(_DAY)
_SIDES = {"S": "-", "D": "-", "DR": "-", "SOLL": "-", "DEBIT": "-", "-": "-", "\u2212": "-",
          "H": "+", "C": "+", "CR": "+", "HABEN": "+", "CREDIT": "+", "+": "+"}  # fmt: skip
_MONEY = re.compile(
    r"(?P<before>\u20ac|[A-Z]{3})? ?(?P<sign>[+\u2212-])? ?(?P<between>\u20ac|[A-Z]{3})? ?"
    r"(?P<number>\d[\d.,'\u2019 ]*)(?P<trailing>[+\u2212-])? ?(?P<behind>\u20ac|[A-Z]{3})?"
    r"(?: (?P<side>S|H|D|C|DR|CR|SOLL|HABEN))?",
    re.IGNORECASE,
)
_LONGEST = 200  # characters of a cell that may state a balance
_RANGE = re.compile(r"zeitraum|period|ums\u00e4tze|von|bis", re.IGNORECASE)
_CREATED = re.compile(r"erstellt|created|exported", re.IGNORECASE)
_FORMS = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d/%m/%Y")


@dataclass(frozen=True, slots=True)
class StatedBalance:
    """One balance, as its line writes it, with the day and the currency that stand beside it.

    Its words cannot be read where its sign and its side contradict each other.
    """

    kind: BalanceKind
    words: str
    day: date | None = None
    currency: str | None = None


@dataclass(slots=True)
class Stated:
    """What the lines around the bookings of a file say of balances, and of its days."""

    balances: list[StatedBalance] = field(default_factory=list)
    created: date | None = None
    until: date | None = None

    def take(self, cells: Sequence[str], *, is_above: bool) -> bool:
        """Note what a line states; whether it is a balance, and so no booking."""
        found = stated_in(cells)
        self.balances.extend(found)
        if not found and is_above:
            self._take_days(" ".join(cells))
        return bool(found)

    def _take_days(self, words: str) -> None:
        days = [day for found in _IS_DAY.findall(words) if (day := _day_of(found))]
        if days and _CREATED.search(words):
            self.created = days[-1]
        elif days and _RANGE.search(words):
            self.until = days[-1]

    def held_against(
        self, end: StatementEnd, currency: str | None, read: Callable[[str], Decimal]
    ) -> StatementEnd:
        """The balances of a statement with those that are stated, which go before its rows' own.

        Where they differ from what the rows lead to, the statement does not add up. One in another
        currency than that of the account (`currency`) is none of its balances.
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
            if currency is not None and each.currency not in (None, currency):
                notes.append(f"A balance of {amount:.2f} {each.currency} is not compared.")
            elif kind is None:
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
        reached = self.until or self.created or end.last_day
        if day is None or reached is None or end.last_day is None:
            return None
        return BalanceKind.CLOSING if end.last_day <= day <= reached else None


def stated_in(cells: Sequence[str]) -> tuple[StatedBalance, ...]:
    """The balances that a line states, if it states some and is nothing else.

    >>> [each.words for each in stated_in(["Endsaldo", "", "1.234,56", "EUR", "S"])]
    ['-1.234,56']
    >>> [each.words for each in stated_in(["Anfangssaldo", "1,00", "Endsaldo: EUR 2,00"])]
    ['1,00', '2,00']
    >>> stated_in(["01.02.2026", "Endsaldo Reisen GmbH", "12,00"])
    ()
    """
    if not any(map(_MENTIONED.search, cells)):
        return ()
    said = [" ".join(cell.strip().strip("'").split()) for cell in cells]
    parts = [part for cell in said if cell for part in _divided(cell)]
    labels = [(at, found) for at, part in enumerate(parts) if (found := _labelled(part))]
    if not labels or (labels[0][0] and labels[0][1][0] is BalanceKind.CURRENT):
        return ()
    ends = [at for at, _ in labels[1:]] + [len(parts)]
    balances = []
    for number, ((at, (kind, words)), end) in enumerate(zip(labels, ends, strict=True)):
        before = [] if number else parts[:at]
        balance = _stated(kind, words, [*before, *parts[at + 1 : end]])
        if balance is None:
            return ()
        balances.append(balance)
    return tuple(balances)


def _divided(cell: str) -> list[str]:
    """A cell with several labels, one part for each."""
    if len(cell) > _LONGEST or not any(each.match(cell) for each in _LABEL.values()):
        return [cell]
    starts = [match.start() for match in _ANY_LABEL.finditer(cell)] or [0]
    return [cell[a:b].strip(" /|,;") for a, b in zip(starts, [*starts[1:], None], strict=True)]


def _labelled(cell: str) -> tuple[BalanceKind, re.Match[str]] | None:
    """Which balance a cell names, with what stands behind the name: a day, a currency, money."""
    if len(cell) > _LONGEST:
        return None
    for kind, label in _LABEL.items():
        name = label.match(cell)
        after = _AFTER.fullmatch(cell, name.end()) if name else None
        if after and (not after["money"] or _MONEY.fullmatch(after["money"])):
            return kind, after
    return None


def _stated(kind: BalanceKind, found: re.Match[str], rest: Sequence[str]) -> StatedBalance | None:
    """The balance of a line whose other cells are days, amounts, a currency and a side alone."""
    days = [each for each in rest if _IS_DAY.fullmatch(each)]
    others = [each for each in rest if each not in days]
    monies = [found["money"], *others] if found["money"] else others
    amounts = [match for each in monies if (match := _MONEY.fullmatch(each))]
    sides = [each for each in others if each.upper() in _SIDES]
    codes = [each for each in others if _currency_in(each)]
    is_plain = len(others) == len(sides) + len(codes) + len(amounts) - bool(found["money"])
    if not is_plain or not amounts:
        return None
    named = [found["currency"], *codes]
    named += [match[name] for match in amounts for name in ("before", "between", "behind")]
    currencies = {_currency_in(each) for each in named if each}
    words = {_signed(match, sides) for match in amounts}
    if None in currencies or len(currencies) > 1 or len(words) > 1:
        return None
    day = next(filter(None, map(_day_of, filter(None, (found["day"], *days)))), None)
    return StatedBalance(kind, words.pop(), day, next(iter(currencies), None))


def _currency_in(words: str) -> str | None:
    return "EUR" if words == "\u20ac" else currency_of(words)


def _signed(match: re.Match[str], sides: Sequence[str]) -> str:
    """The number with its sign, or with both where they contradict each other."""
    said = filter(None, (match["sign"], match["trailing"], match["side"], *sides))
    signs = {_SIDES[each.upper()] for each in said}
    number = match["number"].strip()
    return number if signs <= {"+"} else "".join(sorted(signs)) + number


def _day_of(words: str) -> date | None:
    for form in _FORMS:
        try:
            return datetime.strptime(words, form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return None
