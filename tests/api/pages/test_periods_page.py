"""The periods as a page: what is left, two people, a password, the proof; without any script."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest
from temporalio.client import Client

from activities.period_lock import PostgresPeriods
from api.main import create_app
from api.settings import Settings
from domain.access import scope
from domain.periods.verifier import verify
from tests.api.pages.browsers import Plain
from tests.builders import Tenant, another_tenant
from tests.proofs import post
from tests.servers import Database
from tests.workflows.running import serving
from worker.registry import steps_of
from workflows.period_lock.workflow import PeriodLock


@pytest.fixture(scope="module")
async def http(database: Database, temporal: Client) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the application with a ledger worker behind it."""
    app = create_app(Settings.model_validate({"database_url": database.url, "log_level": "ERROR"}))
    app.state.temporal = temporal
    worker = serving(temporal, [PeriodLock], steps_of(PostgresPeriods(database.engine)))
    transport = httpx.ASGITransport(app)
    async with worker, httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
    app.state.engine.dispose()


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test books of its own, with one posting in March."""
    tenant = another_tenant(database)
    post(database, tenant, date(2026, 3, 3))
    return tenant


async def at_march(
    http: httpx.AsyncClient, tenant: Tenant, who: str = "bookkeeper", language: str = "de"
) -> Plain:
    """Somebody before March."""
    return await (await Plain(http, tenant, who).sign_in(language)).go("/periods/2026-03")


async def test_two_people_lock_a_month_and_compute_its_proof(
    http: httpx.AsyncClient, tenant: Tenant
) -> None:
    """Not who asked, not with a wrong password; then it is locked and proven."""
    page = await at_march(http, tenant)
    assert "1 Buchung ohne Beleg" in page.text
    assert "Journal lückenlos 1" in page.text
    await page.send("/periods/2026-03/request")
    assert "Sie haben die Sperre beantragt" in page.text
    assert not page.page.xpath("//input[@type='password']")

    page = await at_march(http, tenant, "approver")
    assert "bookkeeper hat die Sperre" in page.text
    await page.send("/periods/2026-03/approve", password="geraten")  # noqa: S106
    assert page.answer.status_code == 409
    assert "E-Mail oder Kennwort stimmt nicht." in page.text
    password = tenant.people["approver"].password
    await page.send("/periods/2026-03/approve", password=password)
    assert "Nachweis März 2026" in page.text

    await page.send("/periods/2026-03/verify")
    assert "der Nachweis hält" in page.text
    assert "1 Eintrag geprüft" in page.text
    proof = await page.http.get("/periods/2026-03/proof")
    assert proof.headers["content-disposition"] == 'attachment; filename="closing-2026-03.ndjson"'
    (sealed,) = page.page.xpath("//dd[@class='hash']")
    assert verify(proof.text.splitlines(keepends=True), sealed.text).entry_count == 1


async def test_the_requester_cannot_lock_even_with_a_form_of_their_own(
    http: httpx.AsyncClient, tenant: Tenant
) -> None:
    """The rule is the domain's, not the page's."""
    page = await at_march(http, tenant)
    await page.send("/periods/2026-03/request")
    (held,) = page.page.xpath("//form[contains(@action, 'cancel')]")
    fields = dict(held.form_values()) | {"password": tenant.people["bookkeeper"].password}
    answer = await http.post("/periods/2026-03/approve", data=fields)
    assert answer.status_code == 409
    assert (
        "gesperrt"
        not in (await page.go("/periods/2026-03")).page.xpath("//tbody")[0].text_content()
    )


async def test_two_clicks_are_one_request_and_one_lock(
    http: httpx.AsyncClient, tenant: Tenant
) -> None:
    """The same form twice finds what the first one did, and says no error."""
    page = await at_march(http, tenant)
    for order in ("request", "cancel"):
        before = page.page
        await page.send(f"/periods/2026-03/{order}")
        page.page = before
        await page.send(f"/periods/2026-03/{order}")
        assert page.answer.status_code == 200
    for order in ("soft-lock", "reopen"):
        before = page.page
        await page.send(f"/periods/2026-03/{order}")
        page.page = before
        await page.send(f"/periods/2026-03/{order}")
        assert page.answer.status_code == 200
    assert "Vorläufig zumachen" in page.text


async def test_what_was_decided_meanwhile_is_told(http: httpx.AsyncClient, tenant: Tenant) -> None:
    """A page that is older than the decision approves nothing."""
    page = await at_march(http, tenant)
    await page.send("/periods/2026-03/request")
    other = await at_march(http, tenant, "approver")
    stale = other.page
    await other.send("/periods/2026-03/cancel")
    other.page = stale
    await other.send("/periods/2026-03/approve", password=tenant.people["approver"].password)
    assert other.answer.status_code == 409
    assert other.page.xpath("//*[@role='alert']")
    assert "Sperre beantragen" in other.text


async def test_who_may_not_write_periods_reads_them(
    http: httpx.AsyncClient, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No button, and no order either; who may not read them has no such place."""
    page = await at_march(http, tenant, language="en")
    monkeypatch.setitem(scope._OF_ROLE, "member", frozenset({"perioden:read"}))  # noqa: SLF001
    await page.go("/periods/2026-03")
    assert "Whoever may write periods can lock." in page.text
    assert not page.page.xpath("//main//form")
    (csrf,) = {each.value for each in page.page.xpath("//input[@name='csrf']")}
    assert (await http.post("/periods/2026-03/request", data={"csrf": csrf})).status_code == 403
    monkeypatch.setitem(scope._OF_ROLE, "member", frozenset({"journal:read"}))  # noqa: SLF001
    assert (await page.go("/periods/2026-03")).answer.status_code == 403
    assert not page.page.xpath("//a[@href='/periods']")


async def test_what_is_left_has_its_door(
    http: httpx.AsyncClient, tenant: Tenant, database: Database
) -> None:
    """An earlier month that is open, and postings without a document, are a click away."""
    post(database, tenant, date(2026, 1, 5))
    post(database, tenant, date(2026, 2, 5))
    page = await at_march(http, tenant)
    doors = {
        " ".join(each.xpath("string(.//b)").split()): each.xpath("./a/@href")
        for each in page.page.xpath("//ul[@class='check']/li[.//b]")
    }
    assert doors["2 frühere Perioden sind noch nicht gesperrt"] == ["/periods/2026-01"]
    assert doors["1 Buchung ohne Beleg"] == ["/journal?from=2026-03-01&to=2026-03-31"]
    await page.go("/journal?from=2026-03-01&to=2026-03-31")
    assert page.answer.status_code == 200


async def test_what_is_no_period_is_told(http: httpx.AsyncClient, tenant: Tenant) -> None:
    """Neither an error of ours nor markup of the address."""
    page = await at_march(http, tenant)
    for address in ("/periods/2026-13", "/periods/%3Cb%3E", "/periods/2026-03/proof"):
        assert (await page.go(address)).answer.status_code in {400, 404, 409}
        assert not page.page.xpath("//b[not(@class)]")
    assert (await page.go("/periods")).answer.status_code == 200
    assert "März 2026: Prüfliste" in page.text


async def test_where_much_is_booked_the_checks_come_after_the_page(
    http: httpx.AsyncClient, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script asks for them, who has none is led to the whole; all three say the same.

    Nobody locks before they are there: the dialog gets its figures with the button that opens it.
    """
    page = await at_march(http, tenant)
    await page.send("/periods/2026-03/request")
    page = await at_march(http, tenant, "approver")
    whole = [_card(page, heading) for heading in ("h-j", "h-r")]
    says = "".join(page.page.xpath("//*[@id='lock-left']")[0].itertext())
    monkeypatch.setattr("api.pages.periods._FEW_BOOKINGS", 0)

    await page.go("/periods/2026-03")

    (asked,) = page.page.xpath("//*[@aria-busy='true']/@hx-get")
    (refresh,) = page.page.xpath("//noscript/meta/@content")
    assert "Prüfliste" in page.text
    assert "Journal lückenlos" not in page.text
    assert not page.page.xpath("//a[@data-open='lock']")
    assert page.page.xpath("//dialog[@id='lock']//*[@id='lock-left']")[0].text is None
    await page.go(asked)
    assert [_card(page, heading) for heading in ("h-j", "h-r")] == whole
    (swapped,) = page.page.xpath("//*[@id='lock-left'][@hx-swap-oob='true']")
    assert "".join(swapped.itertext()) == says
    await page.go(refresh.partition("url=")[2])
    assert [_card(page, heading) for heading in ("h-j", "h-r")] == whole
    assert not page.page.xpath("//*[@aria-busy='true']")


async def test_what_is_refused_and_what_is_locked_is_shown_whole(
    http: httpx.AsyncClient, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much is booked; checks that are asked for after the lock are no more."""
    monkeypatch.setattr("api.pages.periods._FEW_BOOKINGS", 0)
    page = await (await at_march(http, tenant)).go("/periods/2026-03?whole=true")
    await page.send("/periods/2026-03/request")
    page = await (await at_march(http, tenant, "approver")).go("/periods/2026-03?whole=true")
    checks = _card(page, "h-j")
    await page.send("/periods/2026-03/approve", password="geraten")  # noqa: S106
    assert _card(page, "h-j") == checks
    await page.send("/periods/2026-03/approve", password=tenant.people["approver"].password)
    assert "Nachweis März 2026" in page.text
    gone = await page.http.get("/periods/2026-03/checks")
    assert (gone.status_code, gone.headers["hx-refresh"]) == (204, "true")


def _card(page: Plain, heading: str) -> str:
    """What stands in the card of a heading."""
    (card,) = page.page.xpath(f"//section[@aria-labelledby='{heading}']")
    return " ".join(card.text_content().split())
