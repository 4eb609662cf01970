"""Where an account of the tenant's own stands in the reports: among its neighbours in the chart."""

from collections.abc import Iterable
from dataclasses import replace

from domain.ledger.account import Account, AccountRole, AccountType, has_group, report_group_of
from domain.ledger.chart import Chart, accounts, role

_OPEN_GROUPS = frozenset({"receivables", "liabilities"})
_BALANCES = frozenset({AccountType.ASSET, AccountType.LIABILITY})
_RANGE = 2
_DIGITS = 8


def placed(account: Account, chart: Chart) -> Account:
    """Fill in what an own account does not say: report group, legal layout, open items.

    The chart's accounts of the same type around its number say it; the first digit of a number
    alone says nothing.
    """
    group = account.report_group or _group_of(account, chart)
    return replace(
        account,
        report_group=group,
        statement_group=account.statement_group or _statement_group(account, group, chart),
        is_open_item=group in _OPEN_GROUPS or _is_in_open_range(account, chart),
    )


def _group_of(account: Account, chart: Chart) -> str:
    if has_group(account.category):
        return report_group_of(account.type, account.category)
    found = _nearest(account.number, _of_type(account.type, chart))
    if found is None or not _shared(found.number, account.number):
        return report_group_of(account.type, account.category)
    return found.report_group or report_group_of(account.type, account.category)


def _statement_group(account: Account, group: str, chart: Chart) -> str | None:
    alike = [each for each in _of_type(account.type, chart) if each.report_group == group]
    found = _nearest(account.number, alike or _of_type(account.type, chart))
    return found.statement_group if found else None


def _is_in_open_range(account: Account, chart: Chart) -> bool:
    """Whether it lies beside the control accounts: 12xx and 33xx in SKR04."""
    ranges = {
        role(chart, each)[:_RANGE] for each in (AccountRole.RECEIVABLES, AccountRole.PAYABLES)
    }
    is_long = len(account.number) >= len(role(chart, AccountRole.RECEIVABLES))
    return is_long and account.type in _BALANCES and account.number[:_RANGE] in ranges


def _of_type(kind: AccountType, chart: Chart) -> list[Account]:
    return [each for each in accounts(chart) if each.type is kind]


def _nearest(number: str, candidates: Iterable[Account]) -> Account | None:
    def distance(each: Account) -> tuple[int, int, str]:
        away = abs(int(each.number.ljust(_DIGITS, "0")) - int(number.ljust(_DIGITS, "0")))
        return -_shared(each.number, number), away, each.number

    return min(candidates, key=distance, default=None)


def _shared(one: str, other: str) -> int:
    """Number of leading digits that two numbers share."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
                min(len(one), len(other)))  # fmt: skip
