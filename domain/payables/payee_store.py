"""Keeps what people decide of payees that are not the vendor itself; decisions only grow."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.access.second_person import check_second_person
from domain.access.views import is_one_person
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.errors import InvalidInput, NotFound
from domain.iban import is_iban, written
from domain.ids import derived_id
from domain.payables import vendor_views
from domain.payables.due_findings import is_accepted
from domain.payables.rows import InvoiceRow, VendorPayeeRow
from domain.payables.terms import Payee


@dataclass(frozen=True, slots=True)
class PayeeDecision:
    """Whether a vendor's claims may be paid to a payee, and who said so, when and why."""

    vendor_id: UUID
    payee: Payee
    decided_at: datetime
    decided_by: UUID | None = None
    reason: str | None = None
    is_accepted: bool = True


def accept(session: Session, decision: PayeeDecision) -> UUID:
    """Accept a payee for a vendor outside of a case, or withdraw it (FOUR_EYES).

    Who entered an invoice that is to be paid there does not accept it. The decision is kept as
    that of whoever acts. Raises NOT_FOUND, INVALID_INPUT or SELF_APPROVAL_DENIED.
    """
    if not vendor_views.exists(session, decision.vendor_id):
        raise NotFound("There is no such vendor.")
    if decision.payee.iban and not is_iban(decision.payee.iban):
        raise InvalidInput("/iban", "is no valid IBAN")
    if decision.is_accepted:
        alone = is_one_person(session)
        for entered_by in _entered_by(session, decision):
            check_second_person(entered_by, actor_of(session), alone=alone)
        check_second_person(None, actor_of(session), alone=alone)
    return decide(session, replace(decision, decided_by=actor_of(session).user_id))


def _entered_by(session: Session, decision: PayeeDecision) -> list[UUID]:
    """Who entered invoices of the vendor that this payee is to be paid."""
    payee = decision.payee
    query = (
        select(InvoiceRow.payee_name, InvoiceRow.payee_iban, InvoiceRow.created_by)
        .where(
            InvoiceRow.tenant_id == tenant_of(session),
            InvoiceRow.vendor_id == decision.vendor_id,
            col(InvoiceRow.payee_name).is_not(None),
            col(InvoiceRow.created_by).is_not(None),
        )
        .distinct()
    )
    return [
        by
        for name, iban, by in session.exec(query)
        if name and by and is_accepted(Payee(name, iban), [payee])
    ]


def decide(session: Session, decision: PayeeDecision) -> UUID:
    """Keep a decision; the same again is the same one."""
    payee = decision.payee
    iban = written(payee.iban) if payee.iban else None
    name = " ".join(payee.name.split())
    when = decision.decided_at.isoformat()
    row_id = derived_id("vendor-payee", tenant_of(session), decision.vendor_id, name, iban, when)
    values = {
        "tenant_id": tenant_of(session),
        "id": row_id,
        "vendor_id": decision.vendor_id,
        "name": name,
        "iban": iban,
        "bic": payee.bic,
        "is_accepted": decision.is_accepted,
        "reason": decision.reason,
        "decided_by": decision.decided_by,
        "decided_at": decision.decided_at,
    }
    session.execute(insert(VendorPayeeRow).values(values).on_conflict_do_nothing())
    verb = "accepted" if decision.is_accepted else "withdrawn"
    after: dict[str, object] = {"name": name, "iban": iban, "reason": decision.reason}
    audit.record(session, f"vendor.payee_{verb}", "vendor", decision.vendor_id, after=after)
    return row_id
