"""What posting needs to know of a tenant, cached by version.

The server does not store a posting that was prepared with an outdated version, so a cache
can never book on an account or a tax code that has gone meanwhile.
"""

from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, select

from domain.access.rows import TenantRow
from domain.database.session import tenant_of
from domain.ledger.account import Account, AccountType
from domain.ledger.booking import AccountNotFound, Books
from domain.ledger.chart import Chart
from domain.ledger.rows import AccountRow, TaxCodeRow
from domain.ledger.tax_code_views import tax_code_of

_CACHE: dict[UUID, Books] = {}
_BOUND = 1000
_CHANGING = "chart_is_changing"
_VERSION = text("SELECT config_version FROM tenant_head WHERE tenant_id = :tenant")
_CHANGED = text("SELECT config_changed()")


def books(session: Session, tenant_id: UUID, *, fresh: bool = False) -> Books:
    """Chart, tax codes and fiscal year of a tenant; `fresh` reads them again.

    A transaction that has changed them reads them for itself: it may yet be given up.
    """
    if session.info.get(_CHANGING):
        return _load(session, tenant_id)
    known = _CACHE.get(tenant_id)
    if known is not None and not fresh:
        return known
    if len(_CACHE) >= _BOUND:
        _CACHE.clear()
    loaded = _load(session, tenant_id)
    _CACHE[tenant_id] = loaded
    return loaded


def cached(tenant_id: UUID) -> Books | None:
    """Books of a tenant as this process last read them."""
    return _CACHE.get(tenant_id)


def account(session: Session, number: str, pointer: str) -> Account:
    """Active account of the session's tenant, else AccountNotFound at a field.

    What the cached chart does not have may have been added since in another process.
    """
    tenant_id = tenant_of(session)
    try:
        return books(session, tenant_id).account(number, pointer)
    except AccountNotFound:
        return books(session, tenant_id, fresh=True).account(number, pointer)


def changed(session: Session, tenant_id: UUID) -> None:
    """Give the chart a new version: whoever prepared a posting with the old one tries again."""
    session.execute(_CHANGED)
    session.info[_CHANGING] = True
    _CACHE.pop(tenant_id, None)


def _load(session: Session, tenant_id: UUID) -> Books:
    # The version is read first: a change in between makes it stale, never wrongly fresh.
    version = session.execute(_VERSION, {"tenant": tenant_id}).scalar_one()
    tenant = session.exec(select(TenantRow).where(TenantRow.id == tenant_id)).one()
    accounts = session.exec(select(AccountRow).where(AccountRow.tenant_id == tenant_id))
    codes = session.exec(select(TaxCodeRow).where(TaxCodeRow.tenant_id == tenant_id))
    return Books(
        chart=Chart(tenant.chart),
        fiscal_year_start=tenant.fiscal_year_start,
        accounts={row.number: account_of(row) for row in accounts},
        tax_codes={row.code: tax_code_of(row) for row in codes},
        version=version,
    )


def account_of(row: AccountRow) -> Account:
    """Value of a row."""
    return Account(
        number=row.number,
        name=row.name,
        type=AccountType(row.type),
        category=row.category,
        report_group=row.report_group,
        statement_group=row.statement_group,
        default_tax_code=row.default_tax_code,
        is_system=row.is_system,
        is_open_item=row.is_open_item,
        active=row.active,
    )
