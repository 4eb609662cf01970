"""Loads a chart's system accounts and tax codes into a new tenant; adds own accounts."""

import json
from functools import cache
from uuid import UUID

from sqlalchemy import insert, text
from sqlmodel import Session, select

from domain.database import audit
from domain.ledger import books_store
from domain.ledger.account import Account, DuplicateAccount
from domain.ledger.chart import Chart, accounts
from domain.ledger.placement import placed
from domain.ledger.rows import AccountRow
from domain.tax.code import TaxCode, system_codes

_NOBODY = UUID(int=0)


def load(session: Session, tenant_id: UUID, chart: Chart) -> None:
    """Write the system accounts and codes of a chart for a tenant that has none yet."""
    for statement, rows in (_accounts_of(chart), _codes_of(chart)):
        session.execute(text(statement), {"tenant": tenant_id, "rows": rows})


def add_account(session: Session, tenant_id: UUID, account: Account) -> Account:
    """Add a tenant's own account, or refuse a number that exists (DUPLICATE_ACCOUNT).

    What it does not say about its place in the reports follows from its neighbours in the chart.
    """
    taken = session.exec(
        select(AccountRow.number).where(
            AccountRow.tenant_id == tenant_id, AccountRow.number == account.number
        )
    ).first()
    if taken is not None:
        raise DuplicateAccount(account.number)
    whole = placed(account, books_store.books(session, tenant_id).chart)
    session.execute(insert(AccountRow), [_account(tenant_id, whole)])
    books_store.changed(session, tenant_id)
    facts: dict[str, object] = {"type": whole.type.value, "report_group": whole.report_group}
    audit.record(session, "account.created", "account", whole.number, after=facts)
    return whole


@cache
def _accounts_of(chart: Chart) -> tuple[str, str]:
    return _at_once("account", [_account(_NOBODY, each) for each in accounts(chart)])


@cache
def _codes_of(chart: Chart) -> tuple[str, str]:
    return _at_once("tax_code", [code_values(_NOBODY, each) for each in system_codes(chart)])


def _at_once(table: str, rows: list[dict[str, object]]) -> tuple[str, str]:
    """A statement that stores all rows for a tenant, and the rows: hundreds in one go.

    The database reads each value as its column has it: numbers and days are written as text.
    """
    columns = ", ".join(name for name in rows[0] if name != "tenant_id")
    statement = (
        f"INSERT INTO {table} (tenant_id, {columns}) SELECT :tenant, {columns}"  # noqa: S608
        f" FROM jsonb_populate_recordset(CAST(NULL AS {table}), CAST(:rows AS jsonb))"
    )
    return statement, json.dumps(rows, default=str)


def _account(tenant_id: UUID, account: Account) -> dict[str, object]:
    return {
        "tenant_id": tenant_id,
        "number": account.number,
        "name": account.name,
        "type": account.type.value,
        "category": account.category,
        "report_group": account.report_group,
        "statement_group": account.statement_group,
        "default_tax_code": account.default_tax_code,
        "is_system": account.is_system,
        "is_open_item": account.is_open_item,
        "active": account.active,
    }


def code_values(tenant_id: UUID, code: TaxCode) -> dict[str, object]:
    """Columns of a tax code."""
    return {
        "tenant_id": tenant_id,
        "code": code.code,
        "label": code.label[:120],
        "rate": code.rate,
        "direction": code.direction,
        "kind": code.kind,
        "vat_account": code.vat_account,
        "self_assess_account": code.self_assess_account,
        "deductible": code.deductible,
        "valid_from": code.valid_from,
        "valid_to": code.valid_to,
        "suspended_from": code.suspended_from,
        "suspended_to": code.suspended_to,
        "datev_bu_key": code.datev_bu_key,
        "reports_as": code.reports_as,
        "is_system": code.is_system,
        "active": code.active,
    }
