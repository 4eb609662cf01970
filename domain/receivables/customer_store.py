"""Writes customers."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, Never, TypeAlias
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.database import audit
from domain.database.session import tenant_of
from domain.errors import Conflict, NotFound
from domain.ledger import books_store
from domain.payables.partner import (
    Address,
    DuplicateName,
    DuplicateTaxId,
    DuplicateVatId,
    HasOpenInvoices,
    PartnerChanged,
)
from domain.receivables import customer_views as views
from domain.receivables.customer import Customer
from domain.receivables.rows import CustomerRow

FIRST_NUMBER, LAST_NUMBER = 10000, 69998
"""The debtor range of DATEV; 69999 stands for those who have no number."""

_CLAIM_NUMBERS = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('customer' || CAST(:tenant AS text), 0))"
)
_NEXT_NUMBER = text(
    "SELECT coalesce(max(number) + 1, :first) FROM customer WHERE tenant_id = :tenant"
)
_Duplicate: TypeAlias = type[DuplicateName | DuplicateTaxId | DuplicateVatId]
_DUPLICATES: dict[str, _Duplicate] = {
    "uq_customer_name_key": DuplicateName,
    "uq_customer_tax_id": DuplicateTaxId,
    "uq_customer_vat_id": DuplicateVatId,
}
_COLUMNS = (
    "name", "name_key", "tax_id", "vat_id", "iban", "bic", "default_account", "notes", "email",
)  # fmt: skip


class NumbersUsedUp(Conflict):
    """Every number of the debtor range is given."""

    def __init__(self) -> None:
        super().__init__(f"All numbers from {FIRST_NUMBER} to {LAST_NUMBER} are given.")


def create(session: Session, customer_id: UUID, customer: Customer) -> UUID:
    """Store a new customer; the same id again is the same customer. Raises DUPLICATE_…."""
    if views.exists(session, customer_id):
        return customer_id
    session.execute(_CLAIM_NUMBERS, {"tenant": tenant_of(session)})
    _check(session, customer, customer_id)
    now = datetime.now(UTC)
    session.add(
        CustomerRow(
            tenant_id=tenant_of(session),
            id=customer_id,
            number=_next_number(session),
            created_at=now,
            updated_at=now,
            **_columns(customer),
        )
    )
    session.flush()
    audit.record(session, "customer.created", "customer", customer_id, after=_facts(customer))
    return customer_id


def change(
    session: Session, customer_id: UUID, changes: dict[str, object], seen: datetime | None = None
) -> UUID:
    """Replace some fields; None clears. Raises NO_CHANGES, NOT_FOUND or DUPLICATE_….

    `seen` is when the customer was changed last, as the caller knows it: PARTNER_CHANGED if not.
    """
    row = _locked_row(session, customer_id)
    if seen is not None and row.updated_at != seen:
        raise PartnerChanged
    before = customer_of(row)
    after = before.changed(changes)
    _check(session, after, customer_id)
    _store(session, customer_id, _columns(after))
    audit.record(
        session,
        "customer.changed",
        "customer",
        customer_id,
        before=_facts(before, set(changes)),
        after=_facts(after, set(changes)),
    )
    return customer_id


def deactivate(session: Session, customer_id: UUID) -> UUID:
    """Take a customer out of use; blocked while it has open invoices."""
    row = _locked_row(session, customer_id)
    if views.has_open_invoices(session, customer_id):
        raise HasOpenInvoices
    if row.is_active:
        _store(session, customer_id, {"is_active": False})
        audit.record(
            session,
            "customer.deactivated",
            "customer",
            customer_id,
            before={"is_active": True},
            after={"is_active": False},
        )
    return customer_id


def customer_of(row: CustomerRow) -> Customer:
    """Value of a row."""
    address = Address(row.street, row.zip, row.city, row.country)
    facts = {name: getattr(row, name) for name in _COLUMNS if name != "name_key"}
    return Customer(**facts, address=address if address != Address() else None)


def _next_number(session: Session) -> int:
    asked = {"tenant": tenant_of(session), "first": FIRST_NUMBER}
    number: int = session.execute(_NEXT_NUMBER, asked).scalar_one()
    if number > LAST_NUMBER:
        raise NumbersUsedUp
    return number


def _check(session: Session, customer: Customer, customer_id: UUID) -> None:
    duplicates: list[tuple[object, str | None, _Duplicate]] = [
        (CustomerRow.name_key, customer.name_key, DuplicateName),
        (CustomerRow.tax_id, customer.tax_id, DuplicateTaxId),
        (CustomerRow.vat_id, customer.vat_id, DuplicateVatId),
    ]
    for column, value, refusal in duplicates:
        existing = (
            value
            and session.exec(
                select(CustomerRow.id).where(
                    CustomerRow.tenant_id == tenant_of(session),
                    column == value,
                    CustomerRow.id != customer_id,
                )
            ).first()
        )
        if existing:
            raise refusal(existing)
    if customer.default_account is not None:
        books_store.account(session, customer.default_account, "/default_account")


def _locked_row(session: Session, customer_id: UUID) -> CustomerRow:
    row = session.exec(
        select(CustomerRow)
        .where(CustomerRow.tenant_id == tenant_of(session), CustomerRow.id == customer_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound("There is no such customer.")
    return row


def _store(session: Session, customer_id: UUID, values: Mapping[str, object]) -> None:
    try:
        session.execute(
            update(CustomerRow)
            .where(
                col(CustomerRow.tenant_id) == tenant_of(session),
                col(CustomerRow.id) == customer_id,
            )
            .values(updated_at=datetime.now(UTC), **values)
        )
    except IntegrityError as error:
        _refuse(error, customer_id)


def _refuse(error: IntegrityError, customer_id: UUID) -> Never:
    """Turn a race that the unique constraints decided into the refusal it means."""
    diag = getattr(error.orig, "diag", None)
    refusal = _DUPLICATES.get(getattr(diag, "constraint_name", None) or "")
    if refusal is None:
        raise error
    raise refusal(customer_id) from error


def _columns(customer: Customer) -> dict[str, Any]:
    facts = {name: getattr(customer, name) for name in _COLUMNS}
    return facts | asdict(customer.address or Address())


def _facts(customer: Customer, names: set[str] | None = None) -> dict[str, object]:
    facts = asdict(replace(customer, notes=None))
    return {name: facts[name] for name in facts if names is None or name in names}
