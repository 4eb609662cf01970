"""Mandates and direct debits over HTTP: what customers owe is collected once, and in time."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient

from domain.actor import Actor
from domain.formats.camt_writer import write_statement
from domain.formats.statement import Statement, StatementLine
from domain.ledger import tenant_store
from domain.payments.business_day import next_business_day
from tests.api.callers import Caller, caller, with_scopes
from tests.api.test_outgoing_invoices import customer, invoice, owing
from tests.builders import Tenant, another_tenant
from tests.debit_checker import debit_complaints
from tests.pain002 import Told, report
from tests.servers import Database

DEBITS, MANDATES = "/v1/direct-debits", "/v1/mandates"
TODAY = datetime.now(UTC).date()
DAY = next_business_day(TODAY + timedelta(days=8))
TOLD = (DAY - timedelta(days=14)).isoformat()


@pytest.fixture
def tenant_(database: Database) -> Tenant:
    """Give each test a tenant with a creditor identifier."""
    made = another_tenant(database)
    facts = {"creditor_id": "AT61ZZZ01234567890"}
    tenant_store.change(database.engine, made.id, facts, Actor.system("cli"))
    return made


@pytest.fixture
def office(http: TestClient, tenant_: Tenant) -> Caller:
    """Give each test a caller of its own."""
    return caller(http, tenant_)


def account(office: Caller) -> str:
    """Make a bank account."""
    body = {"name": "Giro", "iban": "AT61 1904 3002 3457 3201", "account_number": "2800"}
    return str(office.post("/v1/bank-accounts", body).json()["id"])


def mandate(office: Caller, customer_id: str, reference: str = "M-1", **facts: Any) -> str:
    """Keep a mandate."""
    body = {
        "customer_id": customer_id,
        "reference": reference,
        "holder": "Kunde KG",
        "iban": "DE89 3704 0044 0532 0130 00",
        "signed_on": (TODAY - timedelta(days=30)).isoformat(),
        **facts,
    }
    made = office.post(MANDATES, body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def body(account_id: str, *invoices: str, told: str = TOLD, **facts: Any) -> dict[str, Any]:
    """A file to be made."""
    return {
        "bank_account_id": account_id,
        "collection_date": DAY.isoformat(),
        "invoices": [{"invoice_id": each, "told_on": told} for each in invoices],
        **facts,
    }


def code(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def test_what_is_owed_is_collected_once(office: Caller) -> None:
    """First, then recurrent; a second file over the same invoice is refused until withdrawn."""
    account_id, who = account(office), customer(office)
    mandate(office, who)
    one, other = owing(office, who)["id"], owing(office, who, 60)["id"]

    made = office.post(DEBITS, body(account_id, one), key="k")
    again = office.post(DEBITS, body(account_id, one), key="k")
    twice = office.post(DEBITS, body(account_id, one))

    assert made.status_code == 201, made.text
    assert made.json() == again.json()
    assert code(twice) == (409, "INVOICE_BEING_COLLECTED")
    assert debit_complaints(made.json()["sepa_xml"].encode()) == []
    assert [(each["amount"], each["sequence"]) for each in made.json()["items"]] == [
        ("120.00", "FRST")
    ]
    second = office.post(DEBITS, body(account_id, other)).json()
    assert [each["sequence"] for each in second["items"]] == ["RCUR"]
    path = f"{DEBITS}/{made.json()['id']}/withdraw"
    gone = office.post(path, {"reason": "FF01"})
    assert gone.json()["withdrawal_reason"] == "FF01"
    assert code(office.post(path, {"reason": "FF01"})) == (409, "INVALID_STATE_TRANSITION")
    assert office.post(DEBITS, body(account_id, one)).status_code == 201
    assert len(office.get(DEBITS).json()) == 3
    assert office.get(f"{DEBITS}/{second['id']}").json() == second


def test_what_cannot_be_collected_is_refused_with_its_reason(office: Caller) -> None:
    """Without a mandate, told too late, a draft, unknown, on a wrong day, by another scheme."""
    account_id, who, other = account(office), customer(office), customer(office, "Andere")
    mandate(office, who)
    good, without = owing(office, who)["id"], owing(office, other)["id"]
    draft = office.post("/v1/outgoing-invoices", invoice(who)).json()["id"]
    today = TODAY.isoformat()
    answers = [
        office.post(DEBITS, body(account_id, without)),
        office.post(DEBITS, body(account_id, good, told=today)),
        office.post(DEBITS, body(account_id, draft)),
        office.post(DEBITS, body(account_id, account_id)),
        office.post(DEBITS, body(good, good)),
        office.post(DEBITS, body(account_id, good, collection_date=today)),
        office.post(DEBITS, body(account_id, good, scheme="B2B")),
        office.post(DEBITS, body(account_id, good, good)),
    ]
    assert [code(each) for each in answers] == [
        (400, "NOT_COLLECTABLE"),
        (400, "NOTICE_TOO_SHORT"),
        (400, "NOT_COLLECTABLE"),
        (404, "INVOICE_NOT_FOUND"),
        (404, "BANK_ACCOUNT_NOT_FOUND"),
        code(answers[5]),
        (400, "NOT_COLLECTABLE"),
        (400, "INVALID_INPUT"),
    ]
    assert answers[5].status_code == 400
    assert office.get(DEBITS).json() == []


def says(office: Caller, collection: dict[str, Any], *told: Told, **facts: Any) -> dict[str, Any]:
    """Send a status report of the bank about a file; the answer."""
    data = report(collection["message_id"], told, **facts)
    answer = office.http.post(
        "/v1/bank-transactions/import-file",
        files={"file": ("pain002.xml", data)},
        headers={"Authorization": f"Bearer {office.key}"},
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def standings(office: Caller, collection: dict[str, Any]) -> list[tuple[str, str | None, bool]]:
    """Where each debit stands, the reason, and whether it can be collected again."""
    items = office.get(f"{DEBITS}/{collection['id']}").json()["items"]
    return [
        (each["bank_answer"]["standing"], each["bank_answer"]["code"], each["is_released"])
        for each in items
    ]


def moves(office: Caller, before: str, amount: str, id_: str | None, **facts: Any) -> None:
    """Let the bank move something for a debit, and say so on a statement."""
    line = StatementLine(TODAY, Decimal(amount), "EUR", end_to_end_id=id_, **facts)
    opening = Decimal(before)
    iban, closing = "AT611904300234573201", opening + line.amount
    data = write_statement(
        Statement(f"S{before}", iban, "EUR", opening, closing, (line,)), f"{TODAY}T18:00:00Z"
    )
    answer = office.http.post(
        "/v1/bank-transactions/import-file",
        files={"file": ("camt.xml", data)},
        headers={"Authorization": f"Bearer {office.key}"},
    )
    assert answer.json()["imported"] == 1, answer.text


def test_what_the_bank_refuses_is_collected_again(office: Caller) -> None:
    """One debit refused, one taken; the same message again is nothing new."""
    account_id, who = account(office), customer(office)
    mandate(office, who)
    one, other = owing(office, who)["id"], owing(office, who, 60)["id"]
    made = office.post(DEBITS, body(account_id, one, other)).json()
    assert standings(office, made) == [("sent", None, False)] * 2
    ids = [each["end_to_end_id"] for each in made["items"]]
    told = (Told(ids[0], "RJCT", "MD01"), Told(ids[1], "ACSP"), Told("RE-7", "RJCT", "AC04"))

    first, again = says(office, made, *told), says(office, made, *told)

    assert (first["total_rows"], first["imported"], len(first["errors"])) == (3, 2, 1)
    assert (again["imported"], again["skipped_duplicates"]) == (0, 2)
    assert first["collection_id"] == made["id"]
    assert standings(office, made) == [("refused", "MD01", True), ("accepted", None, False)]
    twice = office.post(DEBITS, body(account_id, one, other))
    assert code(twice) == (409, "INVOICE_BEING_COLLECTED")
    assert twice.json()["context"]["invoice_ids"] == [other]
    assert office.post(DEBITS, body(account_id, one)).status_code == 201


def test_money_says_more_than_a_message(office: Caller) -> None:
    """What came in was not refused; what went back can be collected again, in any order."""
    account_id, who = account(office), customer(office)
    mandate(office, who)
    invoices = [owing(office, who, gross)["id"] for gross in (120, 60)]
    made = office.post(DEBITS, body(account_id, *invoices)).json()
    one, other = (each["end_to_end_id"] for each in made["items"])
    moves(office, "0.00", "120.00", one)
    says(office, made, Told(one, "RJCT", "AM04"), Told(other, "RJCT", "AM05"))
    assert [each[0] for each in standings(office, made)] == ["executed", "held"]
    assert code(office.post(DEBITS, body(account_id, *invoices)))[0] == 409

    moves(office, "120.00", "-120.00", one)

    assert standings(office, made)[0][::2] == ("returned", True)
    assert office.post(DEBITS, body(account_id, invoices[0])).status_code == 201


def newest(office: Caller, amount: str) -> str:
    """The movement of an amount."""
    rows = office.get("/v1/bank-transactions", limit=500).json()["transactions"]
    return str(next(each["id"] for each in rows if each["amount"] == float(amount)))


@pytest.mark.parametrize("name", ["PmtInfId", "MsgId"])
def test_a_file_that_the_bank_books_as_one_sum_is_its_invoices(office: Caller, name: str) -> None:
    """All of them by the file's name, the one that is sent back by its EndToEndId, with the fee."""
    account_id, who = account(office), customer(office)
    mandate(office, who, holder="Andere Person")
    invoices = [owing(office, who, gross)["id"] for gross in (60, 60)]
    made = office.post(DEBITS, body(account_id, *invoices)).json()
    (called,) = re.findall(f"<{name}>(.*?)</{name}>", made["sepa_xml"])
    moves(office, "0.00", "120.00", None, batch_reference=called)

    (found,) = office.get("/v1/bank-transactions/proposals", bank_account_id=account_id).json()
    assert (found["reasons"][0], [each["amount"] for each in found["parts"]]) == (
        "direct_debit",
        [60, 60],
    )
    matched = office.post("/v1/bank-transactions/auto-match", {"bank_account_id": account_id})
    assert matched.json()["matched"] == 1, matched.text
    assert [each[0] for each in standings(office, made)] == ["executed"] * 2

    back = {"details": (("return_reason", "AM04"),)}
    moves(office, "120.00", "-63.00", made["items"][1]["end_to_end_id"], **back)
    path = f"/v1/bank-transactions/{newest(office, '-63.00')}/return"
    booked = [office.post(path, {"fee": "3.00"}) for _ in range(2)]

    assert [each.status_code for each in booked] == [200, 409], booked[0].text
    left = [office.get(f"/v1/outgoing-invoices/{each}").json() for each in invoices]
    assert [each["remaining_amount"] for each in left] == [0, 60]
    assert standings(office, made)[1][::2] == ("returned", True)


def test_a_debit_is_its_invoice_whoever_pays(office: Caller) -> None:
    """The EndToEndId says it; a holder of another name and account changes nothing."""
    account_id, who = account(office), customer(office)
    mandate(office, who, holder="Andere Person")
    invoices = [owing(office, who, 60)["id"] for _ in range(2)]
    made = office.post(DEBITS, body(account_id, *invoices)).json()
    other = {"counterparty_name": "Ganz anders", "counterparty_iban": "AT942011100033330000"}
    moves(office, "0.00", "60.00", made["items"][1]["end_to_end_id"], **other)
    (found,) = office.get("/v1/bank-transactions/proposals", bank_account_id=account_id).json()
    (part,) = found["parts"]
    assert (found["reasons"][0], found["score"]) == ("direct_debit", 0.99)
    number = office.get(f"/v1/outgoing-invoices/{invoices[1]}").json()["invoice_number"]
    assert part["invoice_number"] == number


def test_a_refused_file_frees_all_of_it_and_a_strange_one_nothing(
    http: TestClient, database: Database, office: Caller
) -> None:
    """A message about the whole; one of another company's file is of nobody here."""
    account_id, who = account(office), customer(office)
    mandate(office, who)
    one = owing(office, who)["id"]
    made = office.post(DEBITS, body(account_id, one)).json()
    stranger = caller(http, another_tenant(database))
    data = report(made["message_id"], group="RJCT", reason="FF01")
    refused = http.post(
        "/v1/payment-runs/status-reports",
        files={"file": ("x.xml", data)},
        headers={"Authorization": f"Bearer {stranger.key}"},
    )
    assert code(refused) == (404, "NOT_FOUND")
    assert standings(office, made) == [("sent", None, False)]

    says(office, made, group="RJCT", reason="FF01")

    assert standings(office, made) == [("refused", "FF01", True)]
    assert office.post(DEBITS, body(account_id, one)).status_code == 201


def test_a_mandate_ends_and_its_reference_is_one(office: Caller) -> None:
    """Revoked, it collects nothing; a second of the same reference names the first."""
    account_id, who = account(office), customer(office)
    first = mandate(office, who, is_recurrent=False)
    again = office.post(
        MANDATES,
        {
            "customer_id": who,
            "reference": "M-1",
            "holder": "X",
            "iban": "DE89370400440532013000",
            "signed_on": TODAY.isoformat(),
        },
    )
    assert code(again) == (409, "MANDATE_EXISTS")
    assert again.json()["context"]["existing_id"] == first
    one, other = owing(office, who)["id"], owing(office, who)["id"]
    both = office.post(DEBITS, body(account_id, one, other))
    assert code(both) == (400, "NOT_COLLECTABLE")
    assert office.post(f"{MANDATES}/{first}/revoke").json()["revoked_at"]
    assert code(office.post(f"{MANDATES}/{first}/revoke")) == (409, "MANDATE_NOT_USABLE")
    assert code(office.post(DEBITS, body(account_id, one))) == (400, "NOT_COLLECTABLE")
    assert [each["id"] for each in office.get(MANDATES, customer_id=who).json()] == [first]


def test_every_mandate_is_on_a_page(office: Caller) -> None:
    """The newest signature first, and how many there are."""
    who, other = customer(office), customer(office, "Andere")
    days = [(TODAY - timedelta(days=30 - n)).isoformat() for n in range(3)]
    made = [mandate(office, who, f"M-{n}", signed_on=day) for n, day in enumerate(days)]
    mandate(office, other, "M-9")

    pages = [office.get(MANDATES, customer_id=who, limit=2, offset=at) for at in (0, 2, 4)]

    assert [each["id"] for page in pages for each in page.json()] == made[::-1]
    assert {page.headers["X-Total-Count"] for page in pages} == {"3"}
    assert office.get(MANDATES, limit=1).headers["X-Total-Count"] == "4"


def test_nobody_collects_without_identifier_or_scope(
    http: TestClient, database: Database, office: Caller, tenant_: Tenant
) -> None:
    """Nor for another tenant."""
    account_id, who = account(office), customer(office)
    mandate(office, who)
    one = owing(office, who)["id"]
    poor = with_scopes(http, database, tenant_, "debitoren:read")
    assert code(poor.post(DEBITS, body(account_id, one))) == (403, "INSUFFICIENT_SCOPE")
    stranger = caller(http, another_tenant(database))
    assert code(stranger.post(DEBITS, body(account_id, one))) == (400, "CREDITOR_ID_MISSING")
