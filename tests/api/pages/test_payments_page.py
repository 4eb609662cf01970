"""What is to be paid is shown a hundred at a time, and what is left out is told."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from domain.database.session import read_session, write_session
from domain.dates import local_day
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Settling, Side
from domain.payables import item_views
from domain.payables.item_views import ItemFilter
from domain.payments import store as payment_runs
from domain.payments import views
from domain.payments.business_day import business_day_before, next_business_day
from domain.payments.store import NewRun
from domain.posting import store as journal
from tests.api.pages.browsers import Plain
from tests.benchmarks import lists
from tests.builders import another_tenant
from tests.payables import DAY, a_bank_account, a_posted_invoice, a_vendor, acting, an_invoice
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


async def test_where_much_is_open_the_first_page_and_payments_come_before_their_days(
    reading: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script asks for what falls due; who has none is led to the whole, and both say the same."""
    tenant = another_tenant(database)
    lists.fill(database, tenant, _ROWS, is_analyzed=False)
    lines = (Line("2800", Side.DEBIT, Decimal(100)), Line("4000", Side.CREDIT, Decimal(100)))
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        paid_in = Booking(
            intent_id=uuid4(), booking_date=DAY, description="x", lines=lines, source="api"
        )
        journal.book(session, paid_in)
    browser = await Plain(reading, tenant, "approver").sign_in("en")
    for address, heading, module in (("/", "h-due", "start"), ("/payments", "h-cash", "payments")):
        monkeypatch.setattr(f"api.pages.{module}._FEW_ITEMS", 2000)
        whole = _card(await browser.go(address), heading)
        monkeypatch.setattr(f"api.pages.{module}._FEW_ITEMS", 10)

        first = await browser.go(address)

        (asked,) = first.page.xpath("//*[@aria-busy='true']/@hx-get")
        (refresh,) = first.page.xpath("//noscript/meta/@content")
        assert _card(first, heading) != whole
        assert _card(await browser.go(asked), heading) == whole
        assert _card(await browser.go(refresh.partition("url=")[2]), heading) == whole
        assert not browser.page.xpath("//*[@aria-busy='true']")


def test_the_first_to_pay_are_found_without_counting_the_others(database: Database) -> None:
    """They are those with which the whole list begins, and it is told that it goes on."""
    tenant = another_tenant(database)
    lists.fill(database, tenant, _ROWS, is_analyzed=False)
    day = next_business_day(DAY)
    with read_session(database.engine, tenant.id) as session:
        eligible, total = views.eligible(session, day)
        for limit in (1, 100, total - 1):
            assert views.earliest(session, day, limit=limit) == (eligible[:limit], True)
        for limit in (total, total + 1):
            assert views.earliest(session, day, limit=limit) == (eligible, False)


async def test_where_much_is_open_the_first_payments_are_those_of_the_whole(
    reading: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many there are is told after them, at its two places; nobody is told a wrong number."""
    tenant = another_tenant(database)
    lists.fill(database, tenant, _ROWS, is_analyzed=False)
    with read_session(database.engine, tenant.id) as session:
        total = views.eligible(session)[1]
    browser = await Plain(reading, tenant, "approver").sign_in("en")
    whole = await browser.go("/payments")
    marks = whole.page.xpath("//input[@name='invoice']/@value")
    form = _card(whole, "h-due")
    count = whole.page.xpath("//p[@class='sub']")[0].text_content()
    monkeypatch.setattr("api.pages.payments._FEW_ITEMS", 10)

    first = await browser.go("/payments")

    assert first.page.xpath("//input[@name='invoice']/@value") == marks
    (counting,) = first.page.xpath("//p[@class='sub']")
    assert counting.text_content() == "how many invoices can be paid is being counted"
    assert _card(first, "h-due") == form.replace(f" 100 of {total},", " 100,")
    (asked,) = first.page.xpath("//*[@aria-busy='true']/@hx-get")
    places = {each.get("id") for each in first.page.xpath("//*[starts-with(@id, 'payable-')]")}
    later = await browser.go(asked)
    told = {each.get("id"): each.text_content() for each in later.page.xpath("//*[@hx-swap-oob]")}
    assert told.keys() == places == {"payable-count", "payable-shown"}
    assert told["payable-count"] == count
    assert told["payable-shown"] in form


def _card(page: Plain, heading: str) -> str:
    """What stands in the card of a heading."""
    (card,) = page.page.xpath(f"//*[@aria-labelledby='{heading}']")
    return " ".join(card.text_content().split())


async def test_a_discount_is_told_with_the_day_to_pay_by(
    reading: httpx.AsyncClient, database: Database
) -> None:
    """Marked is what is due, or loses its discount by the next order; the rest is advice."""
    tenant = another_tenant(database)
    lists.fill(database, tenant, 16, is_analyzed=False)
    today = local_day(datetime.now(UTC), "AT")
    soon, later = next_business_day(today), today + timedelta(days=40)
    with read_session(database.engine, tenant.id) as session:
        first, second, third = [each.id for each in views.eligible(session)[0]][:3]
    with database.owner_engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.tenant_id', :whose, true)"),
                           {"whose": str(tenant.id)})  # fmt: skip
        for invoice, ends in ((first, soon + timedelta(days=1)), (second, later), (third, None)):
            terms = [{"kind": "discount", "percent": "3", "due_date": str(ends)}] if ends else []
            connection.execute(
                text("UPDATE invoice SET due_date = :due, payment_terms = CAST(:terms AS jsonb)"
                     " WHERE tenant_id = :tenant AND id = :id"),
                {"due": later + timedelta(days=20), "terms": json.dumps(terms),
                 "tenant": tenant.id, "id": invoice},
            )  # fmt: skip

    page = await (await Plain(reading, tenant, "approver").sign_in("en")).go("/payments")

    marked = page.page.xpath("//input[@name='invoice'][@checked]/@value")
    assert str(first) in marked
    assert not {str(second), str(third)} & set(marked)
    less = {each.get("value"): each.get("data-less")
            for each in page.page.xpath("//input[@name='discount'][@checked]")}  # fmt: skip
    assert less.keys() == {str(first), str(second)}
    assert "saves a discount: " in page.text
    assert f"pay by {business_day_before(later).day} " in page.text


async def test_a_run_takes_from_the_account_what_no_statement_shows_yet(
    reading: httpx.AsyncClient, database: Database
) -> None:
    """Half of it was matched before the run was completed: it leaves the account once."""
    tenant = another_tenant(database)
    run_id, half = uuid4(), Decimal(300)
    now = datetime.now(UTC)
    today = local_day(now, "AT")
    on = next_business_day(today)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        account_id = a_bank_account(session)
        vendor_id = a_vendor(session)
        bills = [
            a_posted_invoice(session, an_invoice(vendor_id, gross, due=today))
            for gross in ("600.00", "90.00")
        ]
        payment_runs.create(session, NewRun(run_id, account_id, on, (bills[0],)), now)
        items, _ = item_views.open_items(session, ItemFilter())
        (bill,) = [each for each in items if each.remaining_amount == Decimal(600)]
        settled = (Settling(bill.open_item_id, half),)
        lines = (
            Line("3300", Side.DEBIT, half, partner_id=vendor_id, settles=settled),
            Line("2800", Side.CREDIT, half),
        )
        journal.book(
            session,
            Booking(
                intent_id=uuid4(), booking_date=DAY, description="x", lines=lines, source="api"
            ),
        )
    browser = await Plain(reading, tenant, "approver").sign_in("en")

    page = await browser.go(f"/payments/{run_id}")

    told = {
        " ".join(name.text_content().split()): " ".join(said.text_content().split())
        for name, said in zip(page.page.xpath("//dl/dt"), page.page.xpath("//dl/dd"), strict=True)
    }
    assert told["Books"] == "\u2212300.00"
    assert told["after this run"] == "\u2212600.00"
    (low,) = [said for name, said in told.items() if name.startswith("lowest")]
    assert low == "\u2212690.00"


async def test_credits_that_are_not_shown_are_counted(
    reading: httpx.AsyncClient, database: Database
) -> None:
    """The oldest 200 may be ticked, and the page says of how many."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id = a_vendor(session)
        a_posted_invoice(session, an_invoice(vendor_id))
        lines = (
            Line("3300", Side.DEBIT, Decimal(1), partner_id=vendor_id),
            Line("2800", Side.CREDIT, Decimal(1)),
        )
        prepaid = Booking(
            intent_id=uuid4(), booking_date=DAY, description="x", lines=lines, source="api"
        )
        journal.book_all(session, [replace(prepaid, intent_id=uuid4()) for _ in range(201)])

    page = await (await Plain(reading, tenant, "approver").sign_in("en")).go("/payments")

    assert len(page.page.xpath("//input[@name='credit']")) == 200
    assert "Shown are the oldest 200 of 201." in page.text
