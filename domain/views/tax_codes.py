"""Reads the tax codes of a tenant."""

from sqlmodel import Session, col, select

from domain.tables.bound import tenant_of
from domain.tables.ledger import TaxCodeRow


def all_codes(session: Session, *, include_inactive: bool) -> list[TaxCodeRow]:
    """Tax codes by code; those that are deactivated only when asked for."""
    query = select(TaxCodeRow).where(TaxCodeRow.tenant_id == tenant_of(session))
    if not include_inactive:
        query = query.where(col(TaxCodeRow.active))
    return list(session.exec(query.order_by(TaxCodeRow.code)))
