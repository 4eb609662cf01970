"""How a company dunns as a page: seen before it is stored, never over another's."""

from decimal import Decimal

import httpx
import pytest

from domain.database.session import read_session
from domain.receivables import dunning_views
from domain.receivables.dunning_policy import DunningPolicy, Language
from tests.api.pages.browsers import Plain
from tests.builders import Tenant, another_tenant
from tests.servers import Database

HOSTILE = "<img src=x onerror=alert(1)> {total}"


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a company of its own."""
    return another_tenant(database)


async def at(
    reading: httpx.AsyncClient, tenant: Tenant, who: str = "admin", language: str = "de"
) -> Plain:
    """Somebody before the policy."""
    person = await Plain(reading, tenant, who).sign_in(language)
    return await person.go("/settings/dunning")


def newest(database: Database, tenant: Tenant) -> DunningPolicy:
    """The policy that holds."""
    with read_session(database.engine, tenant.id) as session:
        return dunning_views.policy(session)


async def test_letters_are_seen_before_they_are_stored(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """With the amounts of the language they are written in; markup stays text, nothing is kept."""
    page = await at(reading, tenant)
    typed = {"0-fee": "12,50", "0-pay_days": "3", "0-de-subject": HOSTILE, "0-en-body": "By {fee}"}
    await page.send("dunning", "preview", **typed)
    assert "<img src=x onerror=alert(1)> 1.018,05 EUR" in page.text
    assert "By 12.50 EUR" in page.text
    assert not page.page.xpath("//img")
    assert page.value("0-de-subject") == HOSTILE
    assert newest(database, tenant).version == 0


async def test_a_letter_stands_beneath_its_own_level(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """Also where the level before it was emptied, beneath which there is none."""
    page = await at(reading, tenant)
    typed = {"1-after_days": "", "2-de-subject": "Stufe {level}"}
    await page.send("dunning", "preview", **typed)
    beneath = [
        [" ".join(each.text_content().split()) for each in page.page.xpath(path)]
        for row in range(3)
        for path in (f"//section[@aria-labelledby='h-l{row}']//div[@lang='de']//b",)
    ]
    assert [len(each) for each in beneath] == [1, 0, 1]
    assert beneath[2] == ["Stufe 2"]


@pytest.mark.parametrize("word", ["{total!x}", "{total:zz}", "{total!r}", "{total:>{fee}}"])
async def test_a_word_in_braces_has_no_form(
    reading: httpx.AsyncClient, tenant: Tenant, word: str
) -> None:
    """What no letter could write is told before it is looked at."""
    page = await at(reading, tenant)
    await page.send("dunning", "preview", **{"0-de-body": word})
    assert page.answer.status_code == 409
    assert "Stufe 1: Text" in page.text


async def test_the_next_version_is_stored_once(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """Two clicks are one version; a level is added, another is dropped, the rest stays."""
    before = newest(database, tenant)
    page = await at(reading, tenant)
    first = page.page
    more = {
        "least_amount": "20,00",
        "1-after_days": "",
        "3-after_days": "30",
        "3-fee": "0",
        "3-pay_days": "5",
        **{
            f"3-{each}-{part}": f"{each} {part}"
            for each in Language
            for part in ("subject", "body")
        },
    }
    for _ in range(2):
        page.page = first
        await page.send("dunning", "save", **more)
        assert page.answer.status_code == 200
    made = newest(database, tenant)
    assert (made.version, made.least_amount, made.is_on) == (1, Decimal(20), before.is_on)
    assert [each.after_days for each in made.levels] == [7, 14, 30]
    assert made.levels[:2] == (before.levels[0], before.levels[2])
    assert made.levels[2].texts[Language.EN].subject == "en subject"
    assert "Fassung 1 · admin" in page.text
    with read_session(database.engine, tenant.id) as session:
        told = dunning_views.policy_made(session)
    assert told is not None
    assert told[0] == tenant.people["admin"].user_id


async def test_what_others_changed_meanwhile_is_not_overwritten(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """The older page is refused, and what was typed there stays."""
    page = await at(reading, tenant)
    old = page.page
    await page.send("dunning", "save", least_amount="9")
    page.page = old
    await page.send("dunning", "save", least_amount="11")
    assert page.answer.status_code == 409
    assert page.value("least_amount") == "11"
    assert newest(database, tenant).least_amount == Decimal(9)


async def test_what_is_no_policy_is_told(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """With the place of it, and what was typed."""
    for wrong, named in (
        ({"least_amount": "viel"}, "Erst ab EUR"),
        ({"least_amount": ""}, "Erst ab EUR"),
        ({"0-after_days": "400"}, "Stufe 1: Tage"),
        ({"1-pay_days": "²"}, "Stufe 2: Frist in Tagen"),
        ({"2-fee": ""}, "Stufe 3: Spesen"),
        ({"1-after_days": "", "2-fee": "-1"}, "Stufe 3: Spesen"),
        ({"1-after_days": "", "2-en-body": "{iban}"}, "Stufe 3: Text"),
        ({"0-de-body": "{iban}"}, "Stufe 1: Text"),
        ({"0-de-body": "{total!x}"}, "Stufe 1: Text"),
        ({"0-en-subject": "{total:zz}"}, "Stufe 1: Betreff"),
        ({"3-after_days": "3", "3-fee": "0", "3-pay_days": "3"}, "Stufe 4: Betreff"),
        ({f"{row}-after_days": "" for row in range(4)}, "Stufen"),
        ({"seen": "x"}, "Fassung"),
    ):
        page = await at(reading, tenant)
        await page.send("dunning", "save", **wrong)
        assert page.answer.status_code == 409, wrong
        assert page.page.xpath("//*[@role='alert']")[0].text_content().endswith(named), wrong
    assert newest(database, tenant).version == 0


async def test_who_may_only_read_sees_and_stores_nothing(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """The button is absent, and the order is refused."""
    page = await at(reading, tenant, "auditor", "en")
    assert page.value("0-en-subject") == "Payment reminder"
    assert not page.page.xpath("//button[@value='save']")
    await page.send("dunning", "preview")
    assert page.answer.status_code == 200
    await page.send("dunning", "save")
    assert page.answer.status_code == 403
    assert newest(database, tenant).version == 0
