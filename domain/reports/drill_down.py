"""Which rows of the journal a figure of a report is the sum of."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.dates import MONTH
from domain.errors import InvalidInput, NotFound
from domain.ledger.account import NUMBER
from domain.money import ZERO
from domain.reports.account_rows import CARRIED_RESULT, PERIOD_RESULT, Balance
from domain.reports.layout import Part, nets_of
from domain.reports.management import group_of, groups_of, sign_of
from domain.reports.positions import PROFIT_LOSS, factor_of, layout_of, leaves, positions
from domain.reports.snapshot import Snapshot

_EVER = date(1, 1, 1)
_DAY = timedelta(days=1)
_FIRST_MONTH = "0001-01"


class LineNotFound(NotFound):
    """The report has no such line."""

    code = "NOT_FOUND"

    def __init__(self, line: str) -> None:
        super().__init__(f"The report has no line {line}.", line=line)


class Statement(StrEnum):
    """The reports whose figures lead to rows."""

    SUSA = "susa"
    TRIAL_BALANCE = "trial_balance"
    GUV = "guv"
    BILANZ = "bilanz"
    BWA = "bwa"
    MONTHLY = "monthly"
    VAT_RETURN = "vat_return"
    CASH_FLOW = "cash_flow"


class FigureName(StrEnum):
    """Which figure of a line: of an account in the trial balance, or of a month."""

    MOVEMENT = "movement"
    OPENING = "opening"
    CLOSING = "closing"
    REVENUE = "revenue"
    EXPENSES = "expenses"
    RESULT = "result"


_OF_ACCOUNT = (FigureName.MOVEMENT, FigureName.OPENING, FigureName.CLOSING)
_FIGURES = {
    Statement.SUSA: _OF_ACCOUNT,
    Statement.TRIAL_BALANCE: _OF_ACCOUNT,
    Statement.MONTHLY: (FigureName.REVENUE, FigureName.EXPENSES, FigureName.RESULT),
}


@dataclass(frozen=True, slots=True)
class Selector:
    """Rows of an account on some days; all of them, only opening ones, or none of these.

    With `by_partner` only those that name `partner`, or no partner where it is None. Selectors
    of one figure never share a row on one side.
    """

    account: str
    first: date
    last: date
    opening: bool | None = None
    by_partner: bool = False
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: `sign` times debit minus credit of the rows that are selected."""

    line: str
    amount: Decimal
    sign: int
    selectors: tuple[Selector, ...]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One row of the journal, and what it brings to the figure on either side."""

    journal_number: int
    entry_no: str
    intent_id: UUID
    booking_date: date
    period: str
    account_debit: str
    account_credit: str
    amount: Decimal
    debit: Decimal
    credit: Decimal
    description: str
    external_reference: str | None
    document_id: UUID | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line of a report, and which of its figures."""

    statement: Statement
    line: str
    figure: FigureName | None = None

    def __post_init__(self) -> None:
        """Refuse a figure that the report's lines do not have."""
        if self.figure is not None and self.figure not in _FIGURES.get(self.statement, ()):
            raise InvalidInput("query/figure", f"is no figure of {self.statement}")


@dataclass(frozen=True, slots=True)
class Material:
    """What figures are found in: accounts by number, and their parts in the layouts."""

    snapshot: Snapshot
    balances: Mapping[str, Balance]
    parts: Callable[[], list[Part]]


def figure_of(wanted: Wanted, material: Material) -> Figure:
    """The figure of a line. Raises LineNotFound."""
    if wanted.statement is Statement.BWA:
        return _of_group(wanted.line, material)
    if wanted.statement is Statement.MONTHLY:
        return _of_month(wanted, material)
    if wanted.statement in {Statement.GUV, Statement.BILANZ}:
        return _of_statement(wanted, material)
    return _of_trial_balance(wanted, material)


def _of_statement(wanted: Wanted, material: Material) -> Figure:
    is_result = wanted.statement is Statement.GUV
    position = positions(_layout(material)).get(wanted.line)
    if position is not None and (position.statement == PROFIT_LOSS) is is_result:
        return _of_position(wanted.line, material)
    if not is_result and wanted.line in {CARRIED_RESULT, PERIOD_RESULT}:
        return _of_results(wanted.line, material)
    return _of_account(wanted.line, material, is_result=is_result)


def _of_trial_balance(wanted: Wanted, material: Material) -> Figure:
    snapshot = material.snapshot
    if wanted.line == CARRIED_RESULT:
        if wanted.figure is FigureName.MOVEMENT:
            return Figure(wanted.line, ZERO, 1, ())
        selectors = tuple(
            Selector(each.number, _EVER, snapshot.year_start - _DAY) for each in _results(material)
        )
        net = sum((each.earlier for each in _results(material)), ZERO)
        return Figure(wanted.line, net, 1, selectors)
    account = _account(wanted.line, material)
    first, last = snapshot.days.first, snapshot.days.last
    since = snapshot.year_start if account.is_result else _EVER
    moved = Selector(account.number, first, last, opening=False)
    if wanted.figure is FigureName.OPENING:
        before = Selector(account.number, since, first - _DAY)
        return Figure(wanted.line, account.start, 1, (before, _opening(account.number, snapshot)))
    if wanted.figure is FigureName.CLOSING:
        whole = Selector(account.number, since, last)
        return Figure(wanted.line, account.start + account.moved, 1, (whole,))
    return Figure(wanted.line, account.moved, 1, (moved,))


def _of_account(line: str, material: Material, *, is_result: bool) -> Figure:
    account = _account(line, material)
    if account.is_result is not is_result:
        raise LineNotFound(line)
    if is_result:
        return Figure(line, account.moved, 1, (_moves_of_range(account.number, material.snapshot),))
    whole = Selector(line, _EVER, material.snapshot.days.last)
    return Figure(line, account.total_debit - account.total_credit, 1, (whole,))


def _of_results(line: str, material: Material) -> Figure:
    snapshot = material.snapshot
    found = list(_results(material))
    if line == PERIOD_RESULT:
        net = sum((each.moved for each in found), ZERO)
        return Figure(line, net, 1, tuple(_moves_of_range(each.number, snapshot) for each in found))
    net = sum((each.total_debit - each.total_credit - each.moved for each in found), ZERO)
    return Figure(line, net, 1, tuple(_carried((each.number for each in found), snapshot)))


def _of_group(line: str, material: Material) -> Figure:
    groups = groups_of(line)
    if not groups:
        raise LineNotFound(line)
    found = [each for each in _results(material) if group_of(each) in groups]
    net = sum((each.moved for each in found), ZERO)
    selectors = tuple(_moves_of_range(each.number, material.snapshot) for each in found)
    return Figure(line, sign_of(line) * net, sign_of(line), selectors)


def _of_month(wanted: Wanted, material: Material) -> Figure:
    """The range of the material is the month."""
    kinds = {FigureName.REVENUE: ("revenue",), FigureName.EXPENSES: ("expense",)}
    kind = kinds.get(wanted.figure or FigureName.RESULT, ("revenue", "expense"))
    found = [each for each in _results(material) if each.type in kind]
    sign = 1 if wanted.figure is FigureName.EXPENSES else -1
    net = sum((each.moved for each in found), ZERO)
    selectors = tuple(_moves_of_range(each.number, material.snapshot) for each in found)
    return Figure(wanted.line, sign * net, sign, selectors)


def _of_position(code: str, material: Material) -> Figure:
    layout = _layout(material)
    found = [part for part in material.parts() if part.leaf in leaves(layout, code)]
    sign = factor_of(layout, code)
    net = sum((part.net for part in found), ZERO)
    selectors = tuple(each for part in found for each in _of_part(part, material))
    return Figure(code, sign * net, sign, selectors)


def _layout(material: Material) -> str:
    return layout_of(material.snapshot.country, nets_of(material.parts()))


def _of_part(part: Part, material: Material) -> Iterator[Selector]:
    snapshot = material.snapshot
    if part.account is None:
        numbers = (b.number for b in material.balances.values() if _is_carried(b, snapshot))
        yield from _carried(numbers, snapshot)
    elif _is_carried(material.balances[part.account], snapshot):
        yield _moves_of_range(part.account, snapshot)
    else:
        yield Selector(
            part.account,
            _EVER,
            snapshot.days.last,
            by_partner=part.by_partner,
            partner=part.partner,
        )


def _is_carried(balance: Balance, snapshot: Snapshot) -> bool:
    """Whether the account begins the range at nothing in the layouts."""
    known = positions(snapshot.country).get(balance.statement_group or "")
    return balance.is_result or (known is not None and known.statement == PROFIT_LOSS)


def _account(number: str, material: Material) -> Balance:
    found = material.balances.get(number)
    if found is None:
        raise LineNotFound(number)
    return found


def _results(material: Material) -> Iterable[Balance]:
    return (each for each in material.balances.values() if each.is_result)


def _moves_of_range(number: str, snapshot: Snapshot) -> Selector:
    return Selector(number, snapshot.days.first, snapshot.days.last, opening=False)


def _opening(number: str, snapshot: Snapshot) -> Selector:
    return Selector(number, snapshot.days.first, snapshot.days.last, opening=True)


def _carried(numbers: Iterable[str], snapshot: Snapshot) -> Iterator[Selector]:
    for number in numbers:
        yield Selector(number, _EVER, snapshot.days.first - _DAY)
        yield _opening(number, snapshot)


def is_account(line: str) -> bool:
    """Whether a line can be the number of an account."""
    return NUMBER.fullmatch(line) is not None


def month_of_line(line: str) -> str:
    """The month that is asked for. Raises LineNotFound."""
    if not MONTH.fullmatch(line) or line < _FIRST_MONTH:
        raise LineNotFound(line)
    return line
