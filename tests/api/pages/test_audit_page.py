"""The audit log as a page, its chain, and the story of a case."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from api.pages import texts
from domain.access import scope
from domain.database import audit
from domain.database.session import write_session
from domain.errors import SelfApprovalDenied
from tests.api.pages.browsers import Plain
from tests.builders import Tenant, another_tenant
from tests.proofs import post
from tests.servers import Database

HOSTILE = "<img src=x onerror=alert(1)>"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a log of its own: a posting, a change by a person, a refusal."""
    tenant = another_tenant(database)
    post(database, tenant, date(2026, 3, 3))
    actor = tenant.people["approver"].actor
    with write_session(database.engine, tenant.id, actor) as session:
        facts: dict[str, object] = {"name": HOSTILE}
        audit.record(session, "vendor.changed", "vendor", HOSTILE, after=facts, reason=HOSTILE)
    refusal = SelfApprovalDenied("No.", period="2026-03")
    audit.record_refusal(
        database.engine, tenant.id, actor, "POST /x", "request", "2026-03", refusal
    )
    return tenant


async def at(reading: httpx.AsyncClient, tenant: Tenant, address: str, who: str = "admin") -> Plain:
    """Somebody before the log."""
    return await (await Plain(reading, tenant, who).sign_in()).go(address)


def shown(page: Plain) -> list[str]:
    """The events of a page."""
    return [each.text_content() for each in page.page.xpath("//ol[@class='steps']/li/div")]


async def test_events_are_filtered_by_person_thing_kind_and_day(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """In words; markup of strangers stays text."""
    page = await at(reading, tenant, "/audit")
    assert any("Journal: gebucht" in each for each in shown(page))
    assert any("Lieferant: geändert" in each and HOSTILE in each for each in shown(page))
    assert not page.page.xpath("//img")
    approver = tenant.people["approver"].user_id
    (refused,) = shown(await page.go("/audit?kind=refused"))
    assert "Verweigert" in refused
    assert "approver" in refused
    assert "No." not in refused
    assert len(shown(await page.go(f"/audit?who={approver}"))) == 2
    (changed,) = shown(await page.go("/audit?subject=vendor"))
    assert "Lieferant: geändert" in changed
    (door,) = page.page.xpath("//li/a/@href")
    assert shown(await page.go(door)) == [changed]
    today = datetime.now(UTC).date()
    assert shown(await page.go(f"/audit?from={today.year + 2}-01-01")) == []
    assert shown(await page.go("/audit?from=1900-01-01&to=2999-12-31"))
    for no_day in ("bald", "0001-01-01", "9999-12-31"):
        assert (await page.go(f"/audit?from={no_day}")).answer.status_code == 400


async def test_pages_of_the_log_do_not_move(
    reading: httpx.AsyncClient, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is told on the next page is what lies before."""
    page = await at(reading, tenant, "/audit")
    monkeypatch.setattr("api.pages.audit.ROWS", 3)
    await page.go("/audit")
    first = page.page.xpath("//li/a[contains(@class, 'num')]/text()")
    (follows,) = page.page.xpath("//a[@rel='next']/@href")
    post_numbers = (await page.go(follows)).page.xpath("//li/a[contains(@class, 'num')]/text()")
    assert [int(first[-1]) - 1] == [int(post_numbers[0])]


async def test_the_chain_is_checked_and_a_break_is_told(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """Where it is broken, by its number."""
    page = await at(reading, tenant, "/audit")
    await page.send("/audit/check")
    assert "Kette lückenlos 1" in page.text
    with database.owner_engine.begin() as connection:
        setting = text("SELECT set_config('app.tenant_id', :t, true)")
        connection.execute(setting, {"t": str(tenant.id)})
        connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        connection.execute(
            text("UPDATE audit_event SET reason = 'x' WHERE tenant_id = :t AND number = 2"),
            {"t": tenant.id},
        )
        connection.execute(text("ALTER TABLE audit_event ENABLE TRIGGER USER"))
    await page.send("/audit/check")
    assert "Die Kette ist bei Nummer 2 gebrochen" in page.text


async def test_the_log_is_for_those_who_may_read_the_settings(
    reading: httpx.AsyncClient, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in the menu nor by address; a case that is not there is not found."""
    page = await at(reading, tenant, "/", "bookkeeper")
    assert (await page.go(f"/audit/cases/{uuid4()}")).answer.status_code == 404
    monkeypatch.setitem(scope._OF_ROLE, "member", frozenset({"journal:read"}))  # noqa: SLF001
    for address in ("/audit", f"/audit/cases/{UUID(int=1)}"):
        assert (await page.go(address)).answer.status_code == 403
    assert not page.page.xpath("//nav//a[@href='/audit']")


def test_everything_that_is_recorded_has_words() -> None:
    """Subject and verb of each event that is written down in the code."""
    known = texts.table("words")
    named = re.compile(r'record\(\s*session,\s*"(?P<subject>[a-z_]+)\.(?P<verb>[a-z_]+)"')
    found = {("journal", "posted"), ("journal", "reversed")}
    for path in (ROOT / "domain").rglob("*.py"):
        found |= {(each["subject"], each["verb"]) for each in named.finditer(path.read_text())}
    assert len(found) > 40
    missing = {f"subject_{each}" for each, _ in found} | {f"verb_{each}" for _, each in found}
    assert sorted(missing - known.keys()) == []
