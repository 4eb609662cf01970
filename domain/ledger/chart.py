"""Charts of accounts: Austria's EKR, Germany's SKR03 and SKR04. The data lies in charts/."""

import csv
from enum import StrEnum
from functools import cache
from importlib.resources import files

from domain.ledger.account import Account, AccountRole, AccountType, report_group_of


class Chart(StrEnum):
    """The charts a tenant can keep its books in."""

    AT_EKR = "at_ekr"
    DE_SKR03 = "de_skr03"
    DE_SKR04 = "de_skr04"

    @property
    def country(self) -> str:
        """Country whose law the chart serves: AT or DE."""
        return self.value[:2].upper()


_ROLES = {
    Chart.AT_EKR: ("2800", "2000", "3300", "2500", "3500", "4860", "7860", "9800"),
    Chart.DE_SKR03: ("1200", "1400", "1600", "1576", "1776", "2660", "2150", "9000"),
    Chart.DE_SKR04: ("1800", "1200", "3300", "1406", "3806", "4840", "6880", "9000"),
}


def role(chart: Chart, wanted: AccountRole) -> str:
    """Number of the account that a chart uses for a role.

    >>> role(Chart.DE_SKR04, AccountRole.PAYABLES)
    '3300'
    """
    return _ROLES[chart][list(AccountRole).index(wanted)]


@cache
def accounts(chart: Chart) -> tuple[Account, ...]:
    """System accounts of a chart, by number."""
    text = files("domain.ledger").joinpath(f"charts/{chart}.csv").read_text(encoding="utf-8")
    return tuple(_account(row) for row in csv.DictReader(text.splitlines()))


@cache
def automatic_accounts(chart: Chart) -> dict[str, str | None]:
    """Accounts on which DATEV computes the tax itself (AM, AV), with the code they stand for.

    >>> automatic_accounts(Chart.DE_SKR04)["4400"]
    'UST19'
    """
    text = files("domain.ledger").joinpath(f"charts/{chart}.csv").read_text(encoding="utf-8")
    return {
        row["number"]: row["default_tax_code"] or None
        for row in csv.DictReader(text.splitlines())
        if row["datev_function"].endswith(("AM", "AV"))
    }


@cache
def tax_relevances(chart: Chart) -> dict[str, str]:
    """What tax has to do with each system account.

    >>> tax_relevances(Chart.AT_EKR)["2800"], tax_relevances(Chart.AT_EKR)["3200"]
    ('none', 'output_vat_base')
    """
    text = files("domain.ledger").joinpath(f"charts/{chart}.csv").read_text(encoding="utf-8")
    return {row["number"]: row["tax_relevance"] for row in csv.DictReader(text.splitlines())}


def _account(row: dict[str, str]) -> Account:
    kind = AccountType(row["type"])
    return Account(
        number=row["number"],
        name=row["name"],
        type=kind,
        category=row["category"],
        report_group=report_group_of(kind, row["category"]),
        statement_group=row["report_group"],
        default_tax_code=row["default_tax_code"] or None,
        is_system=True,
        is_open_item=row["tax_relevance"] == "open_items",
        active=row["active"] == "true",
    )
