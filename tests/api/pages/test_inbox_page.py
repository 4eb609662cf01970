"""The inbox: what is asked of it by an address, and what can be read again."""

import httpx
import pytest

from tests.api.pages.browsers import Plain
from tests.benchmarks import lists
from tests.builders import Tenant, another_tenant
from tests.servers import Database

_ROWS = 160


@pytest.fixture(scope="module")
def tenant(database: Database) -> Tenant:
    """A company with some of everything."""
    made = another_tenant(database)
    lists.fill(database, made, _ROWS, is_analyzed=False)
    return made


@pytest.mark.parametrize("order", ["urgency", "discount", "due", "amount", "vendor", "age"])
@pytest.mark.parametrize("worst", ["", "blocking", "warning", "hint", "clean", "nonsense"])
async def test_cases_are_asked_for_by_what_stands_worst(
    reading: httpx.AsyncClient, tenant: Tenant, worst: str, order: str
) -> None:
    """Each is in one of the four; what an address says wrongly counts as not said."""
    browser = await Plain(reading, tenant).sign_in("en")

    await browser.go(f"/inbox?worst={worst}&order={order}")

    marks = browser.page.xpath("//table//tr[@data-row]/td[2]//@aria-label")
    named = {"blocking": "blocking", "warning": "warning", "hint": "hint", "clean": "in order"}
    assert {str(each).lower() for each in marks} <= {named[worst]} if worst in named else marks
    (chosen,) = browser.page.xpath("//select[@name='order']/option[@selected]/@value")
    assert chosen == order


async def test_what_was_not_taken_can_be_read_again(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """Beside the reason, for who may write; what was here already is not."""
    browser = await Plain(reading, tenant).sign_in("en")
    await browser.go("/inbox")
    failed = browser.page.xpath("//section[@aria-labelledby='h-failed']//li")
    again = [each.xpath(".//form[contains(@action, '/reread')]") for each in failed]
    told = [" ".join(each.text_content().split()) for each in failed]
    assert any(again)
    assert all(
        bool(form) != ("was here already" in text) for form, text in zip(again, told, strict=True)
    )

    seen = await (await Plain(reading, tenant, "auditor").sign_in("en")).go("/inbox")
    assert not seen.page.xpath("//form[contains(@action, '/reread')]")


async def test_a_search_that_finds_nothing_leads_on_with_the_same_word(
    reading: httpx.AsyncClient, database: Database
) -> None:
    """Only what waits was searched: the rest is one click away, and each of the doors opens."""
    tenant = another_tenant(database)
    page = await (await Plain(reading, tenant, "bookkeeper").sign_in()).go("/inbox?q=Öl+%26+Co")
    assert "Gesucht wurde nur in dieser Liste." in page.text
    doors = page.page.xpath("//div[@class='empty']/p[2]/a/@href")
    assert [door.partition("?")[0] for door in doors] == ["/inbox", "/vendors", "/journal"]
    for door in doors:
        await page.go(door)
        assert page.answer.status_code == 200
        assert page.page.xpath("//input[@name='q']/@value")[0] == "Öl & Co"
