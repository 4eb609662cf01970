"""Many runs that want the same invoices at once: each invoice ends in one of them."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlmodel import col, select

from domain.database.session import read_session, write_session
from domain.errors import DomainError
from domain.payments import store as payment_runs
from domain.payments.rows import PaymentRunItemRow
from domain.payments.run import InvoiceAlreadyInActiveRun, InvoiceNotEligible
from tests.builders import another_tenant
from tests.invariants import check_books
from tests.payables import (
    a_bank_account,
    a_posted_credit_note,
    a_posted_invoice,
    a_vendor,
    acting,
    an_invoice,
)
from tests.servers import Database

NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)


def test_runs_over_parts_of_the_same_invoices_at_once(database: Database) -> None:
    """In any order of theirs, with credit notes between: made, or refused with 409 or 400.

    No deadlock and no timeout, which a caller would hear as 503.
    """
    tenant = another_tenant(database)
    actor = acting(tenant, "bookkeeper")
    with write_session(database.engine, tenant.id, actor) as session:
        account_id = a_bank_account(session)
        vendors = [a_vendor(session) for _ in range(3)]
        invoices = [
            a_posted_invoice(session, an_invoice(vendor_id, "600.00"))
            for vendor_id in vendors
            for _ in range(3)
        ]
        for vendor_id in vendors:
            a_posted_credit_note(session, an_invoice(vendor_id, "-120.00"))
    chance = random.Random(10)  # noqa: S311 (an order, no secret)
    wanted = [tuple(chance.sample(invoices, 4)) for _ in range(24)]

    def make(some: tuple[UUID, ...]) -> type[DomainError] | None:
        new = payment_runs.NewRun(uuid4(), account_id, date(2026, 3, 12), some)
        try:
            with write_session(database.engine, tenant.id, actor) as session:
                payment_runs.create(session, new, NOW)
        except DomainError as error:
            return type(error)
        return None

    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(make, wanted))

    assert found.count(None) in {1, 2}
    assert set(found) <= {None, InvoiceAlreadyInActiveRun, InvoiceNotEligible}
    with read_session(database.engine, tenant.id) as session:
        most = session.exec(
            select(func.count())
            .where(PaymentRunItemRow.tenant_id == tenant.id, col(PaymentRunItemRow.is_active))
            .group_by(col(PaymentRunItemRow.invoice_id))
            .order_by(func.count().desc())
        ).first()
    assert most == 1
    assert check_books(database.engine, tenant.id)
