"""The short management report (BWA), from the report groups of the accounts.

Income and results are positive when they are good, costs when they are spent.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from domain.money import ZERO
from domain.reports.account_rows import Balance, ReportRow

# A group that is no line of this report counts by the type of its account.
_OTHERWISE = {"revenue": "other_income", "expense": "other_opex"}


@dataclass(frozen=True, slots=True)
class _Group:
    """A line that adds accounts; `sign` times debit minus credit."""

    key: str
    label: str
    sign: int


@dataclass(frozen=True, slots=True)
class _Total:
    """A line that adds groups: income less costs."""

    key: str
    label: str
    groups: tuple[str, ...]


_LINES: tuple[_Group | _Total, ...] = (
    _Group("revenue", "Umsatzerlöse", -1),
    _Group("material_expense", "Materialaufwand", 1),
    _Total("gross_profit", "Rohertrag", ("revenue", "material_expense")),
    _Group("other_income", "Sonstige betriebliche Erträge", -1),
    _Group("personnel_expense", "Personalaufwand", 1),
    _Group("depreciation", "Abschreibungen", 1),
    _Group("other_opex", "Sonstige betriebliche Aufwendungen", 1),
    _Total(
        "operating_result",
        "Betriebsergebnis",
        (
            "revenue",
            "material_expense",
            "other_income",
            "personnel_expense",
            "depreciation",
            "other_opex",
        ),
    ),
    _Group("interest_income", "Zinserträge und ähnliche Erträge", -1),
    _Group("interest_expense", "Zinsaufwendungen und ähnliche Aufwendungen", 1),
    _Total("financial_result", "Finanzergebnis", ("interest_income", "interest_expense")),
    _Group("taxes", "Steuern", 1),
)
_GROUPS = {line.key: line for line in _LINES if isinstance(line, _Group)}
_RESULT = _Total("result", "Ergebnis", tuple(_GROUPS))
_TOTALS = {line.key: line.groups for line in (*_LINES, _RESULT) if isinstance(line, _Total)}


@dataclass(frozen=True, slots=True)
class ManagementLine:
    """One line: what the range brought, and the fiscal year up to its end."""

    key: str
    label: str
    is_total: bool
    amount: Decimal
    year_to_date: Decimal


def group_of(balance: Balance) -> str:
    """The line that an account of the result belongs to."""
    group = balance.report_group or ""
    return group if group in _GROUPS else _OTHERWISE[balance.type]


def groups_of(key: str) -> tuple[str, ...]:
    """The groups that a line adds up; none for a line that is not known.

    >>> groups_of("gross_profit"), groups_of("taxes"), groups_of("cash")
    (('revenue', 'material_expense'), ('taxes',), ())
    """
    return (key,) if key in _GROUPS else _TOTALS.get(key, ())


def sign_of(key: str) -> int:
    """What a line makes of debit minus credit.

    >>> sign_of("taxes"), sign_of("result")
    (1, -1)
    """
    return _GROUPS[key].sign if key in _GROUPS else -1


def management(in_range: Iterable[Balance], in_year: Iterable[Balance]) -> Iterator[ManagementLine]:
    """The report: accounts that moved in the range, and in the fiscal year."""
    now, year = _nets(in_range), _nets(in_year)
    for line in (*_LINES, _RESULT):
        yield ManagementLine(
            line.key,
            line.label,
            isinstance(line, _Total),
            _amount(line.key, now),
            _amount(line.key, year),
        )


def group_rows(balances: Iterable[Balance]) -> Iterator[ReportRow]:
    """Each group that moved, in the form of an account's row."""
    moved: dict[str, list[Balance]] = defaultdict(list)
    for each in balances:
        if each.is_result and (each.debit or each.credit):
            moved[group_of(each)].append(each)
    for key, group in _GROUPS.items():
        if key in moved:
            debit = sum((each.debit for each in moved[key]), ZERO)
            credit = sum((each.credit for each in moved[key]), ZERO)
            kind = "revenue" if group.sign < 0 else "expense"
            yield ReportRow(None, group.label, kind, None, key, debit, credit, debit - credit)


def _nets(balances: Iterable[Balance]) -> dict[str, Decimal]:
    nets: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for each in balances:
        if each.is_result:
            nets[group_of(each)] += each.moved
    return nets


def _amount(key: str, nets: Mapping[str, Decimal]) -> Decimal:
    net = sum((nets.get(group, ZERO) for group in groups_of(key)), ZERO)
    return sign_of(key) * net
