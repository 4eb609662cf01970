"""Credits that a run may take off are found among any number that it may not."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import read_session, write_session
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Exchange, Side
from domain.payables import item_views
from domain.payables.item_views import ItemFilter
from domain.payments import answer_views, credit_item_views, store, views
from domain.payments.run import Wish
from domain.payments.store import NewRun
from domain.posting import store as journal
from tests.builders import Tenant, another_tenant
from tests.domain.payments.test_fraud import DAY as PAID_ON
from tests.domain.payments.test_fraud import NOW
from tests.payables import (
    DAY,
    a_bank_account,
    a_posted_credit_note,
    a_posted_invoice,
    a_vendor,
    acting,
    an_invoice,
)
from tests.plans import scans
from tests.servers import Database

_PAID = (
    "SELECT set_config('app.tenant_id', :tenant, true)",
    """INSERT INTO payment_run_item
           (tenant_id, id, run_id, position, invoice_id, vendor_id, vendor_name, vendor_iban,
            invoice_number, amount, currency, reference, is_active, transfer)
       SELECT i.tenant_id, md5(n::text)::uuid, i.run_id, 1 + n, i.invoice_id, i.vendor_id,
           i.vendor_name, i.vendor_iban, i.invoice_number, i.amount, i.currency, i.reference,
           false, 1 + n
       FROM payment_run_item i CROSS JOIN generate_series(1, 3000) n
       WHERE i.run_id = CAST(:run AS uuid)""",
)


def _prepaid(vendor_id: UUID, *, later: int = 0, exchange: Exchange | None = None) -> Booking:
    """Money that went to a vendor without an invoice."""
    lines = (
        Line("3300", Side.DEBIT, Decimal(10), partner_id=vendor_id),
        Line("2800", Side.CREDIT, Decimal(10)),
    )
    day = DAY + timedelta(days=later)
    return Booking(
        intent_id=uuid4(),
        booking_date=day,
        description="Vorweg",
        lines=lines,
        source="api",
        exchange=exchange,
    )


def test_what_a_run_may_not_take_hides_nothing(database: Database, tenant: Tenant) -> None:
    """The oldest are in dollars, a credit note or taken by a run: none of them is counted."""
    dollars = Exchange("USD", Decimal("11.50"), Decimal("1.15"), DAY, "ECB")
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id, account_id = a_vendor(session), a_bank_account(session)
        bill = a_posted_invoice(session, an_invoice(vendor_id))
        a_posted_credit_note(session, an_invoice(vendor_id, "-24.00"))
        old = [_prepaid(vendor_id, exchange=dollars) for _ in range(200)]
        journal.book_all(session, [*old, _prepaid(vendor_id), _prepaid(vendor_id, later=1)])
        first, last = _offered(session, vendor_id)
        run_id = uuid4()
        store.wish(session, run_id, Wish(nets_credit_notes=False, credits={first: None}))
        store.create(session, NewRun(run_id, account_id, PAID_ON, (bill,)), NOW)

    with read_session(database.engine, tenant.id) as session:
        assert _offered(session, vendor_id) == [last]
        assert len(item_views.open_items(session, ItemFilter((vendor_id,), Side.DEBIT))[0]) == 203


def test_more_than_are_read_are_counted(database: Database, tenant: Tenant) -> None:
    """The oldest 200 of 201, and that there are 201."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        vendor_id = a_vendor(session)
        journal.book_all(
            session, [_prepaid(vendor_id, later=1), *(_prepaid(vendor_id) for _ in range(200))]
        )
        found, count = credit_item_views.offered(session, {vendor_id})

    assert (len(found), count) == (200, 201)
    assert {each.booking_date for each in found} == {DAY}


def _offered(session: Session, vendor_id: UUID) -> list[UUID]:
    found, count = credit_item_views.offered(session, {vendor_id})
    assert count == len(found)
    return [each.open_item_id for each in found]


def test_credits_of_runs_are_found_by_their_index(database: Database) -> None:
    """Beside thousands of invoices that were paid, one credit is taken by a draft."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id, account_id = a_vendor(session), a_bank_account(session)
        bills = [a_posted_invoice(session, an_invoice(vendor_id, each)) for each in ("90", "60")]
        credit_id = _credit(session, vendor_id)
        runs = []
        for bill in bills:
            runs.append(uuid4())
            store.wish(session, runs[-1], Wish(credits={} if len(runs) > 1 else {credit_id: None}))
            store.create(session, NewRun(runs[-1], account_id, PAID_ON, (bill,)), NOW)
    with database.owner_engine.begin() as connection:
        for statement in _PAID:
            connection.execute(text(statement), {"tenant": str(tenant.id), "run": runs[1]})

    for view in (
        lambda s: credit_item_views.offered(s, {vendor_id}),
        lambda s: views.run(s, runs[0]),
        lambda s: answer_views.paid_by_others(s, runs[1], views.run(s, runs[0]).items),
    ):
        with read_session(database.engine, tenant.id) as session:
            read = [each for scanned in scans(session, view) for each in scanned]
        of_items = [each.rows for each in read if each.table == "payment_run_item"]
        assert of_items
        assert max(of_items) < 50


def _credit(session: Session, vendor_id: UUID) -> UUID:
    journal.book(session, _prepaid(vendor_id))
    (credit_id,) = _offered(session, vendor_id)
    return credit_id
