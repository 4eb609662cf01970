"""A second factor: set up, asked for, used once, given up, and taken away from who lost it."""

from base64 import b32decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import text

from domain.access import totp
from domain.database.session import read_session
from tests.api.pages.browsers import Plain
from tests.builders import Tenant, another_tenant
from tests.servers import Database


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a company of its own."""
    return another_tenant(database)


class Phone:
    """An authenticator; each code it shows is another one, as if half a minute went by."""

    def __init__(self, words: str) -> None:
        self._secret = b32decode(words.replace(" ", "") + "=" * (-len(words.replace(" ", "")) % 8))
        self._steps: Iterator[int] = iter(range(-1, 2))

    def code(self) -> str:
        """The next code; three hold at a time."""
        return self.code_at(next(self._steps))

    def code_at(self, step: int) -> str:
        """The code of some half minutes from now."""
        return totp.code_at(self._secret, totp.step_of(datetime.now(UTC)) + step)

    def wrong(self) -> str:
        """Six digits that hold neither now nor soon."""
        near = {self.code_at(each) for each in range(-3, 4)}
        return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


@pytest.fixture(autouse=True)
def half_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all of a test lie in one half minute, whenever it begins and however long it takes.

    At the turn of one a code that was shown holds no more, and one that was used is another.
    """
    step = totp.step_of(datetime.now(UTC))
    monkeypatch.setattr(totp, "step_of", lambda _: step)


async def set_up(page: Plain) -> tuple[Phone, list[str]]:
    """Set it up from the account page."""
    await page.go("/account")
    await page.send("begin-factor", password=page.tenant.people[page.who].password)
    phone = Phone(page.page.xpath("//*[@id='secret']/text()")[0])
    await page.send("confirm-factor", code=phone.code())
    return phone, page.page.xpath("//*[@id='codes']/li/text()")


async def half_in(reading: httpx.AsyncClient, tenant: Tenant, who: str = "admin") -> Plain:
    """Somebody who showed the password, and no code."""
    reading.cookies.clear()
    page = await Plain(reading, tenant, who).go("/login?next=/account")
    (form,) = page.page.xpath("//form[@action='/login']")
    form.set("id", "gate")
    person = tenant.people[who]
    return await page.send("gate", email=person.email, password=person.password)


def stored(database: Database, tenant: Tenant, query: str) -> list[tuple[object, ...]]:
    """What the database holds."""
    with read_session(database.engine, tenant.id) as session:
        return [tuple(row) for row in session.execute(text(query))]


async def test_a_second_factor_is_set_up_by_its_first_code(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """The password again; the secret is shown as a square and as text, and lies under a seal."""
    page = await Plain(reading, tenant, "admin").sign_in()
    await page.go("/account")
    await page.send("begin-factor", password="geraten")  # noqa: S106
    assert page.answer.status_code == 401
    assert not page.page.xpath("//*[@id='secret']")
    password = tenant.people["admin"].password
    await page.send("begin-factor", password=password)
    assert page.page.xpath("//figure[@class='square']/svg")
    words = page.page.xpath("//*[@id='secret']/text()")[0]
    phone = Phone(words)
    sealed = "SELECT encode(sealed, 'hex') FROM second_factor WHERE ended_at IS NULL"
    (row,) = stored(database, tenant, sealed)
    assert b32decode(words.replace(" ", "")).hex() not in str(row[0])
    await page.send("confirm-factor", code=phone.wrong())
    assert (page.answer.status_code, page.page.xpath("//*[@id='secret']/text()")[0]) == (401, words)
    await page.send("confirm-factor", code=phone.code())
    assert len(page.page.xpath("//*[@id='codes']/li")) == 10


async def test_codes_for_the_loss_are_shown_once_and_other_logins_end(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """Kept as hashes; a second click shows none of them."""
    await Plain(reading, tenant, "admin").sign_in()
    elsewhere = reading.cookies["belegfluss"]
    page = await Plain(reading, tenant, "admin").sign_in()
    await page.go("/account")
    await page.send("begin-factor", password=tenant.people["admin"].password)
    phone = Phone(page.page.xpath("//*[@id='secret']/text()")[0])
    before = page.page
    await page.send("confirm-factor", code=phone.code())
    codes = page.page.xpath("//*[@id='codes']/li/text()")
    assert len(set(codes)) == 10
    page.page = before
    await page.send("confirm-factor", code=phone.code_at(-1))
    assert "wurden schon gezeigt" in page.text
    assert codes[0] not in page.answer.text
    kept = stored(database, tenant, "SELECT code_hash FROM recovery_code")
    assert len(kept) == 10
    assert codes[0].replace("-", "") not in str(kept)

    reading.cookies.clear()
    old = await reading.get("/account", headers={"Cookie": f"belegfluss={elsewhere}"})
    assert old.status_code == 303


async def test_the_password_alone_opens_nothing(reading: httpx.AsyncClient, tenant: Tenant) -> None:
    """The card asks for a code, which works once."""
    phone, _ = await set_up(await Plain(reading, tenant, "admin").sign_in())
    page = await half_in(reading, tenant)
    assert "belegfluss" not in reading.cookies
    assert (await reading.get("/account")).status_code == 303
    half_way = page.page
    await page.send("code-form", code=phone.wrong())
    assert page.answer.status_code == 401
    await page.send("code-form", code=phone.code())
    assert page.answer.url.path == "/account"
    reading.cookies.clear()
    page.page = half_way
    await page.send("code-form", code=phone.code_at(0))
    assert page.answer.status_code == 401  # used


async def test_a_code_for_the_loss_works_once(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """Typed in any form; new ones end the old ones."""
    page = await Plain(reading, tenant, "admin").sign_in()
    phone, codes = await set_up(page)
    for code, status in ((codes[0].lower(), 200), (codes[0], 401), ("2222-2222-2222-2222", 401)):
        page = await half_in(reading, tenant)
        await page.send("code-form", code=code)
        assert page.answer.status_code == status
    used = "SELECT count(*) FROM audit_event WHERE action = 'second_factor.recovery_used'"
    assert stored(database, tenant, used) == [(1,)]

    page = await half_in(reading, tenant)
    await page.send("code-form", code=codes[1])
    assert "8 Ersatzcodes sind übrig" in page.text
    await page.send("renew-codes", code=phone.code())
    fresh = page.page.xpath("//*[@id='codes']/li/text()")
    assert not set(fresh) & set(codes)
    page = await half_in(reading, tenant)
    await page.send("code-form", code=codes[2])
    assert page.answer.status_code == 401


async def test_what_cannot_be_undone_asks_for_a_code_once(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """Not for the password; the same form twice is one use, another form with it is none."""
    page = await Plain(reading, tenant, "admin").sign_in()
    phone, _ = await set_up(page)
    await page.go("/settings/keys")
    assert not page.page.xpath("//input[@name='password']")
    before = page.page
    wanted = {"name": "Kasse", "scope": "journal:read"}
    password = tenant.people["admin"].password
    await page.send("new-key", **wanted, password=password)
    assert page.answer.status_code == 409
    page.page, code = before, phone.code()
    for _ in range(2):
        await page.send("new-key", **wanted, code=code)
        assert page.answer.status_code == 200
        page.page = before
    assert stored(database, tenant, "SELECT count(*) FROM api_key WHERE name = 'Kasse'") == [(1,)]
    await page.go("/settings/keys")
    await page.send("new-key", name="Andere", scope="journal:read", code=code)
    assert page.answer.status_code == 409
    assert "schon benutzt" in page.text

    fresh = "ein neues langes Kennwort"
    await page.go("/account")
    await page.send("/account/password", password=password, fresh=fresh, again=fresh)
    assert page.answer.status_code == 409


async def test_a_stolen_login_does_not_switch_it_off(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """Neither without a code nor with the password; guessing waits as logins do."""
    page = await Plain(reading, tenant, "admin").sign_in()
    phone, _ = await set_up(page)
    page = await Plain(reading, tenant, "admin")._keep(await reading.get("/account"))  # noqa: SLF001
    (csrf,) = {each.value for each in page.page.xpath("//input[@name='csrf']")}
    tried = {"csrf": csrf, "password": tenant.people["admin"].password}
    assert (await reading.post("/account/second-factor/end", data=tried)).status_code == 401
    tried["code"] = phone.wrong()
    told = [await reading.post("/account/second-factor/end", data=tried) for _ in range(8)]
    assert {each.status_code for each in told} == {401, 429}
    on = "SELECT count(*) FROM second_factor WHERE confirmed_at IS NOT NULL AND ended_at IS NULL"
    assert stored(database, tenant, on) == [(1,)]

    with database.owner_engine.begin() as connection:
        connection.execute(text("UPDATE login_attempt SET failed = false"))
    ending = {"csrf": csrf, "code": phone.code()}
    for _ in range(2):
        ended = await reading.post("/account/second-factor/end", data={**ending, "key": "k"})
        assert ended.status_code in {303, 401}
    assert stored(database, tenant, on) == [(0,)]
    assert stored(database, tenant, "SELECT count(sealed) FROM second_factor") == [(0,)]
    assert (await Plain(reading, tenant, "admin").sign_in()).answer.status_code == 303


async def test_wrong_codes_wait_wherever_they_come_from(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """Counted for the person, whose password who guesses has."""
    page = await Plain(reading, tenant, "admin").sign_in()
    phone, _ = await set_up(page)
    statuses = []
    for _ in range(8):
        page = await half_in(reading, tenant)
        await page.send("code-form", code=phone.wrong())
        statuses.append(page.answer.status_code)
    assert statuses[:4] == [401] * 4
    assert 429 in statuses


async def test_an_admin_takes_away_what_somebody_lost_and_a_letter_says_so(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """With a step-up, once, audited; their logins end."""
    page = await Plain(reading, tenant, "bookkeeper").sign_in()
    await set_up(page)
    theirs = reading.cookies["belegfluss"]
    lost = tenant.people["bookkeeper"].user_id
    address = f"/settings/people/{lost}/second-factor"
    page = await Plain(reading, tenant, "admin").sign_in()
    await page.go("/settings/people")
    before = page.page
    await page.send(address, password="geraten")  # noqa: S106
    assert page.answer.status_code == 409
    page.page = before
    password = tenant.people["admin"].password
    for _ in range(2):
        await page.send(address, password=password)
        assert page.answer.status_code == 200
        assert not page.page.xpath(f"//form[@action='{address}']")
        page.page = before
    letters = "SELECT recipient_id, facts->>'by' FROM letter WHERE kind = 'second_factor'"
    name = tenant.people["admin"].name
    assert stored(database, tenant, letters) == [(lost, name)]
    taken = "SELECT subject_id FROM audit_event WHERE action = 'second_factor.taken_away'"
    assert stored(database, tenant, taken) == [(str(lost),)]
    reading.cookies.clear()
    gone = await reading.get("/account", headers={"Cookie": f"belegfluss={theirs}"})
    assert gone.status_code == 303


async def test_nobody_takes_away_their_own_or_that_of_another_company(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """Whatever the address says."""
    page = await (await Plain(reading, tenant, "admin").sign_in()).go("/settings/people")
    own = tenant.people["admin"].user_id
    (csrf,) = {each.value for each in page.page.xpath("//input[@name='csrf']")}
    tried = {"csrf": csrf, "password": tenant.people["admin"].password}
    stranger = another_tenant(database).people["admin"].user_id
    own_one = await reading.post(f"/settings/people/{own}/second-factor", data=tried)
    assert own_one.status_code == 409
    other = await reading.post(f"/settings/people/{stranger}/second-factor", data=tried)
    assert other.status_code in {404, 409}


async def test_the_api_asks_for_a_code_too(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """It is no way around; whoever administers takes it away there as well, with a proof."""
    page = await Plain(reading, tenant, "bookkeeper").sign_in()
    phone, _ = await set_up(page)
    person, admin = tenant.people["bookkeeper"], tenant.people["admin"]
    asked = {"email": person.email, "password": person.password}

    async def login(**more: str) -> httpx.Response:
        return await reading.post("/v1/auth/login", json={**asked, **more})

    assert (await login()).json()["code"] == "SECOND_FACTOR_NEEDED"
    assert (await login(code=phone.wrong())).json()["code"] == "WRONG_CODE"
    code = phone.code()
    token = (await login(code=code)).json()["token"]
    assert (await login(code=code)).json()["code"] == "WRONG_CODE"
    seen = await reading.get("/v1/me/second-factor", headers={"Authorization": f"Bearer {token}"})
    assert (seen.json()["is_on"], seen.json()["recovery_codes_left"]) == (True, 10)

    address = f"/v1/users/{person.user_id}/remove-second-factor"
    headers = {"Authorization": f"Bearer {admin.api_key}", "Idempotency-Key": "take"}
    bare = await reading.post(address, json={}, headers={**headers, "Idempotency-Key": "bare"})
    assert bare.json()["code"] == "INVALID_CREDENTIALS"
    for _ in range(2):
        done = await reading.post(address, json={"password": admin.password}, headers=headers)
        assert done.json() == {"ok": True}
    member = {"Authorization": f"Bearer {tenant.people['approver'].api_key}"}
    assert (await reading.post(address, json={}, headers=member)).status_code == 403
    assert (await login()).status_code == 200


async def test_a_code_that_was_shown_too_late_begins_anew(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """A secret waits a quarter of an hour for its first code."""
    page = await Plain(reading, tenant, "admin").sign_in()
    await page.go("/account")
    await page.send("begin-factor", password=tenant.people["admin"].password)
    phone = Phone(page.page.xpath("//*[@id='secret']/text()")[0])
    with database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{tenant.id}'"))
        connection.execute(
            text("UPDATE second_factor SET created_at = :at"),
            {"at": datetime.now(UTC) - timedelta(minutes=20)},
        )
    await page.send("confirm-factor", code=phone.code())
    assert page.answer.status_code == 404
    assert "zu lange" in page.text
