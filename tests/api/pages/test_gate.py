"""Who comes in: cookies that no script reads, forms that no other site sends, sessions that end."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import text

from api.pages.routing import is_ours
from domain.access import store as access
from domain.access.token import hash_of
from domain.actor import Actor
from domain.database.session import write_session
from tests.builders import Tenant
from tests.servers import Database

NAME = "belegfluss"


@pytest.fixture
def browser(app: FastAPI, http: TestClient) -> TestClient:
    """A browser without cookies, on the application that is open."""
    return TestClient(app, follow_redirects=False, headers={"accept-language": "de"})


def log_in(browser: TestClient, tenant: Tenant, who: str = "bookkeeper", **more: str) -> Response:
    """Sign in as one of the people."""
    person = tenant.people[who]
    sent = {"email": person.email, "password": person.password, **more}
    answer: Response = browser.post("/login", data=sent)
    return answer


def csrf_on(page: Response) -> str:
    """What a form of the page carries."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    assert found
    return found[1]


def end_of_session(database: Database, browser: TestClient) -> datetime:
    """When the login of a browser ends."""
    with database.owner_engine.connect() as connection:
        ends: datetime = connection.execute(
            text("SELECT expires_at FROM session_token WHERE token_hash = :hash"),
            {"hash": hash_of(browser.cookies[NAME])},
        ).scalar_one()
    return ends


def set_times(database: Database, tenant: Tenant, browser: TestClient, **times: datetime) -> None:
    """Move a login in time."""
    named = ", ".join(f"{name} = :{name}" for name in times)
    with database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{tenant.id}'"))
        changed = connection.execute(
            text(f"UPDATE session_token SET {named} WHERE token_hash = :hash"),  # noqa: S608
            {**times, "hash": hash_of(browser.cookies[NAME])},
        )
        assert changed.rowcount == 1


@pytest.mark.parametrize("path", ["/", "/inbox", "/inbox?state=approval"])
def test_nobody_comes_in_without_a_login(browser: TestClient, path: str) -> None:
    """They are led to the gate, and from there to where they wanted to go."""
    answer = browser.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


def test_a_login_gives_a_cookie_that_no_script_reads(browser: TestClient, tenant: Tenant) -> None:
    """HttpOnly, strict, and led to where one was going."""
    answer = log_in(browser, tenant, next="/inbox?state=approval")

    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox?state=approval")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie  # no TLS here
    page = browser.get("/")
    assert page.status_code == 200
    assert tenant.people["bookkeeper"].name in page.text


def test_a_browser_is_known_after_a_login(app: FastAPI, http: TestClient, tenant: Tenant) -> None:
    """It keeps one token, and gets in where a stranger of its network has failed too often."""
    place = (str(uuid4()), 1)
    known, stranger = (TestClient(app, follow_redirects=False, client=place) for _ in range(2))
    log_in(known, tenant)
    device = known.cookies["belegfluss-device"]
    wrong = {"email": tenant.people["bookkeeper"].email, "password": "wrong"}
    assert any(stranger.post("/login", data=wrong).status_code == 429 for _ in range(20))

    assert log_in(known, tenant).status_code == 303
    assert known.cookies["belegfluss-device"] == device
    assert device not in known.get("/").text


def test_over_tls_the_cookie_is_for_this_host_alone(
    app: FastAPI, http: TestClient, tenant: Tenant
) -> None:
    """Secure, and with a name that no other host can set."""
    browser = TestClient(app, "https://books.example", follow_redirects=False)
    cookie = log_in(browser, tenant).headers["set-cookie"]
    assert cookie.startswith("__Host-belegfluss=")
    assert "Secure" in cookie


def test_every_page_says_what_it_may_load(browser: TestClient, tenant: Tenant) -> None:
    """Nothing from elsewhere, nothing written into the page, no frame around it."""
    log_in(browser, tenant)
    for path in ("/", "/inbox", "/login", "/setup-password"):
        answer = browser.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"\sstyle=|<script>|\son[a-z]+=", answer.text)


def test_a_wrong_password_says_nothing_of_which(browser: TestClient, tenant: Tenant) -> None:
    """The same words for an address that nobody has."""
    person = tenant.people["bookkeeper"]
    wrong = browser.post("/login", data={"email": person.email, "password": "x" * 12})
    nobody = browser.post("/login", data={"email": "no@body.example", "password": "x" * 12})
    assert wrong.status_code == nobody.status_code == 401
    said = "E-Mail oder Kennwort stimmt nicht."
    assert said in wrong.text
    assert said in nobody.text
    assert "set-cookie" not in wrong.headers


def test_a_form_of_another_site_is_refused(browser: TestClient, tenant: Tenant) -> None:
    """By what browsers say of its origin, and by what it does not know."""
    log_in(browser, tenant)
    csrf = csrf_on(browser.get("/inbox"))
    strange = browser.post("/logout", data={"csrf": csrf}, headers={"sec-fetch-site": "cross-site"})
    other = browser.post("/logout", data={"csrf": csrf}, headers={"origin": "https://evil.example"})
    blind = browser.post("/logout", data={})
    assert strange.status_code == other.status_code == blind.status_code == 403
    assert browser.get("/").status_code == 200

    assert browser.post("/logout", data={"csrf": csrf}).status_code == 303
    assert browser.get("/").status_code == 303


def test_a_login_from_another_site_is_refused(browser: TestClient, tenant: Tenant) -> None:
    """Nobody is signed in by a stranger's form."""
    person = tenant.people["bookkeeper"]
    answer = browser.post(
        "/login",
        data={"email": person.email, "password": person.password},
        headers={"sec-fetch-site": "cross-site"},
    )
    assert answer.status_code == 403


def test_a_session_ends_when_nobody_looks_and_after_a_day_of_work(
    app: FastAPI, browser: TestClient, tenant: Tenant, database: Database
) -> None:
    """Half an hour from the last page, and twelve hours from the login at the latest."""
    log_in(browser, tenant)
    now = datetime.now(UTC)
    assert end_of_session(database, browser) - now < timedelta(minutes=31)

    set_times(database, tenant, browser, expires_at=now + timedelta(minutes=5))
    app.state.prolonged.clear()
    browser.get("/")
    assert end_of_session(database, browser) - now > timedelta(minutes=25)

    started = now - timedelta(hours=11, minutes=50)
    set_times(database, tenant, browser, created_at=started, expires_at=now + timedelta(minutes=5))
    app.state.prolonged.clear()
    browser.get("/")
    assert end_of_session(database, browser) == started + timedelta(hours=12)

    set_times(database, tenant, browser, expires_at=now - timedelta(seconds=1))
    assert browser.get("/").status_code == 303


def test_what_was_typed_outlives_the_session(
    browser: TestClient, tenant: Tenant, database: Database
) -> None:
    """It is offered after the login, and sent by who typed it."""
    log_in(browser, tenant)
    csrf = csrf_on(browser.get("/inbox"))
    set_times(database, tenant, browser, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    typed = {"csrf": csrf, "key": "k-1", "case": "6", "reason": "doppelt <b>"}
    looked = browser.post("/cases/x/preview", data=typed, headers={"hx-request": "true"})
    assert (looked.status_code, looked.text) == (401, "")
    secret = browser.post("/inbox/several", data={**typed, "password": "geheim-geheim"})
    assert "geheim-geheim" not in secret.text

    ended = browser.post("/inbox/several", data=typed)

    assert ended.status_code == 401
    assert "aufgehoben" in ended.text
    kept = urlencode([("key", "k-1"), ("case", "6"), ("reason", "doppelt <b>")])
    resumed = log_in(browser, tenant, next="/inbox/several", kept=kept)
    assert resumed.status_code == 200
    assert 'name="reason" value="doppelt &lt;b&gt;"' in resumed.text
    assert 'action="/inbox/several"' in resumed.text
    assert csrf_on(resumed) != csrf


@pytest.mark.parametrize("address", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_a_login_leads_to_our_pages_alone(
    browser: TestClient, tenant: Tenant, address: str
) -> None:
    """Whatever a link says."""
    assert not is_ours(address)
    assert log_in(browser, tenant, next=address).headers["location"] == "/"


def test_a_password_is_set_by_the_link_of_a_letter(
    browser: TestClient, tenant: Tenant, database: Database
) -> None:
    """The letter's link is a page; a token works once, and a short password does not."""
    user_id = tenant.people["auditor"].user_id
    with write_session(database.engine, tenant.id, Actor.system("cli")) as session:
        token = access.issue_password_token(session, user_id, "invitation").secret
    assert browser.get("/setup-password").status_code == 200
    password = "acht-Zwetschken-im-Korb"  # noqa: S105 - of nobody
    short = {"token": token, "password": "kurz", "again": "kurz"}
    assert browser.post("/setup-password", data=short).status_code == 400
    other = {"token": token, "password": password, "again": password + "x"}
    assert "verschieden" in browser.post("/setup-password", data=other).text

    same = {"token": token, "password": password, "again": password}
    done = browser.post("/setup-password", data=same)
    assert "Das Kennwort ist gesetzt." in done.text
    email = tenant.people["auditor"].email
    assert browser.post("/login", data={"email": email, "password": password}).status_code == 303

    again = browser.post("/setup-password", data=same)
    assert again.status_code == 400
    assert "unbekannt oder wurde schon benutzt" in again.text


def test_a_letter_is_sent_to_whom_we_know_and_nobody_hears_to_whom(browser: TestClient) -> None:
    """The same page for both."""
    answer = browser.post("/forgot-password", data={"email": "no@body.example"})
    assert "Wenn wir diese Adresse kennen" in answer.text


def test_a_link_from_elsewhere_leads_to_its_page(browser: TestClient, tenant: Tenant) -> None:
    """A strict cookie stays at home at first: the page asks for itself once more."""
    other = TestClient(browser.app, follow_redirects=False)
    answer = other.get("/inbox?q=a%22b", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200
    assert 'content="0;url=/inbox?q=a%22b"' in answer.text
    assert other.get("/inbox", headers={"sec-fetch-site": "same-origin"}).status_code == 303


def test_a_language_is_chosen_and_kept(browser: TestClient) -> None:
    """German first, English complete."""
    assert "Anmelden" in browser.get("/login").text
    browser.get("/language?to=en&next=/login")
    page = browser.get("/login").text
    assert "Sign in" in page
    assert '<html lang="en">' in page


def test_bearer_tokens_open_no_page(browser: TestClient, tenant: Tenant) -> None:
    """Pages are for cookies, the API is for tokens, and neither takes the other's."""
    key = tenant.people["admin"].api_key
    assert browser.get("/", headers={"authorization": f"Bearer {key}"}).status_code == 303
    log_in(browser, tenant)
    assert browser.get("/v1/accounts").status_code == 401


def test_files_are_kept_for_ever_under_their_digest(browser: TestClient) -> None:
    """Packed for who unpacks; another digest is another address."""
    page = browser.get("/login").text
    (style,) = re.findall(r'href="(/static/[0-9a-f]+/pages\.css)"', page)
    answer = browser.get(style)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert "/static/" in answer.text  # the font's own address
    assert browser.get("/static/000000000000/pages.css").status_code == 404
