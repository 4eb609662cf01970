"""What is owed without an invoice is found among any number of other items."""

from decimal import Decimal
from uuid import UUID, uuid4

from domain.database.session import read_session, write_session
from domain.intake.hand_booking_views import owed_already
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Side
from domain.payables.normalized import NormalizedInvoice
from domain.posting import store as journal
from domain.reading.document_type import DocumentType
from tests.builders import another_tenant
from tests.payables import DAY, a_posted_invoice, a_vendor, acting, an_invoice
from tests.plans import scans
from tests.servers import Database


def _owed(vendor_id: UUID, number: str | None, amount: str = "10.00") -> Booking:
    """A booking by hand that owes to a vendor."""
    lines = (
        Line("5010", Side.DEBIT, Decimal(amount)),
        Line("3300", Side.CREDIT, Decimal(amount), partner_id=vendor_id),
    )
    return Booking(
        intent_id=uuid4(),
        booking_date=DAY,
        description="Ware",
        lines=lines,
        source="api",
        external_reference=number,
    )


def test_of_many_items_those_of_the_number_are_read(database: Database) -> None:
    """However the number is written; one without a number counts by its amount alone."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id = a_vendor(session)
        a_posted_invoice(session, an_invoice(vendor_id, "10.00"))
        wanted, bare = _owed(vendor_id, "re 2026-007", "12.00"), _owed(vendor_id, None)
        others = [_owed(vendor_id, f"A-{number}") for number in range(500)]
        journal.book_all(session, [*others, wanted, bare, _owed(vendor_id, None, "11.00")])
    with database.owner_engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE open_item, journal_entry, invoice")
    invoice = NormalizedInvoice(
        document_type=DocumentType.INVOICE,
        invoice_number="RE-2026-07",
        currency="EUR",
        total_gross=Decimal("10.00"),
    )

    with read_session(database.engine, tenant.id) as session:
        found = owed_already(session, invoice, vendor_id)
        ((*read,),) = scans(session, lambda s: owed_already(s, invoice, vendor_id))

    assert [(each.intent_id, each.is_same_number) for each in found] == [
        (wanted.intent_id, True),
        (bare.intent_id, None),
    ]
    for table in ("open_item", "journal_entry", "invoice"):
        assert sum(each.rows for each in read if each.table == table) <= 5, table
