"""The past of a tax code: an entry is reported by what its code meant when it was booked."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import text

from domain.database.session import read_session, write_session
from domain.dates import DateRange
from domain.ledger import tax_code_store
from domain.ledger.booking import Booking, Line
from domain.ledger.chart import Chart
from domain.ledger.intent import Side
from domain.ledger.tax_code_views import in_time
from domain.posting import store as journal
from domain.reports import datev_views
from domain.tax.code import TaxCode
from tests import datev_reader
from tests.builders import Tenant, another_tenant
from tests.servers import Database

DAY = date(2026, 3, 2)
_LAST = text("SELECT max(journal_number) FROM journal_entry")
OWN = TaxCode("UST-OWN", "Eigene", Decimal(20), "", "", vat_account="3500")


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """A tenant with an own code."""
    made = another_tenant(database)
    with write_session(database.engine, made.id, made.actor) as session:
        tax_code_store.create(session, OWN, None)
    return made


def booked(database: Database, tenant: Tenant) -> int:
    """Number of the last journal entry of a sale by the own code."""
    return sold(database, tenant, "2800", "4000", OWN.code, Decimal(1320))


def sold(
    database: Database, tenant: Tenant, bank: str, revenue: str, code: str, amount: Decimal
) -> int:
    """Number of the last journal entry of a sale."""
    lines = (Line(bank, Side.DEBIT, amount), Line(revenue, Side.CREDIT, amount, code))
    wanted = Booking(
        intent_id=uuid4(),
        booking_date=DAY,
        description="Verkauf",
        lines=lines,
        source="booking",
    )
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        journal.book(session, wanted)
        found: int = session.execute(_LAST).scalar_one()
    return found


def changed(database: Database, tenant: Tenant, code: str = OWN.code, **values: object) -> None:
    """Change a code in a transaction."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        tax_code_store.change(session, code, values)


def test_an_entry_keeps_the_boxes_of_its_time(database: Database, tenant: Tenant) -> None:
    """Changed twice, and once back: each entry knows by what it was booked."""
    first = booked(database, tenant)
    changed(database, tenant, rate=Decimal(10))
    second = booked(database, tenant)
    changed(database, tenant, rate=Decimal(5))
    changed(database, tenant, vat_account="2500")  # nothing was booked in between
    changed(database, tenant, rate=Decimal(20), vat_account="3500")
    third = booked(database, tenant)

    with read_session(database.engine, tenant.id) as session:
        codes = in_time(session)
    found = [codes.of(OWN.code, number).in_boxes_of for number in (first, second, third)]
    assert found == ["UST20", "UST10", "UST20"]
    assert [codes.of(OWN.code, number).rate for number in (1, first)] == [20, 20]


def test_a_new_label_is_no_past(database: Database, tenant: Tenant) -> None:
    """Only what a booking was made by leaves a line of history."""
    booked(database, tenant)
    changed(database, tenant, label="Anders", active=False)

    with read_session(database.engine, tenant.id) as session:
        assert in_time(session).past == {}


def test_a_system_code_with_another_rate_loses_its_datev_key(database: Database) -> None:
    """DATEV would compute the tax by its own rate; with the old rate it has its key again."""
    german = another_tenant(database, Chart.DE_SKR04)
    changed(database, german, "VST19", rate=Decimal(20))
    with read_session(database.engine, german.id) as session:
        assert in_time(session).present["VST19"].datev_bu_key is None
    changed(database, german, "VST19", rate=Decimal(19))
    with read_session(database.engine, german.id) as session:
        found = in_time(session).present["VST19"]
    assert (found.datev_bu_key, found.in_boxes_of) == ("9", "VST19")


@pytest.mark.parametrize("rates", [(19, 20), (19, 20, 19)])
def test_an_adviser_gets_what_was_booked_by_a_changed_code(
    database: Database, rates: tuple[int, ...]
) -> None:
    """Automatic accounts would compute 19 %: they are switched off, before and after the change."""
    german = another_tenant(database, Chart.DE_SKR04)
    consultant = text("UPDATE tenant SET datev_consultant = '1001', datev_client = '1'")
    with write_session(database.engine, german.id, german.actor) as session:
        session.execute(consultant)
    for rate in rates:
        changed(database, german, "UST19", rate=Decimal(rate))
        sold(database, german, "1800", "4400", "UST19", Decimal(100 + rate))
    with read_session(database.engine, german.id) as session:
        plan = datev_views.export(session, DateRange(DAY, DAY), datetime(2026, 12, 1, tzinfo=UTC))
        data = b"".join(datev_views.booking_batch(session, plan))

    found = datev_reader.balances(datev_reader.read(data), Chart.DE_SKR04)
    net, tax = 100 * len(rates), sum(rates)
    assert found == {"1800": net + tax, "4400": -net, "3806": -tax}


def test_boxes_that_were_named_stay_until_rate_or_accounts_change(
    database: Database, tenant: Tenant
) -> None:
    """A new label changes nothing of what somebody said."""
    named = replace(
        OWN,
        code="BAU",
        vat_account="2510",
        self_assess_account="3510",
        reports_as="VST-RC20-BAU",
    )
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        tax_code_store.create(session, named, None)
    changed(database, tenant, "BAU", label="Bauleistung")
    with read_session(database.engine, tenant.id) as session:
        assert in_time(session).present["BAU"].reports_as == "VST-RC20-BAU"
    changed(database, tenant, "BAU", rate=Decimal(10))
    with read_session(database.engine, tenant.id) as session:
        assert in_time(session).present["BAU"].reports_as == "VST-RC10"


def test_a_change_that_is_given_up_changes_nothing(database: Database, tenant: Tenant) -> None:
    """Killed halfway, the old rate holds, and nothing of a past is kept."""

    def given_up() -> None:
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            tax_code_store.change(session, OWN.code, {"rate": Decimal(10)})
            raise InterruptedError

    booked(database, tenant)
    with pytest.raises(InterruptedError):
        given_up()
    with read_session(database.engine, tenant.id) as session:
        codes = in_time(session)
    assert codes.present[OWN.code].rate == 20
    assert codes.past == {}
