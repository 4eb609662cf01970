"""Settings and one's own account as pages: who may change what, once, and what is never shown."""

import httpx
import pytest
from sqlalchemy import text

from domain.database.session import read_session
from tests.api.pages.browsers import Plain
from tests.builders import Tenant, another_tenant
from tests.servers import Database

HOSTILE = "<img src=x onerror=alert(1)> & Söhne"


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a company of its own."""
    return another_tenant(database)


async def at(reading: httpx.AsyncClient, tenant: Tenant, address: str, who: str = "admin") -> Plain:
    """Somebody before a page."""
    return await (await Plain(reading, tenant, who).sign_in()).go(address)


async def is_in(reading: httpx.AsyncClient, cookie: str) -> bool:
    """Whether a browser with this cookie is let in."""
    reading.cookies.clear()
    answer = await reading.get("/account", headers={"Cookie": f"belegfluss={cookie}"})
    return answer.status_code == 200


def stored(database: Database, tenant: Tenant, query: str) -> list[tuple[object, ...]]:
    """What the database holds."""
    with read_session(database.engine, tenant.id) as session:
        return [tuple(row) for row in session.execute(text(query))]


async def test_somebody_is_invited_once_by_a_letter(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """However often the form is sent; a name is text."""
    page = await at(reading, tenant, "/settings/people")
    before = page.page
    address = f"eva@{tenant.inbox_address.partition('@')[0]}.example"
    for _ in range(2):
        page.page = before
        await page.send("invite", name=HOSTILE, email=address)
        assert page.answer.status_code == 200
    assert page.text.count(HOSTILE) >= 1
    assert not page.page.xpath("//img")
    letters = "SELECT count(*) FROM letter WHERE kind = 'invitation'"
    assert stored(database, tenant, letters) == [(1,)]

    await page.send("invite", name="Eva", email=address)
    assert page.answer.status_code == 409
    assert page.value("email") == address
    await page.send("invite", name="P", email="p@q.example", role="auditor", until="")
    assert page.answer.status_code == 409
    assert "Letzter Tag" in page.text
    await page.send("invite", name="P", email="p@q.example", role="auditor", until="bald")
    assert page.answer.status_code == 409


async def test_who_is_shut_out_is_out_at_once_and_nobody_shuts_out_themselves(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """The login of the other ends with the click."""
    own, other = (tenant.people[name].user_id for name in ("admin", "bookkeeper"))
    await at(reading, tenant, "/", "bookkeeper")
    cookie = reading.cookies["belegfluss"]
    page = await at(reading, tenant, "/settings/people")
    assert not page.page.xpath(f"//form[contains(@action, '{own}')]")
    await page.send(f"/settings/people/{other}/deactivate")
    assert "abgeschaltet" in page.text
    assert not await is_in(reading, cookie)
    page = await at(reading, tenant, "/settings/people")
    approver = tenant.people["approver"].user_id
    await page.send(f"/settings/people/{approver}/access", until="31.12.2030")
    assert "bis 31.12.2030" in page.text
    (csrf,) = {each.value for each in page.page.xpath("//input[@name='csrf']")}
    for order in ("deactivate", "access", "wish"):
        told = await reading.post(f"/settings/people/{own}/{order}", data={"csrf": csrf})
        assert told.status_code == 409


async def test_a_key_is_shown_once_and_stored_never(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """It works, a second click makes no second one, and what is kept of the order is no secret."""
    page = await at(reading, tenant, "/settings/keys")
    before = page.page
    password = tenant.people["admin"].password
    wanted = {"name": "Kasse", "scope": "journal:read"}
    await page.send("new-key", **wanted, password="geraten")  # noqa: S106
    assert page.answer.status_code == 409
    page.page = before
    await page.send("new-key", **wanted, password=password)
    (secret,) = page.page.xpath("//*[@id='secret']/text()")
    assert page.answer.headers["cache-control"] == "no-store"
    headers = {"Authorization": f"Bearer {secret}"}
    assert (await reading.get("/v1/journal", headers=headers)).status_code == 200
    assert (await reading.get("/v1/users", headers=headers)).status_code == 403

    page.page = before
    await page.send("new-key", **wanted, password=password)
    assert not page.page.xpath("//*[@id='secret']")
    assert "wurde schon angelegt" in page.text
    assert stored(database, tenant, "SELECT count(*) FROM api_key WHERE name = 'Kasse'") == [(1,)]
    kept = stored(database, tenant, "SELECT body::text FROM idempotency")
    kept += stored(database, tenant, "SELECT after::text FROM audit_event")
    assert not any(secret in str(each) for each in kept)

    (made,) = stored(database, tenant, "SELECT id FROM api_key WHERE name = 'Kasse'")
    await page.send(f"/settings/keys/{made[0]}/revoke")
    assert (await reading.get("/v1/journal", headers=headers)).status_code == 401


async def test_a_key_does_no_more_than_its_owner(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """Refused, and what was chosen stays chosen."""
    page = await at(reading, tenant, "/settings/keys")
    sent = {"name": "K", "scope": "config:write", "password": tenant.people["admin"].password}
    await page.send("new-key", **sent, owner=str(tenant.people["bookkeeper"].user_id))
    assert page.answer.status_code == 409
    assert "Darf" in page.page.xpath("//*[@role='alert']")[0].text_content()
    owner = "//select[@name='owner']/option[@selected]/@value"
    assert page.page.xpath(owner) == [str(tenant.people["bookkeeper"].user_id)]
    assert page.page.xpath("//input[@value='config:write']/@checked")


async def test_who_may_only_read_settings_changes_nothing(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """No form, and no order either."""
    for address in ("/settings/people", "/settings/keys"):
        page = await at(reading, tenant, address, "bookkeeper")
        assert page.answer.status_code == 200
        assert not page.page.xpath("//main//form")
        (csrf,) = {each.value for each in page.page.xpath("//input[@name='csrf']")}
        assert (await reading.post(address, data={"csrf": csrf})).status_code == 403


async def test_a_password_is_changed_with_the_present_one_and_ends_all_logins(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """A wrong one changes nothing; what was typed is never shown again."""
    page = await at(reading, tenant, "/account")
    present, fresh = tenant.people["admin"].password, "ein neues langes Kennwort"
    for typed, status in (
        ({"password": "geraten", "fresh": fresh, "again": fresh}, 409),
        ({"password": present, "fresh": "kurz", "again": "kurz"}, 400),
        ({"password": present, "fresh": fresh, "again": fresh + "!"}, 400),
    ):
        await page.send("/account/password", **typed)
        assert page.answer.status_code == status
        assert fresh not in page.answer.text
        assert page.page.xpath("//*[@role='alert']")
    await page.send("/account/password", password=present, fresh=fresh, again=fresh)
    assert "Anmelden" in page.text
    assert (await reading.get("/account")).status_code == 303
    sent = {"email": tenant.people["admin"].email, "password": fresh}
    assert (await reading.post("/login", data=sent)).status_code == 303


async def test_ones_own_logins_are_ended_and_no_others(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """The other browser is out; a login of somebody else is not found."""
    await at(reading, tenant, "/", "bookkeeper")
    others = stored(database, tenant, "SELECT id FROM session_token")
    await at(reading, tenant, "/account")
    elsewhere = reading.cookies["belegfluss"]
    page = await at(reading, tenant, "/account")
    (door,) = page.page.xpath("//form[contains(@action, '/account/sessions/')]/@action")
    await page.send(door)
    assert page.answer.status_code == 200
    assert not await is_in(reading, elsewhere)
    page = await at(reading, tenant, "/account")
    (csrf,) = {each.value for each in page.page.xpath("//input[@name='csrf']")}
    told = await reading.post(f"/account/sessions/{others[0][0]}/end", data={"csrf": csrf})
    assert told.status_code == 404
