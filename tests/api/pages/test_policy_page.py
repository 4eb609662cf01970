"""The approval policy as a page: tried, stored as the next version, never over another's."""

from uuid import uuid4

import httpx
import pytest

from domain.approvals import views
from domain.approvals.policy import ApprovalPolicy
from domain.database.session import read_session, write_session
from domain.payables import vendor_store
from domain.payables.partner import Vendor
from tests.api.pages.browsers import Plain
from tests.builders import Tenant, another_tenant
from tests.servers import Database

HOSTILE = "<img src=x onerror=alert(1)> & Söhne"
BANDS = {
    "invoices-1-above": "5.000,00",
    "invoices-1-approvals": "2",
    "invoices-1-who": "role:owner",
}


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a company of its own, with a vendor."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        vendor_store.create(session, uuid4(), Vendor(HOSTILE))
    return tenant


async def at(reading: httpx.AsyncClient, tenant: Tenant, who: str = "admin") -> Plain:
    """Somebody before the policy."""
    return await (await Plain(reading, tenant, who).sign_in()).go("/settings/policy")


def newest(database: Database, tenant: Tenant) -> ApprovalPolicy:
    """The newest version."""
    with read_session(database.engine, tenant.id) as session:
        return views.newest(session).policy


async def test_a_policy_is_tried_before_it_is_stored(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """It answers in a sentence, keeps what was typed, and stores nothing."""
    page = await at(reading, tenant)
    await page.send("policy", "simulate", **BANDS, amount="12.000")
    (told,) = page.page.xpath("//*[@id='tried']")
    assert "12.000,00 € braucht 2 Freigaben (Inhaber)" in " ".join(told.text_content().split())
    assert page.value("invoices-1-above") == "5.000,00"
    assert newest(database, tenant).version == 0


async def test_the_next_version_is_stored_once(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """Two clicks are one version; what the form does not know stays as it was."""
    page = await at(reading, tenant)
    before = page.page
    more = {"limits-0-vendor": HOSTILE, "limits-0-amount": "100", "limits-0-approvals": "3"}
    for _ in range(2):
        page.page = before
        await page.send("policy", "save", **BANDS, **more)
        assert page.answer.status_code == 200
    made = newest(database, tenant)
    assert made.version == 1
    assert [(str(each.above), each.approvals) for each in made.invoices] == [
        ("0.00", 1), ("5000.00", 2),
    ]  # fmt: skip
    assert made.invoices[1].approvers.roles == ("owner",)
    assert [each.approvals for each in made.vendor_limits] == [3]
    assert made.deadlines == ApprovalPolicy().deadlines
    assert page.value("limits-0-vendor") == HOSTILE
    assert not page.page.xpath("//img")
    await page.send("policy", "save", **{"invoices-1-above": "", "limits-0-amount": ""})
    assert len(newest(database, tenant).invoices) == 1
    assert newest(database, tenant).vendor_limits == ()


async def test_what_others_changed_meanwhile_is_not_overwritten(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """The older page is refused, and what was typed there stays."""
    page = await at(reading, tenant)
    old = page.page
    await page.send("policy", "save", reminder_days="5")
    page.page = old
    await page.send("policy", "save", reminder_days="7")
    assert page.answer.status_code == 409
    assert page.value("reminder_days") == "7"
    assert newest(database, tenant).deadlines.reminder_days == 5


async def test_what_is_no_policy_is_told(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """With the place of it, and what was typed."""
    for wrong, named in (
        ({"invoices-0-above": "viel"}, "Rechnungen"),
        ({"invoices-0-above": ""}, "Rechnungen"),
        ({"reminder_days": "0"}, "Erinnern nach Tagen"),
        ({"reminder_days": "²"}, "Erinnern nach Tagen"),
        ({"limits-0-vendor": "niemand", "limits-0-amount": "1"}, "Grenzen für Lieferanten"),
        ({"touchless-is_on": "1", "touchless-up_to": "0"}, "bis EUR"),
        ({"valid_from": "1.1.2020"}, "Gültig ab"),
        ({"invoices-rows": "9" * 30}, "Rechnungen"),
        ({"seen": "x"}, "Fassung"),
    ):
        page = await at(reading, tenant)
        await page.send("policy", "save", **wrong)
        assert page.answer.status_code == 409, wrong
        assert page.page.xpath("//*[@role='alert']")[0].text_content().endswith(named), wrong
    assert newest(database, tenant).version == 0


async def test_who_may_only_read_tries_and_stores_nothing(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """The button is absent, and the order is refused."""
    page = await at(reading, tenant, "bookkeeper")
    assert not page.page.xpath("//button[@value='save']")
    await page.send("policy", "simulate", amount="100")
    assert page.answer.status_code == 200
    await page.send("policy", "save")
    assert page.answer.status_code == 403
    assert newest(database, tenant).version == 0
