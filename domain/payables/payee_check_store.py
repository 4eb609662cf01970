"""Keeps what banks answered about payees; answers only grow."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.ids import derived_id
from domain.payables.payee_check import PayeeCheck
from domain.payables.rows import VendorPayeeCheckRow


def record(session: Session, check: PayeeCheck) -> UUID:
    """Keep an answer; the same one again is one."""
    tenant_id = tenant_of(session)
    said = (check.vendor_id, check.iban, check.name, check.result.value, check.told_at.isoformat())
    new_id = derived_id("payee-check", tenant_id, *said)
    stored = session.execute(
        insert(VendorPayeeCheckRow)
        .values(
            tenant_id=tenant_id,
            id=new_id,
            vendor_id=check.vendor_id,
            name=check.name,
            iban=check.iban,
            result=check.result.value,
            account_name=check.account_name,
            told_at=check.told_at,
            recorded_by=actor_of(session).user_id,
        )
        .on_conflict_do_nothing()
        .returning(col(VendorPayeeCheckRow.id))
    )
    if stored.first() is not None:
        after: dict[str, object] = {"iban": check.iban, "result": check.result.value}
        audit.record(session, "vendor.payee_checked", "vendor", check.vendor_id, after=after)
    return new_id
