"""Reads which vendor and which customer are one company, by the latest decision on each pair."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import Session

from domain.database.among import among
from domain.database.session import tenant_of
from domain.payables.rows import SAME_COMPANY

Pair = tuple[UUID, UUID]
"""A vendor and a customer."""


def pairs(session: Session, partner_ids: Collection[UUID] | None = None) -> set[Pair]:
    """Pairs that are one company now: all, or those of some vendors and customers."""
    same = SAME_COMPANY.c
    query = (
        select(same.vendor_id, same.customer_id, same.is_same)
        .where(same.tenant_id == tenant_of(session))
        .order_by(same.decided_at)
    )
    if partner_ids is not None:
        query = query.where(
            or_(among(same.vendor_id, partner_ids), among(same.customer_id, partner_ids))
        )
    latest = {(row.vendor_id, row.customer_id): row.is_same for row in session.execute(query)}
    return {pair for pair, is_same in latest.items() if is_same}
