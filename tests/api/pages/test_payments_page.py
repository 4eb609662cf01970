"""What is to be paid is shown a hundred at a time, and what is left out is told."""

import httpx

from domain.database.session import read_session
from domain.payments import views
from tests.api.pages.browsers import Plain
from tests.benchmarks import lists
from tests.builders import another_tenant
from tests.servers import Database

_ROWS = 176


async def test_many_payables_come_a_hundred_at_a_time(
    reading: httpx.AsyncClient, database: Database
) -> None:
    """The first to fall due, how many there are, and that more are due; then all of them."""
    tenant = another_tenant(database)
    lists.fill(database, tenant, _ROWS, is_analyzed=False)
    with read_session(database.engine, tenant.id) as session:
        eligible, total = views.eligible(session)
    assert 100 < total == len(eligible)
    browser = await Plain(reading, tenant, "approver").sign_in("en")

    page = await browser.go("/payments")

    told = " ".join(page.page.text_content().split())
    marks = page.page.xpath("//input[@name='invoice']/@value")
    assert marks == [str(each.id) for each in eligible[:100]]
    assert f"Shown are the first 100 of {total}, those due first." in told
    assert "more are due" in told
    (more,) = page.page.xpath("//a[starts-with(@href, '/payments?rows=')]/@href")
    all_of_them = await browser.go(more)
    assert len(all_of_them.page.xpath("//input[@name='invoice']")) == total
    assert "Shown are the first" not in all_of_them.page.text_content()


async def test_the_first_page_tells_all_that_is_to_be_paid(
    reading: httpx.AsyncClient, database: Database
) -> None:
    """What is overdue counts, too, however much it is."""
    tenant = another_tenant(database)
    lists.fill(database, tenant, _ROWS, is_analyzed=False)
    with read_session(database.engine, tenant.id) as session:
        due = sum(each.payable_amount for each in views.eligible(session)[0])

    page = await (await Plain(reading, tenant, "approver").sign_in("en")).go("/")

    assert f"{due:,.2f} €" in page.page.text_content()
