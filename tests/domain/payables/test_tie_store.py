"""An intent has one invoice, and the database says so, too."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.database.session import write_session
from domain.ledger.booking import Line
from domain.ledger.intent import Side
from domain.payables import invoice_store, invoice_views
from domain.payables.tie import IntentMismatch
from domain.posting import store as journal
from tests.books import Books
from tests.builders import Tenant
from tests.payables import DAY, a_posted_invoice, a_vendor, an_invoice
from tests.servers import Database

_INTENT_OF = text("SELECT intent_id FROM invoice WHERE id = :id")
_RAISED = text(
    "UPDATE invoice SET total_gross = 12000, total_net = 12000, total_tax = 0 WHERE id = :id"
)
_UNTIED = text("UPDATE invoice SET open_item_id = NULL WHERE id = :id")


def test_a_reversed_intent_and_one_with_an_invoice_are_refused(
    database: Database, tenant: Tenant
) -> None:
    """The books owe the amount once; once it is taken back, nothing of it is owed."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        vendor_id = a_vendor(session)
        first = a_posted_invoice(session, an_invoice(vendor_id))
        intent_id: UUID = session.execute(_INTENT_OF, {"id": first}).scalar_one()
        again = replace(an_invoice(vendor_id), intent_id=intent_id)
        with pytest.raises(IntentMismatch) as taken:
            invoice_store.create(session, uuid4(), again)
        journal.reverse_intent(session, intent_id, today=DAY + timedelta(days=1))
        with pytest.raises(IntentMismatch) as reversed_:
            invoice_store.create(session, uuid4(), again)
    assert taken.value.context["invoice_id"] == str(first)
    assert reversed_.value.context["differs"] == ["reversed"]


def test_the_database_refuses_what_the_store_did_not_see(
    database: Database, tenant: Tenant
) -> None:
    """Whoever writes past the store cannot make an invoice of more than is owed."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        invoice_id = a_posted_invoice(session, an_invoice(a_vendor(session)))
    with (
        pytest.raises(IntegrityError, match="does not owe"),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        session.execute(_RAISED, {"id": invoice_id})
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        session.execute(_UNTIED, {"id": invoice_id})
        view = invoice_views.invoice(session, invoice_id, DAY)
    assert view.status.value == "open"


def test_ten_invoices_at_once_want_one_intent(database: Database, tenant: Tenant) -> None:
    """One has it, nine are refused."""
    books = Books(database, tenant)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        invoice = an_invoice(a_vendor(session))
    lines = (
        Line("6815", Side.DEBIT, invoice.total_gross),
        Line("3300", Side.CREDIT, invoice.total_gross),
    )
    intent_id = books.book(DAY, *lines)

    def add(number: int) -> str:
        wanted = replace(invoice, invoice_number=f"RE-{number}", intent_id=intent_id)
        try:
            with write_session(database.engine, tenant.id, tenant.actor) as session:
                invoice_store.create(session, uuid4(), wanted)
        except IntentMismatch:
            return "refused"
        return "stored"

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(add, range(10))) == ["refused"] * 9 + ["stored"]
