"""BALANCED: whatever is booked and reversed, in whatever order, the books agree."""

from contextlib import suppress
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.database.session import write_session
from domain.ledger.booking import Booking
from domain.ledger.reversal import AlreadyReversed
from domain.posting.store import book, book_all, reverse_intent
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database
from tests.strategies import bookings, plain_booking

REAL_DATABASE = settings(deadline=None, max_examples=15)


@REAL_DATABASE
@given(st.lists(bookings(), min_size=1, max_size=8), st.data())
def test_any_sequence_leaves_the_books_in_order(
    database: Database, wanted: list[Booking], data: st.DataObject
) -> None:
    """Bookings one by one and in a batch, reversals of any of them, in any order."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        done = [posted.intent_id for posted in book_all(session, wanted)]
    for intent_id in data.draw(st.lists(st.sampled_from(done), max_size=5)):
        with (
            suppress(AlreadyReversed),
            write_session(database.engine, tenant.id, tenant.actor) as session,
        ):
            done.append(reverse_intent(session, intent_id, today=date(2026, 11, 1)).intent_id)

    entries = check_books(database.engine, tenant.id)
    assert entries >= len(wanted)


def test_debit_equals_credit_by_construction(database: Database, tenant: Tenant) -> None:
    """The database itself refuses a row that moves nothing, even from the owner."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        intent_id = book(session, plain_booking(uuid4(), date(2026, 3, 1))).intent_id
    copy = text(
        "INSERT INTO journal_entry SELECT tenant_id, journal_number + 1000, 'x', intent_id, period,"
        " booking_date, debit_account, credit_account, 0, debit_tax_code, debit_tax_part,"
        " credit_tax_code, credit_tax_part, debit_partner_id, credit_partner_id, fx_amount,"
        " reverses_entry_no, audit_hash, prev_hash FROM journal_entry WHERE intent_id = :intent"
    )

    with database.owner_engine.begin() as connection:
        connection.execute(
            text("SELECT set_config('app.tenant_id', :tenant, true)"), {"tenant": str(tenant.id)}
        )
        with pytest.raises(DBAPIError, match="ck_amount_positive"):
            connection.execute(copy, {"intent": intent_id})
