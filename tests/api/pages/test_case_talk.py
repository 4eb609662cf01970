"""The talk beside a case: with and without a script, in both languages."""

import httpx
import pytest

from domain.database.session import write_session
from tests.api.pages.browsers import Plain
from tests.api.test_case_comments import written
from tests.builders import Tenant, another_tenant
from tests.cases import a_case
from tests.servers import Database

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test people of its own."""
    return another_tenant(database)


@pytest.fixture
def address(database: Database, tenant: Tenant) -> str:
    """A case that waits."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        return f"/cases/{a_case(session)}"


async def test_something_is_said_without_a_script(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant, address: str
) -> None:
    """Whoever is chosen gets a letter; sent twice it is said once; it is part of the story."""
    page = await (await Plain(reading, tenant, "bookkeeper").sign_in()).go(address)
    before = page.page
    approver = str(tenant.people["approver"].user_id)
    await page.send("say", text=f"{HOSTILE} stimmt das?", to=approver)
    assert "Gesendet." in page.text
    page.page = before
    await page.send("say", text=f"{HOSTILE} stimmt das?", to=approver)

    said = page.page.xpath("//ol[@class='said']/li")
    assert [each.xpath(".//p")[0].text for each in said] == [f"@approver {HOSTILE} stimmt das?"]
    assert "Brief an approver" in page.text
    assert not page.page.xpath("//img[@src='x']")
    assert written(database, tenant) == [tenant.people["approver"].user_id]
    await page.go(address.replace("/cases", "/audit/cases"))
    assert "Fall: kommentiert" in page.text
    assert f"{HOSTILE} stimmt das?" in page.text


async def test_what_is_refused_stands_in_the_form_again(
    reading: httpx.AsyncClient, tenant: Tenant, address: str
) -> None:
    """A page of its own without a script, the piece with one; in English as well."""
    page = await (await Plain(reading, tenant, "bookkeeper").sign_in("en")).go(address)
    await page.send("say", text="@nobody, is this right?")
    assert page.answer.status_code == 400
    assert "@nobody: Nobody here has this name." in page.text
    assert page.value("text") == "@nobody, is this right?"
    (form,) = page.page.xpath("//form[@id='say']")
    body = dict(form.form_values()) | {"text": "fdp\u202eexe"}
    piece = await reading.post(f"{address}/comments", data=body, headers={"HX-Request": "true"})
    assert piece.status_code == 200
    assert piece.text.lstrip().startswith("<section")
    assert "holds signs that are not seen" in piece.text


async def test_a_reader_reads_and_a_stranger_finds_nothing(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant, address: str
) -> None:
    """Who may not write has no form; another company has no such case."""
    page = await (await Plain(reading, tenant, "auditor").sign_in()).go(address)
    assert page.page.xpath("//section[@id='talk']")
    assert not page.page.xpath("//form[@id='say']")
    csrf = page.page.xpath("//input[@name='csrf']/@value")[0]
    sent = {"csrf": csrf, "key": "k", "text": "x"}
    assert (await reading.post(f"{address}/comments", data=sent)).status_code == 403
    other = await (await Plain(reading, another_tenant(database)).sign_in()).go("/inbox")
    csrf = other.page.xpath("//input[@name='csrf']/@value")[0]
    refused = await reading.post(f"{address}/comments", data=sent | {"csrf": csrf})
    assert refused.status_code == 404
