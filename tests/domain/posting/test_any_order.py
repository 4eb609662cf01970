"""Whatever is booked, opened and reversed, in whatever order: the books hold."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from domain.banking import reconciliation_store
from domain.database.session import read_session, write_session
from domain.errors import DomainError
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Side
from domain.ledger.opening import Balance, Opening
from domain.posting import opening_store
from domain.posting import store as journal
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database

DAYS = (date(2026, 6, 30), date(2026, 7, 1))
TODAY = date(2026, 8, 3)
_IN_FORCE = text(
    "SELECT count(*) FROM intent WHERE kind = 'opening' AND NOT is_cancelled(tenant_id, intent_id)"
)

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["book", "book with tax", "adjust", "open", "reverse", "reverse there"]),
        st.integers(1, 10**6),
        st.sampled_from(DAYS),
    ),
    min_size=4,
    max_size=16,
)


@settings(max_examples=20, deadline=None)
@given(ACTS)
def test_the_books_hold(database: Database, acts: list[tuple[str, int, date]]) -> None:
    """Numbers, hashes, roll-ups and open items agree, and a day is opened at most once."""
    tenant = another_tenant(database, fiscal_year_start=7)
    known: list[UUID] = []
    for act, number, day in acts:
        try:
            known.append(_done(database, tenant, act, number, day, known))
        except DomainError:
            continue

    check_books(database.engine, tenant.id)
    with read_session(database.engine, tenant.id) as session:
        in_force = session.execute(_IN_FORCE).scalar_one()
    assert in_force <= 1


def _done(
    database: Database, tenant: Tenant, act: str, number: int, day: date, known: list[UUID]
) -> UUID:
    amount = Decimal(number).scaleb(-2)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        if act == "open":
            return opening_store.open_books(session, _opening(amount, day)).intent_id
        if act.startswith("reverse") and known:
            return reconciliation_store.reverse(
                session,
                known[number % len(known)],
                today=TODAY,
                in_original_period=act == "reverse there",
            ).intent_id
        return journal.book(session, _booking(act, amount, day)).intent_id


def _booking(act: str, amount: Decimal, day: date) -> Booking:
    code = "VST20" if act == "book with tax" else None
    lines = (Line("6815", Side.DEBIT, amount, code), Line("3300", Side.CREDIT, amount))
    return Booking(
        intent_id=uuid4(),
        booking_date=day,
        description=act,
        lines=lines,
        source="booking",
        adjustment_period=13 if act == "adjust" else None,
    )


def _opening(amount: Decimal, day: date) -> Opening:
    return Opening(
        uuid4(),
        day,
        (
            Balance(0, "2800", amount, Decimal()),
            Balance(1, "2000", amount, Decimal()),
            Balance(2, "3300", Decimal(), amount),
            Balance(3, "9000", Decimal(), amount),
        ),
    )
