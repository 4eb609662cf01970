"""The DATEV export of whole books: what the database writes, and what the adviser then has."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from domain.database.session import read_session, tenant_of, write_session
from domain.dates import DateRange
from domain.formats import datev_extf
from domain.formats.datev_extf import booking_text, reference
from domain.ledger.booking import Booking, Line
from domain.ledger.chart import Chart
from domain.ledger.intent import Exchange, OpenItemTerms, Side
from domain.ledger.rows import JournalEntryRow
from domain.posting.store import book, reverse_intent
from domain.reports import datev_entry_views, datev_views
from tests import datev_reader
from tests.builders import Tenant, another_tenant
from tests.datev_reader import Read
from tests.payables import a_vendor
from tests.servers import Database
from tests.vouchers import Voucher

YEAR = DateRange(date(2026, 1, 1), date(2026, 12, 31))
NOW = datetime(2026, 12, 1, 9, 30, 15, 123456, tzinfo=UTC)
DAY = date(2026, 3, 2)
CODES = {
    Chart.AT_EKR: ("VST20", "UST20", "VST-RC20"),
    Chart.DE_SKR03: ("VST19", "UST19", "VST-13B19"),
    Chart.DE_SKR04: ("VST19", "UST19", "VST-13B19"),
}
ACCOUNTS = {
    Chart.AT_EKR: ("6815", "4000", "2800", "3300", "2000"),
    Chart.DE_SKR03: ("4930", "8400", "1200", "1600", "1400"),
    Chart.DE_SKR04: ("6815", "4400", "1800", "3300", "1200"),
}


def written(session: Session) -> bytes:
    """The file of a year."""
    return b"".join(datev_views.booking_batch(session, datev_views.export(session, YEAR, NOW)))


def exported(database: Database, tenant: Tenant) -> Read:
    """The file of a year, read back."""
    with read_session(database.engine, tenant.id) as session:
        return datev_reader.read(written(session))


def a_year(session: Session, chart: Chart) -> None:
    """Book one of each kind: a purchase, a sale, reverse charge, USD, a payment, a reversal."""
    cost, revenue, bank, payables, receivables = ACCOUNTS[chart]
    inward, outward, charged = CODES[chart]
    vendor = a_vendor(session)
    dollars = Exchange("USD", Decimal("130.90"), Decimal("1.1"), DAY, "ECB")
    post(session, [(cost, "119.00", inward)], (payables, vendor), due=date(2026, 4, 1))
    post(session, [(revenue, "-1190.00", outward)], (receivables, None))
    post(session, [(cost, "500.00", charged)], (payables, vendor))
    post(session, [(cost, "119.00", inward)], (bank, None), exchange=dollars)
    post(session, [(payables, "119.00", None)], (bank, None), number="B 17")
    last = post(session, [(cost, "11.90", inward), (cost, "5.00", None)], (bank, None))
    reverse_intent(session, last.intent_id, today=DAY, reason="doppelt")


def post(
    session: Session,
    moves: list[tuple[str, str, str | None]],
    against: tuple[str, object],
    *,
    due: date | None = None,
    number: str | None = None,
    exchange: Exchange | None = None,
) -> Booking:
    """Book lines of signed amounts against one account, and maybe a partner."""
    total = sum((Decimal(amount) for _, amount, _ in moves), Decimal())
    side = Side.DEBIT if total > 0 else Side.CREDIT
    account, partner = against
    lines = [Line(each, side, abs(Decimal(amount)), code) for each, amount, code in moves]
    booking = Booking(
        intent_id=uuid4(),
        booking_date=DAY,
        description="Bürobedarf „Müller“",
        lines=(*lines, Line(account, side.other, abs(total), partner_id=partner)),  # type: ignore[arg-type]
        source="test",
        external_reference=number,
        exchange=exchange,
        terms=OpenItemTerms(number, due),
    )
    book(session, booking)
    return booking


@pytest.mark.parametrize("chart", list(Chart))
def test_each_country_has_its_golden_file(
    golden: Callable[[str, bytes], None], database: Database, chart: Chart
) -> None:
    """Keys and partner accounts in Germany, rows in Austria; byte for byte."""
    tenant = another_tenant(database, chart)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        a_year(session, chart)
    with read_session(database.engine, tenant.id) as session:
        golden(f"datev_{chart}.csv", written(session))


@pytest.mark.parametrize("chart", list(Chart))
def test_the_adviser_has_the_balances_of_the_ledger(database: Database, chart: Chart) -> None:
    """Every account, after keys have been expanded and partners added up."""
    tenant = another_tenant(database, chart)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        a_year(session, chart)
    balances: defaultdict[str, Decimal] = defaultdict(Decimal)
    with read_session(database.engine, tenant.id) as session:
        query = select(JournalEntryRow).where(JournalEntryRow.tenant_id == tenant_of(session))
        for row in session.exec(query):
            balances[row.debit_account] += row.amount
            balances[row.credit_account] -= row.amount
    ledger = {account: value for account, value in balances.items() if value}
    assert datev_reader.balances(exported(database, tenant), chart) == ledger


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80)


@settings(
    max_examples=25,
    deadline=None,
)
@given(st.lists(st.tuples(TEXTS, TEXTS.filter(str.strip)), min_size=1, max_size=8))
def test_the_database_writes_what_the_format_says(
    database: Database, texts: list[tuple[str, str]]
) -> None:
    """Plain or not: text and number of each record are those that Python would write."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        for description, number in texts:
            book(session, a_booking(description, number))
    found = exported(database, tenant).records
    for record, (description, number) in zip(found, texts, strict=True):
        journal_id = record["Zusatzinformation- Inhalt 1"]
        assert record["Buchungstext"] == booking_text(description)
        assert record["Belegfeld 1"] == (reference(number) or journal_id)


@pytest.mark.parametrize("description", ["Papier", "„Papier“  und Tinte"])
def test_cells_of_a_voucher_are_the_same_from_both_hands(
    database: Database, description: str
) -> None:
    """The server's format and ours, cell by cell."""
    tenant = another_tenant(database, Chart.DE_SKR04)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        vendor = a_vendor(session)
        booking = a_booking(description, "RE-1", ("3300", vendor), due=date(2026, 4, 1))
        book(session, booking)
    with read_session(database.engine, tenant.id) as session:
        line = written(session).decode("cp1252").split("\r\n")[2]
    voucher = Voucher(DAY, "1", "RE-1", description, due_date=date(2026, 4, 1))
    head, tail = voucher.cells
    assert f';{head};"";{tail}' in line


def a_booking(
    description: str,
    number: str,
    against: tuple[str, object] = ("6840", None),
    *,
    due: date | None = None,
) -> Booking:
    """A hundred euro of office supplies."""
    account, partner = against
    return Booking(
        intent_id=uuid4(),
        booking_date=DAY,
        description=description,
        lines=(
            Line("6815", Side.DEBIT, Decimal(100)),
            Line(account, Side.CREDIT, Decimal(100), partner_id=partner),  # type: ignore[arg-type]
        ),
        source="test",
        external_reference=number,
        terms=OpenItemTerms(number, due),
    )


def test_what_is_booked_after_the_plan_stays_out(database: Database) -> None:
    """A file that was planned as one stays one, whoever books meanwhile."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        book(session, a_booking("first", "1"))
    with read_session(database.engine, tenant.id) as session:
        plan = datev_views.export(session, YEAR, NOW)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        book(session, a_booking("second", "2"))
    with read_session(database.engine, tenant.id) as session:
        found = datev_reader.read(b"".join(datev_views.booking_batch(session, plan)))
    assert [record["Buchungstext"] for record in found.records] == ["first"]


def test_a_reader_who_leaves_halfway_leaves_nothing_behind(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statement ends with its reader, and the connection works on."""
    monkeypatch.setattr(datev_entry_views, "_ROWS_AT_ONCE", 1)
    monkeypatch.setattr(datev_extf, "_LINES_AT_ONCE", 3)
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        for number in range(20):
            book(session, a_booking("Papier", str(number)))
    with read_session(database.engine, tenant.id) as session:
        blocks = datev_views.booking_batch(session, datev_views.export(session, YEAR, NOW))
        next(blocks)
        blocks.close()  # type: ignore[attr-defined]
    # The transaction may have been cut short with its statement; its connection is used again.
    with read_session(database.engine, tenant.id) as session:
        assert len(datev_reader.read(written(session)).records) == 20
