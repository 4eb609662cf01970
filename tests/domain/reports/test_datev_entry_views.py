"""Lines that the server writes for DATEV are those that the format itself would write."""

from decimal import Decimal
from uuid import uuid4

import pytest
from sqlmodel import Session

from domain.database.session import read_session, write_session
from domain.ledger.account import AccountRole
from domain.ledger.booking import Booking, Line
from domain.ledger.chart import Chart, automatic_accounts, role
from domain.ledger.intent import OpenItemTerms, Side
from domain.posting.store import book, reverse_intent
from domain.reports import datev_entry_views
from tests.builders import another_tenant
from tests.domain.reports.test_datev_views import ACCOUNTS, DAY, a_year, written
from tests.servers import Database


def plain(session: Session, debit: str, credit: str, *, description: str = "Papier") -> Booking:
    """Book five euro and a cent from one account to another, without tax."""
    booking = Booking(
        intent_id=uuid4(),
        booking_date=DAY,
        description=description,
        lines=(
            Line(debit, Side.DEBIT, Decimal("5.01")),
            Line(credit, Side.CREDIT, Decimal("5.01")),
        ),
        source="test",
        external_reference="RE-1",
        terms=OpenItemTerms("RE-1", DAY),
    )
    book(session, booking)
    return booking


def plain_entries(session: Session, chart: Chart) -> None:
    """Book entries without tax of each kind: collective, automatic, reversed and reversed again."""
    cost, _, bank, payables, receivables = ACCOUNTS[chart]
    automatic = sorted(set(automatic_accounts(chart)) - {payables, receivables})
    pairs = [(cost, bank), (cost, payables), (receivables, bank), (bank, receivables)]
    for debit, credit in [*pairs, *((bank, account) for account in automatic[:2])]:
        plain(session, debit, credit)
    plain(session, cost, bank, description=r"100 % \ Rest\nund 'mehr' %s {0}")
    plain(session, cost, bank, description="Papier " * 12)
    booking = plain(session, bank, role(chart, AccountRole.OPENING_BALANCE))
    reversal = reverse_intent(session, booking.intent_id, today=DAY, reason="doppelt")
    reverse_intent(session, reversal.intent_id, today=DAY, reason="doch nicht")


@pytest.mark.parametrize("chart", list(Chart))
def test_the_server_writes_the_lines_that_the_format_would(
    database: Database, monkeypatch: pytest.MonkeyPatch, chart: Chart
) -> None:
    """Byte for byte the same file, whoever writes its plain lines."""
    tenant = another_tenant(database, chart)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        a_year(session, chart)
        plain_entries(session, chart)
    with read_session(database.engine, tenant.id) as session:
        by_server = written(session)
    without_lines = datev_entry_views.ENTRIES.replace(datev_entry_views.IS_LINE, "false")
    assert without_lines != datev_entry_views.ENTRIES
    monkeypatch.setattr(datev_entry_views, "ENTRIES", without_lines)
    with read_session(database.engine, tenant.id) as session:
        by_format = written(session)
    assert by_server == by_format


def test_only_plain_entries_are_lines(database: Database) -> None:
    """An entry with tax, a partner or signs that the format lacks is left to us."""
    tenant = another_tenant(database, Chart.DE_SKR04)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        plain(session, "6815", "1800")
        plain(session, "6815", "1800", description="Žaluzie ✓")
        a_year(session, Chart.DE_SKR04)
    with read_session(database.engine, tenant.id) as session:
        lines = written(session).decode("cp1252").split("\r\n")[2:]
    assert lines[0].startswith('5,01;"S";"";;;"";6815;1800;"";0203;"RE-1"')
    assert '"Žaluzie ."' in lines[1]
