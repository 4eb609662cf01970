"""Assignment, several at once and presence on pages, without a script and without a process."""

import httpx
import pytest

from domain.database.session import write_session
from tests.api.pages.browsers import Plain
from tests.builders import Tenant, another_tenant
from tests.cases import a_case
from tests.servers import Database


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test people of its own."""
    return another_tenant(database)


@pytest.fixture
def cases(database: Database, tenant: Tenant) -> list[str]:
    """Three cases that wait."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        return [str(a_case(session, number)) for number in range(3)]


async def test_a_case_is_assigned_on_its_page(
    reading: httpx.AsyncClient, tenant: Tenant, cases: list[str]
) -> None:
    """Twice is once; on what somebody else has assigned meanwhile it is refused, and said."""
    page = await (await Plain(reading, tenant, "bookkeeper").sign_in()).go(f"/cases/{cases[0]}")
    assert "niemand zuständig" in page.text
    before, approver = page.page, str(tenant.people["approver"].user_id)
    await page.send("assign-plain", who=approver)
    assert "Zugewiesen." in page.text
    assert page.page.xpath("//*[@id='assignment']")[0].text_content().count("approver") >= 1
    page.page = before
    await page.send("assign-plain", who=approver)
    assert page.answer.status_code == 200
    await page.go(f"/cases/{cases[1]}")
    (form,) = page.page.xpath("//form[@id='assign-plain']")
    stale = dict(form.form_values()) | {"version": "7", "who": approver}
    refused = await reading.post(f"/cases/{cases[1]}/assign", data=stale)
    assert refused.status_code == 412
    assert "Jemand anderer hat den Fall inzwischen zugewiesen." in refused.text
    piece = await reading.post(
        f"/cases/{cases[1]}/assign", data=stale | {"key": "x"}, headers={"HX-Request": "true"}
    )
    assert piece.status_code == 200
    assert "<dialog" in piece.text


async def test_several_are_assigned_at_once_and_each_is_told(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant, cases: list[str]
) -> None:
    """What is of another company is told as nothing that is here; the rest is done."""
    page = await (await Plain(reading, tenant, "bookkeeper").sign_in("en")).go("/inbox")
    me = str(tenant.people["bookkeeper"].user_id)
    await page.send("several", "assign", case=cases[:2], who=me)
    assert "2 documents assigned." in page.text
    await page.go("/inbox?who=me")
    assert len(page.page.xpath("//tr[@data-row]")) == 2
    assert page.page.xpath("//select[@id='who']/option[@value='me']/text()") == ["mine (2)"]
    await page.go("/inbox?who=nobody&order=assignee")
    assert len(page.page.xpath("//tr[@data-row]")) == 1
    with write_session(database.engine, (other := another_tenant(database)).id, other.actor) as s:
        foreign = str(a_case(s))
    approver = str(tenant.people["approver"].user_id)
    await page.send("several", "assign", case=[cases[2], foreign], who=approver)
    assert "1 document assigned." in page.text
    assert "1 document stayed as it was" in page.text
    assert f"{foreign}There is no such thing here, or not any more." in page.text


async def test_who_else_looks_is_told_by_name(
    reading: httpx.AsyncClient, tenant: Tenant, cases: list[str]
) -> None:
    """To look at the page is a sign; the page of an open tab keeps no login alive."""
    await (await Plain(reading, tenant, "approver").sign_in()).go(f"/cases/{cases[0]}")
    page = await (await Plain(reading, tenant, "bookkeeper").sign_in()).go(f"/cases/{cases[0]}")
    (seen,) = page.page.xpath("//*[@id='presence']")
    assert "approver sieht das auch an" in seen.text_content()
    await page.go(f"/cases/{cases[1]}")
    assert not page.page.xpath("//*[@id='presence']")[0].text_content().strip()


async def test_who_else_looks_is_told_without_a_script(
    reading: httpx.AsyncClient, tenant: Tenant, cases: list[str]
) -> None:
    """By a page within the page that comes again by itself, notes its reader, and does no more."""
    page = await (await Plain(reading, tenant, "bookkeeper").sign_in()).go(f"/cases/{cases[0]}")
    assert "frame-src 'self'" in page.answer.headers["content-security-policy"]
    (address,) = page.page.xpath("//iframe/@src")
    assert not (await page.go(address)).page.xpath("//*[@id='presence']")[0].text_content().strip()
    assert page.answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page.answer.headers["content-security-policy"]
    assert page.page.xpath("//meta[@http-equiv='refresh']")
    assert not page.page.xpath("//a | //form | //button | //script")
    other = await (await Plain(reading, tenant, "approver").sign_in()).go(address)
    assert "bookkeeper sieht das auch an" in other.text
    assert "Der Fall hat sich geändert" not in other.text
    await other.go(address.replace("version=", "version=9"))
    assert "Der Fall hat sich geändert" in other.text
    assert (await reading.get("/login")).headers["x-frame-options"] == "DENY"
    reading.cookies.clear()
    assert (await reading.get(address)).status_code == 303, "and nothing without a login"
