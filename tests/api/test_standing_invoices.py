"""An invoice that stands for each period: what is not booked of it is told before a lock."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from temporalio.client import Client

from domain.database.session import read_session
from domain.periods.period import PeriodName
from domain.reports import lock_check_views
from domain.reports.lock_check import LockCheck, Subject
from tests.api.invoice_cases import BUYERS, a_vendor, booked
from tests.api.invoice_cases import case_of as e_invoice
from tests.api.pages.browsers import Plain
from tests.builders import Tenant, another_tenant
from tests.e2e.front_door import FrontDoor, opened
from tests.e_invoice_writer import EInvoice, Item, Party
from tests.servers import Database


@pytest.fixture(scope="module")
async def door(
    database: Database, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FrontDoor]:
    """Open one house for this file."""
    folder = tmp_path_factory.mktemp("blobs")
    async with opened(database, temporal, another_tenant(database), folder) as house:
        yield house


def _checked(database: Database, tenant: Tenant, day: date) -> LockCheck:
    """What stands before the lock of a month."""
    with read_session(database.engine, tenant.id) as session:
        name = PeriodName(f"{day:%Y-%m}")
        return lock_check_views.checked(session, name, 1, datetime.now(UTC))


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


async def rented(door: FrontDoor) -> str:
    """The vendor of a standing invoice of today that was booked."""
    seller = Party("Ring Immobilien GmbH", "AT", "ATU47110816")
    sent = EInvoice(
        number="D-1",
        seller=seller,
        buyer=BUYERS["AT"],
        items=(Item("Miete Lager", "2000.00"),),
        day=datetime.now(UTC).date(),
        note="Dauerrechnung",
    )
    vendor_id = await a_vendor(door, seller, "6200")
    path, case = await e_invoice(door, sent)
    assert "STANDING_INVOICE" in {each["code"] for each in case["findings"]}
    await door.answer(await door.get(path))
    await booked(door, path)
    return vendor_id


async def test_a_month_without_the_rent_is_told(database: Database, door: FrontDoor) -> None:
    """That of the invoice has it; the next has not, until it is booked; a year later none."""
    tenant = another_tenant(database)
    own, today = door.of(tenant), datetime.now(UTC).date()
    checked = partial(_checked, database, tenant)
    vendor_id = await rented(own)

    following = _month_after(today)
    missing = checked(following)
    assert checked(today).expected == ()
    assert [each.vendor_id for each in missing.expected] == [UUID(vendor_id)]
    (found,) = [each for each in missing.checks if each.subject is Subject.STANDING]
    assert (found.count, found.severity) == (1, "hint")
    assert checked(following.replace(year=following.year + 2)).expected == ()

    lines = [
        {"account_number": "6200", "debit": 2000, "credit": 0},
        {"account_number": "2800", "debit": 0, "credit": 2000},
    ]
    rent = {"booking_date": str(following), "description": "Miete", "lines": lines}
    made = await own.order("POST", "/v1/bookings", rent)
    assert made.status_code == 201, made.text
    assert checked(following).expected == ()


async def test_the_list_of_a_period_names_whose_it_is(database: Database, door: FrontDoor) -> None:
    """And leads to the vendor."""
    tenant = another_tenant(database)
    own = door.of(tenant)
    vendor_id = await rented(own)
    page = await Plain(own.http, tenant, "bookkeeper").sign_in("de")

    await page.go(f"/periods/{_month_after(datetime.now(UTC).date()):%Y-%m}")

    assert "1 Dauerrechnung ist in dieser Periode nicht gebucht" in page.text
    assert f"/vendors/{vendor_id}" in page.answer.text
