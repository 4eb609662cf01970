"""The bank as pages: movements matched, taken apart and imported, without any script."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event

from domain.banking import deferral_views, statement_views
from domain.database.session import read_session
from domain.formats.camt_writer import write_statement
from domain.formats.statement import Statement, StatementLine
from tests.api.callers import Caller, caller
from tests.api.pages.browsers import Plain
from tests.api.test_bank import IBAN, TRANSACTIONS, account, imported, movement
from tests.api.test_invoices import vendor
from tests.api.test_settling import owing, shown
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> GmbH"


@pytest.fixture
def tenant_(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


@pytest.fixture
def office(http: TestClient, tenant_: Tenant) -> Caller:
    """The API, for what was there before."""
    return caller(http, tenant_)


@pytest.fixture
async def page(app: FastAPI, http: TestClient, tenant_: Tenant) -> AsyncIterator[Plain]:
    """A person before the pages; `http` keeps the application open."""
    assert http
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60) as client:
        yield await Plain(client, tenant_, "admin").sign_in()


def listed(office: Caller, account_id: str) -> dict[str, dict[str, Any]]:
    """Movements by their text."""
    found = office.get(TRANSACTIONS, bank_account_id=account_id).json()["transactions"]
    return {each["reference"]: each for each in found}


def statement(number: str, day: int, opening: str, *amounts: str) -> bytes:
    """A statement of one day of March."""
    lines = tuple(
        StatementLine(
            date(2026, 3, day), Decimal(amount), "EUR", remittance_information=f"{number} {amount}"
        )
        for amount in amounts
    )
    closing = Decimal(opening) + sum(map(Decimal, amounts))
    said = Statement(number, IBAN, "EUR", Decimal(opening), closing, lines)
    return write_statement(said, "2026-03-31T08:00:00+00:00")


async def test_a_proposal_is_taken_once_and_undone(
    office: Caller, page: Plain, database: Database, tenant_: Tenant
) -> None:
    """What is proposed is ticked; two clicks settle once; undone, all is open again."""
    papier = vendor(office, "Papier Huber")
    owed = [owing(office, papier, f"RE-77{n}", gross) for n, gross in ((1, 100), (2, 50))]
    account_id = account(office)
    imported(office, account_id, movement(-150, reference="RE-771 RE-772"))

    await page.go("/bank")
    assert str(page.answer.url).endswith(f"/bank/{account_id}"), "the only account opens at once"
    assert "Nummer im Text, Summe der genannten stimmt" in page.text
    before = page.page
    await page.send("match")
    assert "Zugeordnet: RE-771 RE-772 \u2212150,00" in page.text
    page.page = before
    await page.send("match")
    assert page.answer.status_code == 200
    assert [shown(office, each) for each in owed] == [("paid", 0)] * 2
    check_books(database.engine, tenant_.id)

    undo = page.page
    await page.send(f"/bank/{account_id}/unmatch")
    page.page = undo
    await page.send(f"/bank/{account_id}/unmatch")
    assert "Wieder offen" in page.text
    assert [shown(office, each)[1] for each in owed] == [100, 50]
    check_books(database.engine, tenant_.id)


async def test_several_movements_with_discount_and_fees(
    office: Caller, page: Plain, database: Database, tenant_: Tenant
) -> None:
    """Two movements pay two invoices, less a discount, with what the bank kept."""
    papier = vendor(office, "Papier Huber")
    owed = [owing(office, papier, f"RE-80{n}", gross) for n, gross in ((1, 100), (2, 50))]
    account_id = account(office)
    imported(
        office, account_id, movement(-98, reference="RE-801"), movement(-52, reference="RE-802")
    )
    ids = [each["id"] for each in listed(office, account_id).values()]
    await page.go(f"/bank/{account_id}?m={ids[0]}&m={ids[1]}&find=RE-80")
    first, second = (each["open_item_id"] for each in owed)
    items = [f"{each['intent_id']}|open_liability|3300|{each['open_item_id']}" for each in owed]
    wanted = {f"pay-{first}": "96,00", f"off-{first}": "4,00", f"pay-{second}": "50"}

    await page.send("match", **wanted, item=items)
    assert page.answer.status_code == 409, "4,00 have no line"
    assert page.value(f"pay-{first}") == "96,00", "what was typed is kept"

    await page.send("match", rest="fees")
    assert "Zugeordnet: " in page.text
    assert [shown(office, each) for each in owed] == [("paid", 0)] * 2
    check_books(database.engine, tenant_.id)


async def test_less_than_the_invoice_with_fees_kept_back(
    office: Caller, page: Plain, database: Database, tenant_: Tenant
) -> None:
    """The item is closed in full with less money: the rest is the bank's, or a small loss."""
    owed = owing(office, vendor(office), "RE-901", 100)
    account_id = account(office)
    imported(office, account_id, movement(-98, reference="RE-901"))
    await page.go(f"/bank/{account_id}")
    ticked = f"{owed['intent_id']}|open_liability|3300|{owed['open_item_id']}"
    assert page.page.xpath(f"//input[@value='{ticked}'][not(@checked)]"), "not proposed"
    typed = {f"pay-{owed['open_item_id']}": "100", "rest": "account", "rest_account": "4880 Ertrag"}
    await page.send("match", item=ticked, **typed)
    assert "Zugeordnet: " in page.text, page.text
    assert shown(office, owed) == ("paid", 0)
    check_books(database.engine, tenant_.id)


async def test_a_fee_without_a_document_is_booked_and_undone(
    office: Caller, page: Plain, database: Database, tenant_: Tenant
) -> None:
    """Nothing is ticked: the whole movement goes to the account of fees; money in does not."""
    account_id = account(office)
    imported(office, account_id, movement(-18.9, reference="Kontoführung"))
    await page.go(f"/bank/{account_id}")
    await page.send("match")
    assert page.answer.status_code == 409
    await page.send("match", rest="fees")
    assert "Zugeordnet: Kontoführung" in page.text
    (one,) = listed(office, account_id).values()
    entries = office.get(f"/v1/journal/{one['ledger_intent_id']}").json()["entries"]
    assert [(row["account_debit"], row["account_credit"], row["amount"]) for row in entries] == [
        ("7300", "2800", 18.9)
    ]
    await page.send(f"/bank/{account_id}/unmatch")
    assert listed(office, account_id)["Kontoführung"]["status"] == "unreconciled"
    await page.send("match", rest="fees", rest_tax_code="VST20")
    (one,) = listed(office, account_id).values()
    entries = office.get(f"/v1/journal/{one['ledger_intent_id']}").json()["entries"]
    assert sorted(row["amount"] for row in entries) == [3.15, 15.75], "18.90 is 15.75 and its tax"
    check_books(database.engine, tenant_.id)
    imported(office, account_id, movement(5, reference="Zinsen"))
    await page.go(f"/bank/{account_id}?m={listed(office, account_id)['Zinsen']['id']}")
    await page.send("match", rest="fees")
    assert page.answer.status_code == 409, "money in is no fee"


async def test_what_is_no_amount_and_what_is_taken_meanwhile(office: Caller, page: Plain) -> None:
    """Told at the line, or as a refusal; nothing is settled, nothing typed is lost."""
    owed = owing(office, vendor(office), "RE-911", 100)
    account_id = account(office)
    imported(office, account_id, movement(-100, reference="RE-911"))
    await page.go(f"/bank/{account_id}")
    key = owed["open_item_id"]
    await page.send("match", **{f"pay-{key}": "viel"})
    assert (page.answer.status_code, page.value(f"pay-{key}")) == (422, "viel")
    assert "Das ist kein Betrag." in page.text
    stale = page.page
    (one,) = listed(office, account_id).values()
    body = {"intent_id": owed["intent_id"], "candidate_kind": "open_liability",
            "open_item_account": "3300"}  # fmt: skip
    office.post(f"{TRANSACTIONS}/{one['id']}/reconcile", body)
    page.page = stale
    await page.send("match", **{f"pay-{key}": "100"})
    assert page.answer.status_code == 409
    assert "Zuordnung aufheben" in page.text, "the page shows what somebody else did"


async def test_what_is_sure_is_shown_matched_and_taken_back(
    office: Caller, page: Plain, database: Database, tenant_: Tenant
) -> None:
    """Nothing that was not shown and ticked is carried out."""
    papier = vendor(office, "Papier Huber")
    owed = [owing(office, papier, f"RE-70{n}", 10 * n) for n in (1, 2, 3)]
    account_id = account(office)
    rows = [movement(-10 * n, reference=f"RE-70{n}", counterparty_name="Papier") for n in (1, 2, 3)]
    imported(office, account_id, *rows[:2])
    await page.go(f"/bank/{account_id}/auto")
    assert "2 Bewegungen mit sicherem Vorschlag" in page.text
    imported(office, account_id, rows[2])
    before = page.page
    await page.send(f"/bank/{account_id}/auto")
    assert "2 Bewegungen zugeordnet." in page.text
    page.page = before
    await page.send(f"/bank/{account_id}/auto")
    assert [shown(office, each)[1] for each in owed] == [0, 0, 30]
    await page.send(f"/bank/{account_id}/auto/")
    assert "2 Zuordnungen aufgehoben." in page.text
    assert [shown(office, each)[1] for each in owed] == [10, 20, 30]
    check_books(database.engine, tenant_.id)


async def test_what_was_unticked_stays_unticked_where_it_is_refused(
    office: Caller, page: Plain
) -> None:
    """Pressed again it must not match what somebody took out."""
    papier, account_id = vendor(office, "Papier Huber"), account(office)
    owing(office, papier, "RE-701", 10)
    imported(office, account_id, movement(-10, reference="RE-701", counterparty_name="Papier"))
    await page.go(f"/bank/{account_id}/auto")
    assert len(page.page.xpath("//input[@name='m'][@checked]")) == 1
    await page.send(f"/bank/{account_id}/auto", m=[])
    assert page.answer.status_code == 409
    assert page.page.xpath("//input[@name='m']")
    assert not page.page.xpath("//input[@name='m'][@checked]")


async def test_a_search_for_an_item_that_finds_nothing_says_so(office: Caller, page: Plain) -> None:
    """Beside what is proposed; and the list leads to all movements with the same word."""
    owing(office, vendor(office), "RE-911", 100)
    account_id = account(office)
    imported(office, account_id, movement(-100, reference="RE-911"))
    vain = "Kein offener Posten und keine Buchung passt zu „gibtesnicht“."
    await page.go(f"/bank/{account_id}?find=gibtesnicht")
    assert vain in page.text
    assert "RE-911" in page.page.xpath("//*[@id='match']")[0].text_content()
    await page.go(f"/bank/{account_id}?find=RE-911")
    assert not page.page.xpath("//*[@id='finds-nothing']")
    await page.go(f"/bank/{account_id}?q=gibtesnicht")
    assert page.page.xpath(f"//a[@href='/bank/{account_id}?state=all&q=gibtesnicht']")


async def test_a_statement_is_imported_and_a_gap_is_told(office: Caller, page: Plain) -> None:
    """The same file twice adds nothing; a missing statement stands between its neighbours."""
    account_id = account(office)
    await page.go(f"/bank/{account_id}")
    await page.send_file("statement", "auszug.xml", statement("149", 2, "100", "-10", "-20"))
    assert "Eingelesen" in page.text
    # Asked on, it would take away what somebody has begun to answer.
    progress = await page.http.get(f"{page.answer.url.path}/progress")
    assert (progress.status_code, "Eingelesen" in progress.text) == (286, True)
    await page.go(f"/bank/{account_id}")
    await page.send_file("statement", "auszug.xml", statement("149", 2, "100", "-10", "-20"))
    await page.go(f"/bank/{account_id}")
    await page.send_file("statement", "auszug.xml", statement("151", 9, "55", "-5"))
    assert "Zwischen zwei Auszügen fehlt etwas" in page.text
    await page.go(f"/bank/{account_id}")
    assert "3 von 3 offen" in page.text
    assert "Zwischen Auszug 149 und 151 fehlt etwas." in page.text
    assert "sind \u221215,00 unbekannter Herkunft" in page.text
    assert "50,00" in page.text, "what the bank says"
    await page.send_file("statement", "x.xml", b"no statement")
    assert page.answer.status_code == 409
    assert "Nichts davon ist gespeichert." in page.text


async def test_hostile_words_stay_words(office: Caller, page: Plain) -> None:
    """Of banks and of vendors; and no page of another tenant's account opens."""
    owing(office, vendor(office, HOSTILE), "RE-1", 100)
    account_id = account(office, name="Giro <b>")
    imported(office, account_id, movement(-100, reference=HOSTILE, counterparty_name=HOSTILE))
    for address in (
        f"/bank/{account_id}",
        f"/bank/{account_id}/auto",
        f"/bank/{account_id}?q=%3Cb",
    ):
        await page.go(address)
        assert page.answer.status_code == 200
        assert "<script>alert" not in page.answer.text
        assert "<img src=x" not in page.answer.text
    await page.go("/bank/00000000-0000-0000-0000-000000000001")
    assert page.answer.status_code == 404


async def test_english_and_several_accounts(office: Caller, page: Plain, tenant_: Tenant) -> None:
    """A list of accounts as they stand, and no German word left."""
    account(office)
    account(office, name="Spar", iban="AT021100000012345678", account_number="2810")
    english = await Plain(page.http, tenant_, "admin").sign_in("en")
    await english.go("/bank")
    assert "2 bank accounts" in english.text
    assert "Spar" in english.text
    assert "Laut" not in english.text


async def test_where_much_is_open_the_page_comes_first(
    office: Caller, page: Plain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What movements may pay follows it; who has no script is led to the whole page."""
    monkeypatch.setattr("api.pages.bank_desk._FEW_ITEMS", 1)
    for number in (1, 2):
        owing(office, vendor(office, f"Papier {number}"), f"RE-77{number}", 100)
    account_id = account(office)
    imported(office, account_id, movement(-100, reference="RE-771"))

    await page.go(f"/bank/{account_id}")
    assert "Nummer im Text" not in page.text
    assert not page.page.xpath("//form[@id='match']")
    (later,) = page.page.xpath("//form[@id='marks']/@data-later")
    (refresh,) = page.page.xpath("//noscript/meta/@content")

    await page.go(later)
    (told,) = page.page.xpath("//tr[@data-for]")
    assert " ".join(told.text_content().split()) == "RE-771"
    assert page.page.xpath("//div[@data-desk]//form[@id='match']")

    await page.go(refresh.partition("url=")[2])
    assert "Nummer im Text" in page.text
    await page.send("match")
    assert "Zugeordnet: RE-771" in page.text


async def test_what_was_done_is_told_where_the_page_comes_first(
    office: Caller, page: Plain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has no script is led on, and still reads what was matched, and can take it back."""
    monkeypatch.setattr("api.pages.bank_desk._FEW_ITEMS", 1)
    for number in (1, 2, 3):
        owing(office, vendor(office, f"Papier {number}"), f"RE-77{number}", 100)
    account_id = account(office)
    imported(
        office, account_id, movement(-100, reference="RE-771"), movement(-100, reference="RE-772")
    )
    await page.go(f"/bank/{account_id}?whole=true")
    await page.send("match")

    (refresh,) = page.page.xpath("//noscript/meta/@content")
    await page.go(refresh.partition("url=")[2])

    assert "Zugeordnet: RE-77" in page.text
    await page.send(f"/bank/{account_id}/unmatch")
    assert "Wieder offen: RE-77" in page.text


async def test_more_statements_cost_no_more_questions(
    office: Caller, page: Plain, app: FastAPI
) -> None:
    """What lies between statements is asked for at once: the first page looks at all of them."""
    account_id = account(office)
    asked: list[str] = []
    counts = []

    def note(*said: Any) -> None:
        asked.append(said[2])

    event.listen(app.state.engine, "before_cursor_execute", note)
    for number, day in enumerate((2, 6, 10, 14, 18)):
        await page.go(f"/bank/{account_id}")
        opening = str(100 - 10 * number if day < 18 else 5)
        await page.send_file("statement", "auszug.xml", statement(str(number), day, opening, "-10"))
        asked.clear()
        await page.go("/")
        counts.append(len(asked))
    event.remove(app.state.engine, "before_cursor_execute", note)

    assert counts[1:4] == [counts[1]] * 3
    assert "Kontoauszug fehlt: " in page.text


async def test_what_waits_is_read_once_for_a_dozen_rows(
    app: FastAPI, office: Caller, page: Plain
) -> None:
    """Who walks down the rows sees beside each what it would be alone, and costs one reading."""
    papier = vendor(office, "Papier Huber")
    for number in range(5):
        owing(office, papier, f"RE-88{number}", 100 + number)
    account_id = account(office)
    moves = (
        movement(-100 - n, reference=f"RE-88{n}", tx_date=f"2026-03-0{9 - n}") for n in range(5)
    )
    imported(office, account_id, *moves)
    told = listed(office, account_id)
    ids = [told[f"RE-88{number}"]["id"] for number in range(5)]
    read: list[str] = []

    def note(*said: Any) -> None:
        read.append(said[2])

    event.listen(app.state.engine, "before_cursor_execute", note)
    beside = await page.go(f"/bank/{account_id}/chosen?m={ids[0]}&ahead=3")
    event.remove(app.state.engine, "before_cursor_execute", note)

    assert sum("AS in_currency" in each for each in read) == 1
    ahead = {each.get("data-for"): each for each in beside.page.xpath("//template")}
    assert list(ahead) == ids[1:4]
    for each, shown_ in ahead.items():
        alone = await page.go(f"/bank/{account_id}/chosen?m={each}")
        (own,) = alone.page.xpath("//form[@id='match']//input[@name='item'][@checked]/@value")
        assert shown_.xpath(".//input[@name='item'][@checked]/@value") == [own]
        after = alone.page.xpath("//form[@id='match']//input[@name='after']/@value")
        assert shown_.xpath(".//form[@id='match']//input[@name='after']/@value") == after
    assert (
        await page.go(f"/bank/{account_id}/chosen?m={ids[0]}&ahead=999")
    ).answer.status_code == 400


async def test_the_balance_of_a_year_stands_in_a_drawing_and_in_figures(
    office: Caller, page: Plain
) -> None:
    """Without a script, too; what draws it closer is loaded there and nowhere else."""
    account_id = account(office)
    owing(office, vendor(office), "RE-931", 100)
    imported(office, account_id, movement(-18.9, reference="Kontoführung"))
    await page.go(f"/bank/{account_id}")
    assert not page.page.xpath("//script[contains(@src, 'uplot')]")
    await page.send("match", rest="fees")
    (address,) = page.page.xpath("//a[text()='Kontostand im Verlauf']/@href")
    await page.go(address)
    assert page.answer.status_code == 200
    assert page.page.xpath("//svg[@role='img']//path/@d")
    amounts = [each.text_content() for each in page.page.xpath("//a[@class='drill']")]
    assert amounts[0] == "\u221218,90"
    assert page.page.xpath("//script[contains(@src, 'uplot.min.js')]")
    points = json.loads(page.page.xpath("//*[@id='balance']/@data-points")[0])
    assert [len(each) for each in points] == [366, 366]
    assert points[1][-1] == -18.9
    months = {f"{datetime.fromtimestamp(each, UTC):%Y-%m}" for each in points[0]}
    assert len(amounts) == len(months)
    await page.go(page.page.xpath("//a[@class='drill']/@href")[0])
    assert "2800" in page.text
    assert (await page.go(f"/bank/{uuid4()}/balance")).answer.status_code == 404


async def _gaps(page: Plain, account_id: str) -> None:
    """Two statements between which something is missing."""
    for number, (day, opening) in enumerate(((2, "100"), (6, "50"))):
        await page.go(f"/bank/{account_id}")
        await page.send_file("statement", "auszug.xml", statement(str(number), day, opening, "-10"))
    assert "Kontoauszug fehlt: " in (await page.go("/")).text
    await page.go(f"/bank/{account_id}")


async def test_a_missing_statement_is_put_aside_until_a_day(
    office: Caller, page: Plain, database: Database, tenant_: Tenant
) -> None:
    """With a reason, once for two clicks; on the day it is told again."""
    account_id = account(office)
    await _gaps(page, account_id)
    form = page.page
    for wrong, where in (
        ({"reason": " "}, "Grund"), ({"until": "1.1.2020"}, "bis"), ({"until": "?x"}, "bis")
    ):  # fmt: skip
        page.page = form
        await page.send("defer", **{"reason": "Bank liefert nach <b>", **wrong})
        assert page.answer.status_code == 409
        assert page.page.xpath("//*[@id='aside']//*[@role='alert']/div/text()") == [where]
        typed = {"reason": "Bank liefert nach <b>", "until": "", **wrong}
        assert {name: page.value(name) for name in typed} == typed
    assert "Kontoauszug fehlt: " in (await page.go("/")).text
    for _ in range(2):
        page.page = form
        await page.send("defer", reason="Bank liefert nach <b>", until="31.12.2999")
        assert page.answer.status_code == 200
    assert "zurückgestellt bis 31.12.2999: Bank liefert nach <b>" in page.text
    assert "Kontoauszug fehlt: " not in (await page.go("/")).text
    with read_session(database.engine, tenant_.id) as session:
        (kept,) = deferral_views.deferrals(session).values()
        gaps = statement_views.gaps_of(session, UUID(account_id))
    assert kept.left_of(gaps, date(2026, 4, 1)) == ()
    assert kept.left_of(gaps, date(2999, 12, 31)) == gaps
    (gap,) = gaps
    others = (
        replace(gap, amount=Decimal(-50000)),
        replace(gap, before="another"),
        replace(gap, last_day=gap.first_day),
    )
    assert kept.left_of(others, date(2026, 4, 1)) == others


async def test_what_is_missing_since_is_told_all_the_same(office: Caller, page: Plain) -> None:
    """And all of it, once somebody says so; the trail has each step."""
    account_id = account(office)
    await _gaps(page, account_id)
    await page.send("defer", reason="kommt nicht mehr")
    assert "Kontoauszug fehlt: " not in (await page.go("/")).text
    await page.go(f"/bank/{account_id}")
    await page.send_file("statement", "auszug.xml", statement("3", 20, "7", "-1"))
    assert "Kontoauszug fehlt: " in (await page.go("/")).text
    await page.go(f"/bank/{account_id}")
    await page.send("defer", reason="auch das")
    told = (await page.go("/periods/2026-03")).text
    assert "3 Lücken in den Auszügen" in told, "the end of the month is missing, too"
    assert told.count("zurückgestellt: auch das") == 2
    await page.go(f"/bank/{account_id}")
    await page.send("resume")
    assert "Kontoauszug fehlt: " in (await page.go("/")).text
    assert "zurückgestellt: " not in (await page.go("/periods/2026-03")).text
    told = office.get("/v1/audit", subject="bank_account").json()
    events = told["events"] if isinstance(told, dict) else told
    steps = [each["action"] for each in events if "gaps" in each["action"]]
    assert steps == ["bank_account.gaps_told", *["bank_account.gaps_deferred"] * 2]


async def test_where_nothing_is_missing_nothing_is_put_aside(office: Caller, page: Plain) -> None:
    """A form that is older than the statement is refused; a stranger's account is not found."""
    account_id = account(office)
    await page.go(f"/bank/{account_id}")
    assert not page.page.xpath("//form[@id='defer']")
    (csrf,) = page.page.xpath("//form[@id='statement']//input[@name='csrf']/@value")
    told = {"csrf": csrf, "key": str(uuid4()), "reason": "x"}
    late = await page.http.post(f"/bank/{account_id}/gaps/defer", data=told)
    assert late.status_code == 409
    assert "Zwischen den Auszügen dieses Kontos fehlt nichts." in late.text
    for address in (f"/bank/{uuid4()}/gaps/defer", f"/bank/{account_id}/gaps/x"):
        assert (await page.http.post(address, data=told | {"key": "k"})).status_code == 404
