"""Keeps which vendor and which customer are one company; a person decides."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlmodel import Session

from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.payables import same_company_views, vendor_views
from domain.receivables import customer_views
from domain.receivables.customer import CustomerNotFound
from domain.receivables.rows import SameCompanyRow

REASON_LENGTH = 500


@dataclass(frozen=True, slots=True)
class SameCompany:
    """What a person decides of a vendor and a customer, and why."""

    vendor_id: UUID
    customer_id: UUID
    decided_at: datetime
    is_same: bool = True
    reason: str | None = None


def decide(session: Session, wanted: SameCompany) -> bool:
    """Keep a decision; whether it changes anything. Raises NOT_FOUND or CUSTOMER_NOT_FOUND.

    What was cleared between both stays as it is: its intent is reversed by itself.
    """
    vendor_views.known(session, wanted.vendor_id)
    if not customer_views.exists(session, wanted.customer_id):
        raise CustomerNotFound(wanted.customer_id)
    pair = wanted.vendor_id, wanted.customer_id
    if (pair in same_company_views.pairs(session, [wanted.vendor_id])) is wanted.is_same:
        return False
    session.execute(
        insert(SameCompanyRow).values(
            tenant_id=tenant_of(session),
            id=uuid4(),
            vendor_id=wanted.vendor_id,
            customer_id=wanted.customer_id,
            is_same=wanted.is_same,
            reason=wanted.reason,
            decided_by=actor_of(session).user_id,
            decided_at=wanted.decided_at,
        )
    )
    verb = "tied" if wanted.is_same else "untied"
    after: dict[str, object] = {"customer_id": wanted.customer_id, "reason": wanted.reason}
    audit.record(session, f"vendor.customer_{verb}", "vendor", wanted.vendor_id, after=after)
    return True
