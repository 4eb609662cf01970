"""Charts where a look is enough: where bars stand in a drawing that the server makes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from domain.money import ZERO
from domain.reports.cash_outlook import OutlookDay, lowest

WIDTH, HEIGHT = 760, 212
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 8, 12, 28
_STEPS = (1, 2, 3, 5, 10)
_LINES = 3


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, or the place of one that is naught."""

    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal
    amount: Decimal
    kind: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A label beside an axis."""

    at: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Bars:
    """A drawing of bars: `labels` are the days below them."""

    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    labels: Sequence[tuple[Decimal, date]]
    sums: Sequence[Decimal]
    largest: tuple[date, Decimal] | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return not any(bar.amount for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Lines:
    """A drawing of two step lines, as paths: `least` without what we are paid, `most` with it."""

    least: str
    most: str
    ticks: Sequence[Tick]
    labels: Sequence[tuple[Decimal, date]]
    lowest: tuple[date, Decimal]
    last: OutlookDay


@dataclass(frozen=True, slots=True)
class Line:
    """A drawing of one step line, as a path."""

    path: str
    ticks: Sequence[Tick]
    labels: Sequence[tuple[Decimal, date]]


def cash(days: Sequence[OutlookDay]) -> Lines:
    """What the bank accounts come to, day by day."""
    amounts = [amount for each in days for amount in (each.least, each.most)]
    low, top, step = _span(amounts)
    height = _heights(low, top)
    wide = _wide(len(days))
    least, most = (
        _stepped(line, wide, height)
        for line in ([each.least for each in days], [each.most for each in days])
    )
    low_day = lowest(days)
    return Lines(
        least,
        most,
        _ticks(low, top, step, height),
        [(_short(_LEFT + wide * at + wide / 2), days[at].day) for at in range(0, len(days), 7)],
        (low_day.day, low_day.least),
        days[-1],
    )


def balance(days: Sequence[tuple[date, Decimal]]) -> Line:
    """What an account came to, day by day; named are the days on which a month begins."""
    low, top, step = _span([amount for _, amount in days])
    height = _heights(low, top)
    wide = _wide(len(days))
    begun = [at for at, (day, _) in enumerate(days) if day.day == 1]
    return Line(
        _stepped([amount for _, amount in days], wide, height),
        _ticks(low, top, step, height),
        [(_short(_LEFT + wide * at), days[at][0]) for at in begun],
    )


def _stepped(
    amounts: Sequence[Decimal], wide: Decimal, height: Callable[[Decimal], Decimal]
) -> str:
    """A path that goes on level until the next day, and up or down there."""
    steps = (
        f"{'H' if at else 'M'}{_short(_LEFT + wide * at)}{'V' if at else ' '}{height(amount)}"
        for at, amount in enumerate(amounts)
    )
    return " ".join(steps) + f" H{WIDTH - _RIGHT}"


def due(items: Iterable[tuple[date, Decimal]], today: date, days: int) -> Bars:
    """What falls due on each of some days; what is overdue stands on the first."""
    amounts = [ZERO] * days
    for day, amount in items:
        at = max((day - today).days, 0)
        if at < days:
            amounts[at] += amount
    dates = [today + timedelta(days=at) for at in range(days)]
    largest = max(zip(amounts, dates, strict=True), default=None)
    named = [(at, dates[at]) for at in range(0, days, 7)]
    peak = (largest[1], largest[0]) if largest and largest[0] else None
    return _drawn([[("due", amount)] for amount in amounts], named, [sum(amounts, ZERO)], peak)


def months(rows: Sequence[tuple[date, Decimal, Decimal]]) -> Bars:
    """Revenue and cost of some months."""
    groups = [[("rev", revenue), ("cost", cost)] for _, revenue, cost in rows]
    named = [(at, month) for at, (month, _, _) in enumerate(rows)]
    revenue = sum((each[1] for each in rows), ZERO)
    cost = sum((each[2] for each in rows), ZERO)
    return _drawn(groups, named, [revenue, cost, revenue - cost], None)


def _drawn(
    groups: Sequence[Sequence[tuple[str, Decimal]]],
    named: Sequence[tuple[int, date]],
    sums: Sequence[Decimal],
    largest: tuple[date, Decimal] | None,
) -> Bars:
    low, top, step = _span([amount for group in groups for _, amount in group])
    height = _heights(low, top)
    wide = _wide(len(groups))
    bars = []
    for at, group in enumerate(groups):
        width = min(wide * Decimal("0.62") / len(group), Decimal(16))
        start = _LEFT + wide * at + (wide - width * len(group)) / 2
        for number, (kind, amount) in enumerate(group):
            ends = sorted((height(amount), height(ZERO)))
            x = _short(start + width * number)
            bars.append(Bar(x, ends[0], _short(width - 2), ends[1] - ends[0], amount, kind))
    return Bars(
        bars,
        _ticks(low, top, step, height),
        [(_short(_LEFT + wide * at + wide / 2), day) for at, day in named],
        sums,
        largest,
    )


def _span(amounts: Sequence[Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    """Least and most of an axis, and the step between its lines."""
    least, most = min(amounts, default=ZERO), max(amounts, default=ZERO)
    step = _step(max(most, -least))
    low = -step * (-least // step + 1) if least < ZERO else ZERO
    return low, step * _LINES if most > ZERO or not low else ZERO, step


def _heights(low: Decimal, top: Decimal) -> Callable[[Decimal], Decimal]:
    scale = Decimal(HEIGHT - _TOP - _BOTTOM) / (top - low)
    return lambda amount: _short(Decimal(HEIGHT - _BOTTOM) - (amount - low) * scale)


def _wide(count: int) -> Decimal:
    return Decimal(WIDTH - _LEFT - _RIGHT) / max(count, 1)


def _ticks(
    low: Decimal, top: Decimal, step: Decimal, height: Callable[[Decimal], Decimal]
) -> list[Tick]:
    lines = [low + step * number for number in range(int((top - low) / step) + 1)]
    return [Tick(height(amount), amount) for amount in lines]


def _step(most: Decimal) -> Decimal:
    """A round step, of which three hold the largest amount.

    >>> _step(Decimal(70000)), _step(Decimal(0))
    (Decimal('30000'), Decimal('1'))
    """
    if most <= 0:
        return Decimal(1)
    unit = Decimal(1).scaleb(most.adjusted() - 1)
    while True:
        for factor in _STEPS:
            if unit * factor * _LINES >= most:
                return Decimal(f"{unit * factor:f}")
        unit *= 10


def _short(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"))
