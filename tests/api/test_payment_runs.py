"""Payment runs over HTTP, with a worker on real Temporal and a real database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import httpx
import pytest
from lxml import etree
from sqlalchemy import text
from temporalio.client import Client

from activities.payment_run import PostgresPayments
from activities.resume import PostgresResume
from api.main import create_app
from api.settings import Settings
from domain.database.session import read_session, write_session
from domain.formats import pain002
from domain.formats.camt_writer import write_statement
from domain.formats.statement import Statement, StatementLine
from domain.payments import answer_store
from domain.payments.answer_views import runs_with_news
from domain.payments.business_day import next_business_day
from domain.payments.pain001 import Version, check
from tests.api.pages.browsers import Plain
from tests.api.payables_http import Office
from tests.builders import another_tenant
from tests.invariants import check_books
from tests.pain002 import Told, report
from tests.servers import Database
from tests.unheard import forget_answers
from tests.workflows.running import serving
from worker.registry import steps_of
from workflows.payment_run.workflow import PaymentRun
from workflows.shared.ids import payment_run_id

RUNS = "/v1/payment-runs"
SOON = next_business_day((datetime.now(UTC) + timedelta(days=7)).date())


@pytest.fixture(scope="module")
async def service(database: Database, temporal: Client) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the application with a ledger worker behind it."""
    told = {"database_url": database.url, "log_level": "WARNING"}
    app = create_app(Settings.model_validate(told))
    transport = httpx.ASGITransport(app)
    worker = serving(temporal, [PaymentRun], steps_of(PostgresPayments(database.engine)))
    client = httpx.AsyncClient(transport=transport, base_url="http://test")
    async with app.router.lifespan_context(app), worker, client:
        app.state.temporal = temporal
        yield client


@pytest.fixture
def office(service: httpx.AsyncClient, database: Database) -> Office:
    """Give each test a tenant of its own."""
    return Office(service, another_tenant(database), database)


async def a_run(office: Office, *numbers: str, key: str = "") -> dict[str, object]:
    """Make a draft run over new invoices of one new vendor."""
    account = (await office.get("/v1/bank-accounts")).json()
    account_id = account[0]["id"] if account else await office.a_bank_account()
    vendor_id = await office.a_vendor(f"Papier {uuid4()}")
    invoices = [await office.an_invoice(vendor_id, n) for n in numbers or ("RE-1",)]
    made = await office.post(RUNS, body(account_id, invoices), key=key)
    assert made.status_code == 201, made.text
    run: dict[str, object] = made.json()
    return run


def body(account_id: str, invoices: list[str], **facts: object) -> dict[str, object]:
    """A request for a run."""
    return {
        "bank_account_id": account_id,
        "execution_date": SOON.isoformat(),
        "invoice_ids": invoices,
        "label": "Wochenlauf",
        **facts,
    }


def codes(*answers: httpx.Response) -> list[tuple[int, str]]:
    """Status and code of refusals."""
    return [(one.status_code, one.json()["code"]) for one in answers]


async def test_two_people_pay_and_the_statement_closes_the_circle(office: Office) -> None:
    """Draft, approved, exported, completed; the statement settles both invoices."""
    run = await a_run(office, "RE-1", "RE-2")
    assert (run["status"], run["total_amount"], run["label"]) == ("draft", "240.00", "Wochenlauf")
    approved = await office.post(f"{RUNS}/{run['id']}/approve", who="approver")
    exported = await office.post(f"{RUNS}/{run['id']}/export")
    again = await office.post(f"{RUNS}/{run['id']}/export")
    completed = await office.post(f"{RUNS}/{run['id']}/complete")

    assert approved.json()["approved_by"] == str(office.tenant.people["approver"].user_id)
    file = exported.json()
    assert file == again.json()
    assert (file["run"]["status"], file["control_sum"]) == ("exported", 240.0)
    check(file["sepa_xml"].encode(), Version.V09)
    assert completed.json()["status"] == "completed"
    assert completed.json()["message_id"] == file["message_id"]

    imported = await office.http.post(
        "/v1/bank-transactions/import-file",
        files={"file": ("camt.xml", statement_of(file["sepa_xml"]))},
        headers={"Authorization": f"Bearer {office.tenant.people['bookkeeper'].api_key}"},
    )
    assert imported.json()["imported"] == 2, imported.text
    account_id = (await office.get("/v1/bank-accounts")).json()[0]["id"]
    found = (
        await office.get("/v1/bank-transactions/suggestions", bank_account_id=account_id)
    ).json()
    best = {one["bank_transaction_id"]: one for one in reversed(found)}
    for transaction_id, one in best.items():
        tied = await office.post(
            f"/v1/bank-transactions/{transaction_id}/reconcile",
            {
                "intent_id": one["ledger_intent_id"],
                "candidate_kind": one["candidate_kind"],
                "open_item_account": one["open_item_account"],
            },
        )
        assert tied.json()["mode"] == "settlement", tied.text
    invoices = (await office.get("/v1/invoices")).json()
    assert {invoice["status"] for invoice in invoices} == {"paid"}
    assert check_books(office.database.engine, office.tenant.id)


def statement_of(sepa_xml: str) -> bytes:
    """The statement of a bank that did what the file orders, as one batch."""
    tree = etree.fromstring(sepa_xml.encode())
    lines = tuple(
        StatementLine(
            booking_date=SOON,
            amount=-Decimal(transfer.findtext("{*}Amt/{*}InstdAmt") or "0"),
            currency="EUR",
            counterparty_name=transfer.findtext("{*}Cdtr/{*}Nm"),
            counterparty_iban=transfer.findtext("{*}CdtrAcct/{*}Id/{*}IBAN"),
            remittance_information=transfer.findtext("{*}RmtInf/{*}Ustrd"),
            end_to_end_id=transfer.findtext("{*}PmtId/{*}EndToEndId"),
            batch_reference=tree.findtext(".//{*}PmtInfId"),
        )
        for transfer in tree.iterfind(".//{*}CdtTrfTxInf")
    )
    iban = tree.findtext(".//{*}DbtrAcct/{*}Id/{*}IBAN") or ""
    closing = sum((line.amount for line in lines), Decimal("1000.00"))
    statement = Statement("X", iban, "EUR", Decimal("1000.00"), closing, lines)
    return write_statement(statement, "2026-12-01T18:00:00Z")


async def test_the_creator_may_not_approve(office: Office) -> None:
    """FOUR_EYES: 403, in the audit log, and the run stays a draft."""
    run = await a_run(office)
    denied = await office.post(f"{RUNS}/{run['id']}/approve")

    assert codes(denied) == [(403, "SELF_APPROVAL_DENIED")]
    assert (await office.get(f"{RUNS}/{run['id']}")).json()["status"] == "draft"
    query = text("SELECT count(*) FROM audit_event WHERE after ->> 'refused' = :code")
    with read_session(office.database.engine, office.tenant.id) as session:
        assert session.execute(query, {"code": "SELF_APPROVAL_DENIED"}).scalar_one() == 1


async def test_ten_approvals_and_ten_exports_at_once_are_one(office: Office) -> None:
    """ONCE: one approval, one file, with one key or with ten."""
    run = await a_run(office)
    approvals = await asyncio.gather(
        *(office.post(f"{RUNS}/{run['id']}/approve", who="approver", key="a-1") for _ in range(10))
    )
    exports = await asyncio.gather(*(office.post(f"{RUNS}/{run['id']}/export") for _ in range(10)))

    assert {one.status_code for one in approvals} == {200}
    assert len({one.json()["approved_at"] for one in approvals}) == 1
    assert len({one.json()["sepa_xml"] for one in exports}) == 1
    query = text("SELECT action, count(*) FROM audit_event WHERE subject_id = :run GROUP BY action")
    with read_session(office.database.engine, office.tenant.id) as session:
        found = session.execute(query, {"run": str(run["id"])})
        events = dict(found.all())
    assert events == {
        "payment_run.created": 1,
        "payment_run.approved": 1,
        "payment_run.exported": 1,
    }


async def test_the_same_key_makes_one_run(office: Office) -> None:
    """ONCE: the first answer again, and another body is refused."""
    account_id = await office.a_bank_account()
    vendor_id = await office.a_vendor()
    invoices = [await office.an_invoice(vendor_id, f"RE-{n}") for n in (1, 2)]
    first = await office.post(RUNS, body(account_id, invoices[:1]), key="k")
    again = await office.post(RUNS, body(account_id, invoices[:1]), key="k")
    other = await office.post(RUNS, body(account_id, invoices[1:]), key="k")

    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert codes(other) == [(409, "IDEMPOTENCY_KEY_REUSED")]
    assert len((await office.get(RUNS)).json()) == 1


async def test_what_was_wished_with_a_refused_run_is_not_wished_of_the_next(
    office: Office,
) -> None:
    """The key is free again after a refusal; amount and label are those of the body that counts."""
    account_id = await office.a_bank_account()
    invoice_id = await office.an_invoice(await office.a_vendor())
    part = {"parts": [{"invoice_id": invoice_id, "amount": "50.00"}], "label": "Ein Teil"}
    past = body(account_id, [invoice_id], execution_date="2026-01-01", **part)
    refused = await office.post(RUNS, past, key="k")
    made = await office.post(RUNS, body(account_id, [invoice_id]), key="k")
    again = await office.post(RUNS, body(account_id, [invoice_id]), key="k")

    assert codes(refused) == [(400, "INVALID_INPUT")]
    assert made.status_code == 201, made.text
    assert (made.json()["total_amount"], made.json()["label"]) == ("120.00", "Wochenlauf")
    assert again.json() == made.json()


async def test_an_invoice_sits_in_one_active_run(office: Office) -> None:
    """Ten runs at once over one invoice: one is made; cancelled, it frees the invoice."""
    account_id = await office.a_bank_account()
    vendor_id = await office.a_vendor()
    invoice_id = await office.an_invoice(vendor_id)
    made = await asyncio.gather(
        *(office.post(RUNS, body(account_id, [invoice_id])) for _ in range(10))
    )
    runs = [one.json()["id"] for one in made if one.status_code == 201]
    assert len(runs) == 1
    refused = [one for one in made if one.status_code != 201]
    assert set(codes(*refused)) == {(409, "INVOICE_ALREADY_IN_ACTIVE_RUN")}
    assert (await office.get(f"{RUNS}/eligible-invoices")).json() == []

    assert (await office.post(f"{RUNS}/{runs[0]}/cancel")).json()["status"] == "cancelled"
    eligible = (await office.get(f"{RUNS}/eligible-invoices")).json()
    assert [(one["id"], one["remaining_amount"]) for one in eligible] == [(invoice_id, "120.00")]
    assert codes(await office.post(f"{RUNS}/{runs[0]}/approve", who="approver")) == [
        (409, "INVALID_STATE_TRANSITION")
    ]


async def test_what_cannot_be_paid_is_refused(office: Office) -> None:
    """Unknown, unbooked, without IBAN, in the past, years ahead, of nobody."""
    account_id = await office.a_bank_account()
    vendor_id = await office.a_vendor()
    poor = await office.a_vendor("Ohne Konto", iban=None)
    draft = await office.an_invoice(vendor_id, "RE-1", booked=False)
    unpayable = await office.an_invoice(poor, "RE-2")
    good = await office.an_invoice(vendor_id, "RE-3")
    eligible = (await office.get(f"{RUNS}/eligible-invoices")).json()
    assert {(one["invoice_number"], one["iban_missing"]) for one in eligible} == {
        ("RE-2", True),
        ("RE-3", False),
    }
    unknown = str(uuid4())
    answers = [
        await office.post(RUNS, body(account_id, [draft])),
        await office.post(RUNS, body(account_id, [unpayable])),
        await office.post(RUNS, body(account_id, [unknown])),
        await office.post(RUNS, body(unknown, [good])),
        await office.post(RUNS, body(account_id, [good], execution_date="2026-01-01")),
        await office.post(RUNS, body(account_id, [good], execution_date="9999-12-31")),
        await office.post(RUNS, body(account_id, [good, good])),
        await office.post(RUNS, body(account_id, [])),
        await office.post(f"{RUNS}/{unknown}/approve", who="approver"),
        await office.get(f"{RUNS}/{unknown}"),
    ]
    assert codes(*answers) == [
        (400, "INVOICE_NOT_ELIGIBLE"),
        (400, "VENDOR_IBAN_MISSING"),
        (404, "INVOICE_NOT_FOUND"),
        (404, "BANK_ACCOUNT_NOT_FOUND"),
        (400, "INVALID_INPUT"),
        (400, "INVALID_INPUT"),
        (400, "INVALID_INPUT"),
        (400, "INVALID_INPUT"),
        (404, "NOT_FOUND"),
        (404, "NOT_FOUND"),
    ]


async def test_an_invoice_that_changed_stops_the_run(office: Office) -> None:
    """Reversed after the run was made: approve and export refuse."""
    run = await a_run(office, "RE-1")
    item = run["items"][0]  # type: ignore[index]
    invoice = (await office.get(f"/v1/invoices/{item['invoice_id']}")).json()
    reversed_ = await office.post("/v1/journal/reverse", {"intent_id": invoice["intent_id"]})
    assert reversed_.status_code in {200, 201}, reversed_.text
    denied = await office.post(f"{RUNS}/{run['id']}/approve", who="approver")
    assert codes(denied) == [(409, "INVOICE_CHANGED")]


async def test_a_changed_iban_stops_the_run_until_it_is_confirmed(office: Office) -> None:
    """PAYEE_NOT_CONFIRMED, and nobody confirms their own change."""
    account_id = await office.a_bank_account()
    vendor_id = await office.a_vendor()
    invoice_id = await office.an_invoice(vendor_id)
    new = {"iban": "AT61 1904 3002 3457 3201"}
    assert (await office.send("PUT", f"/v1/vendors/{vendor_id}", new)).status_code == 200
    run = (await office.post(RUNS, body(account_id, [invoice_id]))).json()
    stopped = await office.post(f"{RUNS}/{run['id']}/approve", who="approver")
    own = await office.post(f"/v1/vendors/{vendor_id}/confirm-iban")
    path, told = f"/v1/vendors/{vendor_id}/confirm-iban", {"iban": "AT021100000012345678"}
    stale = await office.post(path, told, who="approver")
    nobody = {"asked": {"way": "phone", "contact": ""}}
    unasked = await office.post(path, new | nobody, who="approver")
    asked = {"asked": {"way": "phone", "contact": "Frau Buchhaltung"}}
    confirmed = await office.post(path, new | asked, who="approver")
    story = await office.get("/v1/audit", "admin", subject="vendor", subject_id=vendor_id)
    approved = await office.post(f"{RUNS}/{run['id']}/approve", who="approver")

    assert codes(stopped, own) == [(409, "PAYEE_NOT_CONFIRMED"), (403, "SELF_APPROVAL_DENIED")]
    assert codes(stale) == [(412, "IBAN_CHANGED")]
    assert codes(unasked) == [(400, "INVALID_INPUT")]
    (kept,) = [e["after"] for e in story.json() if e["action"] == "vendor.iban_confirmed"]
    assert (kept["asked_by"], kept["contact"]) == ("phone", "Frau Buchhaltung")
    assert (confirmed.status_code, approved.status_code) == (200, 200)


async def test_another_tenant_sees_nothing(office: Office) -> None:
    """ISOLATED: 404 for every step."""
    run = await a_run(office)
    stranger = Office(office.http, another_tenant(office.database), office.database)
    answers = [
        await stranger.get(f"{RUNS}/{run['id']}"),
        *[
            await stranger.post(f"{RUNS}/{run['id']}/{step}", who="approver")
            for step in ("approve", "export", "complete", "cancel")
        ],
    ]
    assert set(codes(*answers)) == {(404, "NOT_FOUND")}


async def an_exported_run(office: Office, *numbers: str) -> dict[str, object]:
    """A run whose file has left the house."""
    run = await a_run(office, *numbers)
    await office.post(f"{RUNS}/{run['id']}/approve", who="approver")
    await office.post(f"{RUNS}/{run['id']}/export")
    shown: dict[str, object] = (await office.get(f"{RUNS}/{run['id']}")).json()
    return shown


async def a_report(
    office: Office, path: str, data: bytes, who: str = "bookkeeper"
) -> httpx.Response:
    """Send what the bank said."""
    files = {"file": ("report.xml", data)}
    return await office.http.post(
        path,
        files=files,
        headers={"Authorization": f"Bearer {office.tenant.people[who].api_key}"},
    )


@pytest.mark.parametrize("door", [f"{RUNS}/status-reports", "/v1/bank-transactions/import-file"])
async def test_a_status_report_frees_what_the_bank_refused(office: Office, door: str) -> None:
    """By either door: the reason and what to do, once however often it is sent."""
    run = await an_exported_run(office, "RE-1", "RE-2")
    items = run["items"]
    told = Told(items[0]["end_to_end_id"], "RJCT", "AC04", "KONTO ERLOSCHEN")  # type: ignore[index]
    data = report(str(run["message_id"]), [told])
    taken = [await a_report(office, door, data) for _ in range(2)]

    assert [one.status_code for one in taken] == [200, 200], taken[0].text
    new = [one.json().get("new", one.json().get("imported")) for one in taken]
    assert new == [1, 0]
    shown = (await office.get(f"{RUNS}/{run['id']}")).json()
    assert [item["is_released"] for item in shown["items"]] == [True, False]
    assert shown["items"][0]["bank_answer"] == {
        "standing": "refused",
        "code": "AC04",
        "meaning": "account closed",
        "action": "ask_account",
        "who": "vendor data clerk",
        "text": "KONTO ERLOSCHEN",
    }
    eligible = (await office.get(f"{RUNS}/eligible-invoices")).json()
    assert [one["invoice_number"] for one in eligible] == ["RE-1"]
    assert items[0]["ordered_before"] == []  # type: ignore[index]
    account = (await office.get("/v1/bank-accounts")).json()[0]["id"]
    again = (await office.post(RUNS, body(account, [eligible[0]["id"]]))).json()
    (before,) = again["items"][0]["ordered_before"]
    assert (before["payment_run_id"], before["is_released"]) == (run["id"], True)
    assert before["bank_answer"]["code"] == "AC04"


async def test_what_a_bank_is_paying_is_not_reversed(office: Office) -> None:
    """From the export until the file is withdrawn; what restores a fact is never refused."""
    run = await an_exported_run(office, "RE-1")
    invoice_id = run["items"][0]["invoice_id"]  # type: ignore[index]
    intent_id = (await office.get(f"/v1/invoices/{invoice_id}")).json()["intent_id"]
    order = {"intent_id": intent_id, "reason": "Irrtum"}
    refused = [await office.post("/v1/journal/reverse", order) for _ in range(2)]
    assert codes(*refused) == [(409, "INVOICE_BEING_PAID")] * 2

    for who in ("bookkeeper", "approver"):
        await office.post(f"{RUNS}/{run['id']}/withdraw", {"reason": "Irrtum"}, who=who)
    reversed_ = await office.post("/v1/journal/reverse", order)
    assert reversed_.status_code == 200, reversed_.text
    back = {"intent_id": reversed_.json()["reversal_intent_id"], "reason": "Doch"}
    assert (await office.post("/v1/journal/reverse", back)).status_code == 200
    assert check_books(office.database.engine, office.tenant.id)


async def test_a_vendor_out_of_use_gets_no_invoice_and_no_money(office: Office) -> None:
    """What was entered before and booked after stays owed; nothing offers or takes it."""
    account_id, vendor_id = await office.a_bank_account(), await office.a_vendor()
    entered = await office.an_invoice(vendor_id, "RE-1", booked=False)
    gone = await office.send("DELETE", f"/v1/vendors/{vendor_id}")
    intent = await office.a_booking("RE-1")
    tied = await office.send("PATCH", f"/v1/invoices/{entered}", {"intent_id": intent})
    assert (gone.status_code, tied.status_code) == (200, 200), tied.text

    line = {"position": 1, "description": "Papier", "quantity": 1, "unit_price": "100.00"}
    line |= {"tax_rate": 0.2, "tax_amount": "20.00", "line_total": "120.00"}
    totals = {"total_net": "100.00", "total_tax": "20.00", "total_gross": "120.00"}
    facts = {"vendor_id": vendor_id, "invoice_number": "RE-2", "invoice_date": "2026-03-02"}
    another = await office.post("/v1/invoices", {**facts, **totals, "lines": [line]})
    made = await office.post(RUNS, body(account_id, [entered]))
    assert codes(another, made) == [(409, "VENDOR_INACTIVE")] * 2
    assert (await office.get(f"{RUNS}/eligible-invoices")).json() == []
    (owed,) = (await office.get("/v1/invoices/open-items")).json()
    assert owed["vendor_id"] == vendor_id

    back = [await office.post(f"/v1/vendors/{vendor_id}/activate", {}) for _ in range(2)]
    assert [each.json()["is_active"] for each in back] == [True, True]
    assert (await office.post(RUNS, body(account_id, [entered]))).status_code == 201


async def test_the_page_of_a_run_says_what_stops_it(office: Office) -> None:
    """An earlier order under another number, and a vendor that is out of use."""
    run = await an_exported_run(office, "RE-1")
    vendor_id = run["items"][0]["vendor_id"]  # type: ignore[index]
    again = await office.an_invoice(vendor_id, "PH-1a")
    account = (await office.get("/v1/bank-accounts")).json()[0]["id"]
    made = (await office.post(RUNS, body(account, [again]))).json()
    browser = await Plain(office.http, office.tenant, "approver").sign_in()
    page = await browser.go(f"/payments/{made['id']}")
    assert "Vielleicht schon angewiesen, als RE-1" in page.text
    assert "außer Verwendung" not in page.text
    with write_session(office.database.engine, office.tenant.id, office.tenant.actor) as session:
        gone = text("UPDATE vendor SET is_active = false WHERE id = :id")
        session.execute(gone, {"id": vendor_id})
    page = await browser.go(f"/payments/{made['id']}")
    assert "Der Lieferant ist außer Verwendung." in page.text


async def test_a_draft_stops_when_its_invoice_is_reversed(office: Office) -> None:
    """Nobody has told the bank yet: the reversal is done, and the run cannot be approved."""
    run = await a_run(office, "RE-1")
    invoice_id = run["items"][0]["invoice_id"]  # type: ignore[index]
    intent_id = (await office.get(f"/v1/invoices/{invoice_id}")).json()["intent_id"]
    done = await office.post("/v1/journal/reverse", {"intent_id": intent_id, "reason": "Irrtum"})
    stopped = await office.post(f"{RUNS}/{run['id']}/approve", who="approver")
    assert done.status_code == 200
    assert codes(stopped) == [(409, "INVOICE_CHANGED")]


@pytest.mark.parametrize("day", ["same", "reversed", "another"])
async def test_what_may_be_ordered_under_another_number_is_told(office: Office, day: str) -> None:
    """The same day and total, or reversed since; the next month's invoice is another one."""
    run = await an_exported_run(office, "RE-1")
    item = run["items"][0]  # type: ignore[index]
    if day == "reversed":
        for who in ("bookkeeper", "approver"):
            await office.post(f"{RUNS}/{run['id']}/withdraw", {"reason": "Irrtum"}, who=who)
        shown = (await office.get(f"/v1/invoices/{item['invoice_id']}")).json()
        order = {"intent_id": shown["intent_id"], "reason": "Irrtum"}
        assert (await office.post("/v1/journal/reverse", order)).status_code == 200
    on = "2026-03-02" if day == "same" else "2026-03-03"
    again = await office.an_invoice(item["vendor_id"], "PH-1a", invoice_date=on)
    account = (await office.get("/v1/bank-accounts")).json()[0]["id"]
    made = await office.post(RUNS, body(account, [again]))
    before = made.json()["items"][0]["ordered_before"]
    told = [(one["payment_run_id"], one["invoice_number"]) for one in before]
    assert told == ([] if day == "another" else [(run["id"], "RE-1")])


@pytest.mark.parametrize("is_twin", [True, False])
async def test_what_a_vendor_of_the_same_account_was_paid_is_told(
    office: Office, *, is_twin: bool
) -> None:
    """The same day and total, under another number: one company may be there twice."""
    run = await an_exported_run(office, "RE-1")
    item = run["items"][0]  # type: ignore[index]
    iban = item["vendor_iban"] if is_twin else "AT483200000012345864"
    made = await office.post("/v1/vendors", {"name": "Noch einmal", "iban": iban})
    again = await office.an_invoice(made.json()["id"], "PH-1a", invoice_date="2026-03-02")
    account = (await office.get("/v1/bank-accounts")).json()[0]["id"]
    made = await office.post(RUNS, body(account, [again]))
    before = made.json()["items"][0]["ordered_before"]
    assert [one["invoice_number"] for one in before] == (["RE-1"] if is_twin else [])


async def test_a_statement_that_is_imported_ends_the_run(office: Office) -> None:
    """What was executed is completed without anybody saying so."""
    run = await an_exported_run(office, "RE-1", "RE-2")
    file = (await office.post(f"{RUNS}/{run['id']}/export")).json()
    door = "/v1/bank-transactions/import-file"
    assert (await a_report(office, door, statement_of(file["sepa_xml"]))).status_code == 200

    shown = (await office.get(f"{RUNS}/{run['id']}")).json()
    assert shown["status"] == "completed"
    assert {item["bank_answer"]["standing"] for item in shown["items"]} == {"executed"}


async def test_whom_nobody_told_is_told_by_the_resumption(office: Office, temporal: Client) -> None:
    """The report was kept, and the process that took it died: once, and again nothing changes."""
    run = await an_exported_run(office, "RE-1", "RE-2")
    lost = await an_exported_run(office, "RE-3")
    told = Told(run["items"][0]["end_to_end_id"], "RJCT", "AC04")  # type: ignore[index]
    with write_session(office.database.engine, office.tenant.id, office.tenant.actor) as session:
        for each, data in (
            (run, report(str(run["message_id"]), [told])),
            (lost, report(str(lost["message_id"]), group="RJCT", reason="FF01")),
        ):
            assert answer_store.keep(session, pain002.read(data)).run_id == UUID(str(each["id"]))
    process = payment_run_id(office.tenant.id, UUID(str(lost["id"])))
    await temporal.get_workflow_handle(str(process)).terminate("Temporal's store was lost")

    seen = []
    for _ in range(2):
        await PostgresResume(office.database.engine, temporal).start_missing()
        shown = [(await office.get(f"{RUNS}/{each['id']}")).json() for each in (run, lost)]
        seen.append(shown)

    assert [each["status"] for each in seen[0]] == ["exported", "cancelled"]
    assert [item["is_released"] for item in seen[0][0]["items"]] == [True, False]
    assert seen[1] == seen[0]
    eligible = (await office.get(f"{RUNS}/eligible-invoices")).json()
    assert {one["invoice_number"] for one in eligible} == {"RE-1", "RE-3"}
    with read_session(office.database.engine, office.tenant.id) as session:
        assert runs_with_news(session) == []
    check_books(office.database.engine, office.tenant.id)


async def test_reports_that_are_none_are_refused(office: Office) -> None:
    """Of another file, of no kind, broken; nothing is left."""
    run = await an_exported_run(office)
    door = f"{RUNS}/status-reports"
    answers = [
        await a_report(office, door, report("0" * 32, group="RJCT")),
        await a_report(office, door, b":20:X"),
        await a_report(office, door, report(str(run["message_id"]), group="RJCT")[:-9]),
    ]
    assert codes(*answers) == [
        (404, "NOT_FOUND"),
        (400, "UNSUPPORTED_FORMAT"),
        (400, "UNSUPPORTED_FORMAT"),
    ]
    assert (await office.get(f"{RUNS}/{run['id']}")).json()["status"] == "exported"


async def test_a_file_is_withdrawn_by_two_people(office: Office) -> None:
    """One of them is not enough, however often; a draft is cancelled instead."""
    run = await an_exported_run(office)
    path = f"{RUNS}/{run['id']}/withdraw"
    why = {"reason": "DU01, telefonisch bestätigt"}
    first = [await office.post(path, why) for _ in range(2)]
    agreed = {"reason": "bestätigt"}
    second = await office.post(path, agreed, who="approver", key="w")
    operation = f"POST {RUNS}/{{payment_run_id}}/withdraw"
    assert forget_answers(office.database, office.tenant.id, operation) == 1
    unheard = await office.post(path, agreed, who="approver", key="w")
    again = await office.post(path, why, who="approver")

    assert [one.json()["status"] for one in (*first, second, unheard)] == [
        *("exported", "exported"),
        *("cancelled", "cancelled"),
    ]
    assert len(second.json()["withdrawals"]) == 2
    assert codes(again) == [(409, "INVALID_STATE_TRANSITION")]
    assert len((await office.get(f"{RUNS}/eligible-invoices")).json()) == 1
    assert codes(await office.post(path, {"reason": ""})) == [(400, "INVALID_INPUT")]


IBAN = "DE89370400440532013000"


@pytest.mark.parametrize(
    ("amount", "iban", "reference", "day", "is_seen"),
    [
        ("-120.00", IBAN, "Dauerauftrag", "2026-03-05", True),
        ("-120.00", None, "Lastschrift re-2026-1 vom 2.3.", "2026-03-01", True),
        ("-120.00", IBAN, "Miete Februar", "2026-03-01", False),
        ("-120.00", None, "Dauerauftrag", "2026-03-05", False),
        ("-119.99", IBAN, "RE-2026-1", "2026-03-05", False),
        ("120.00", IBAN, "RE-2026-1", "2026-03-05", False),
    ],
)
async def test_who_approves_sees_what_may_be_paid_already(
    office: Office, amount: str, iban: str | None, reference: str, day: str, *, is_seen: bool
) -> None:
    """Money on a statement that nobody has matched yet; until the file has left the house."""
    account = await office.a_bank_account()
    invoice_id = await office.an_invoice(await office.a_vendor(), "RE-2026-1")
    moved = {"tx_date": day, "amount": amount, "reference": reference, "counterparty_iban": iban}
    sent = {"bank_account_id": account, "transactions": [moved]}
    assert (await office.post("/v1/bank-transactions", sent)).json()["imported"] == 1

    made = (await office.post(RUNS, body(account, [invoice_id]))).json()

    seen = made["items"][0]["seen_on_statements"]
    assert [(each["tx_date"], each["amount"]) for each in seen] == [(day, amount)] * is_seen
    approved = (await office.post(f"{RUNS}/{made['id']}/approve", who="approver")).json()
    assert approved["items"][0]["seen_on_statements"] == seen
    await office.post(f"{RUNS}/{made['id']}/export")
    shown = (await office.get(f"{RUNS}/{made['id']}")).json()
    assert shown["items"][0]["seen_on_statements"] == []


async def announced(office: Office, account: str, *lines: StatementLine) -> None:
    """A list of what the bank will book (camt.052)."""
    iban = next(each["iban"] for each in (await office.get("/v1/bank-accounts")).json())
    told = Statement("X", iban, "EUR", None, None, lines)
    report_ = write_statement(told, "2026-03-05T08:00:00Z").replace(b"camt.053", b"camt.052")
    report_ = report_.replace(b"BkToCstmrStmt", b"BkToCstmrAcctRpt")
    sent = await office.http.post(
        "/v1/bank-transactions/import-file",
        params={"bank_account_id": account},
        files={"file": ("camt.xml", report_.replace(b"Stmt>", b"Rpt>"))},
        headers={"Authorization": f"Bearer {office.tenant.people['bookkeeper'].api_key}"},
    )
    assert sent.status_code in (200, 201), sent.text


async def test_what_the_bank_has_announced_is_seen_as_that(office: Office) -> None:
    """On no statement yet; the statement that brings it makes it money that left."""
    account = await office.a_bank_account()
    invoice_id = await office.an_invoice(await office.a_vendor(), "RE-2026-1")
    line = StatementLine(
        booking_date=date(2026, 3, 5),
        amount=Decimal("-120.00"),
        currency="EUR",
        remittance_information="RE-2026-1",
        end_to_end_id="E-1",
    )
    back = StatementLine(
        booking_date=date(2026, 3, 6), amount=Decimal(120), currency="EUR", end_to_end_id="E-1"
    )
    await announced(office, account, line)
    (row,) = (await office.get("/v1/bank-transactions")).json()["transactions"]
    assert row["status"] == "excluded"

    made = (await office.post(RUNS, body(account, [invoice_id]))).json()

    (seen,) = made["items"][0]["seen_on_statements"]
    assert (seen["amount"], seen["is_announced"]) == ("-120.00", True)
    browser = await Plain(office.http, office.tenant, "approver").sign_in("en")
    page = await browser.go(f"/payments/{made['id']}")
    assert "announced that 120.00 leave" in " ".join(page.page.text_content().split())
    await announced(office, account, line, back)
    (seen,) = (await office.get(f"{RUNS}/{made['id']}")).json()["items"][0]["seen_on_statements"]
    assert (seen["is_announced"], seen["came_back"]) == (True, "2026-03-06")


@pytest.mark.parametrize(
    ("back", "told"),
    [
        ({"counterparty_iban": IBAN, "tx_type": "PMNT/RCDT/RRTN"}, "came_back"),
        ({"reference": "Zahlung RE-2026-1", "tx_type": "PMNT/RCDT/RRTN"}, "came_back"),
        ({"counterparty_iban": IBAN, "tx_type": "PMNT/RCDT/ESCT"}, "came_in"),
        ({"reference": "Zahlung RE-2026-1"}, "came_in"),
        ({"reference": "Erstattung"}, None),
        ({"tx_type": "PMNT/RCDT/RRTN"}, None),
        ({"counterparty_iban": IBAN, "tx_date": "2026-03-04"}, None),
        ({"counterparty_iban": IBAN, "amount": "119.99"}, None),
    ],
)
async def test_a_payment_that_came_back_is_told_as_that(
    office: Office, back: dict[str, str], told: str | None
) -> None:
    """Where the bank says so; what came in is told once, beside one of two payments."""
    account = await office.a_bank_account()
    invoice_id = await office.an_invoice(await office.a_vendor(), "RE-2026-1")
    left = {"amount": "-120.00", "counterparty_iban": IBAN, "reference": "Zahlung RE-2026-1"}
    moved = [
        {**left, "tx_date": "2026-03-05"},
        {"tx_date": "2026-03-06", "amount": "120.00", **back},
    ]
    sent = {"bank_account_id": account, "transactions": moved}
    assert (await office.post("/v1/bank-transactions", sent)).json()["imported"] == 2

    made = (await office.post(RUNS, body(account, [invoice_id]))).json()

    (seen,) = made["items"][0]["seen_on_statements"]
    days = {name: seen[name] for name in ("came_back", "came_in") if seen[name]}
    assert days == ({told: "2026-03-06"} if told else {})
    again = {**left, "tx_date": "2026-03-06"}
    sent = {"bank_account_id": account, "transactions": [again]}
    assert (await office.post("/v1/bank-transactions", sent)).json()["imported"] == 1
    shown = (await office.get(f"{RUNS}/{made['id']}")).json()["items"][0]["seen_on_statements"]
    for name in ("came_back", "came_in"):
        assert sorted(bool(each[name]) for each in shown) == [False, name == told]


@pytest.mark.parametrize(
    ("ids", "reason", "told"),
    [
        (("E-1", "E-1"), None, "came_back"),
        (("E-1", "E-2"), "AC04", "came_in"),
        (("E-1", None), "AC04", "came_back"),
        (("UNKNOWN", "UNKNOWN"), None, "came_in"),
    ],
)
async def test_only_the_bank_says_that_a_payment_came_back(
    office: Office, ids: tuple[str, str | None], reason: str | None, told: str
) -> None:
    """A company that buys and sells pays as much two days later: the warning stays in full."""
    account = await office.a_bank_account()
    invoice_id = await office.an_invoice(await office.a_vendor(), "RE-2026-1")
    paid = StatementLine(
        booking_date=date(2026, 3, 5),
        amount=Decimal(-120),
        currency="EUR",
        counterparty_iban=IBAN,
        end_to_end_id=ids[0],
    )
    details = (("return_reason", reason),) if reason else ()
    back = paid._replace(
        booking_date=date(2026, 3, 7), amount=Decimal(120), end_to_end_id=ids[1], details=details
    )
    await announced(office, account, paid, back)

    made = (await office.post(RUNS, body(account, [invoice_id]))).json()

    (seen,) = made["items"][0]["seen_on_statements"]
    assert {name for name in ("came_back", "came_in") if seen[name]} == {told}
    browser = await Plain(office.http, office.tenant, "approver").sign_in("en")
    page = await browser.go(f"/payments/{made['id']}")
    words = " ".join(page.page.text_content().split())
    is_warned = told == "came_in"
    assert ("maybe paid already (as much came in on" in words) is is_warned
    assert ("probably not paid" in words) is not is_warned


async def test_what_was_paid_in_full_is_seen_beside_its_discount(office: Office) -> None:
    """Whoever paid outside of runs may have paid with the discount or without it."""
    account = await office.a_bank_account()
    term = {"kind": "discount", "percent": 3, "due_date": (SOON + timedelta(days=30)).isoformat()}
    vendor = await office.a_vendor()
    invoice_id = await office.an_invoice(vendor, "RE-2026-1", payment_terms=[term])
    moved = [
        {"tx_date": "2026-03-05", "amount": amount, "reference": f"RE-2026-1 {amount}"}
        for amount in ("-120.00", "-116.40", "-123.60", "-3.60")
    ]
    sent = {"bank_account_id": account, "transactions": moved}
    assert (await office.post("/v1/bank-transactions", sent)).json()["imported"] == len(moved)

    for discounts, seen in (([invoice_id], {"-120.00", "-116.40"}), ([], {"-120.00"})):
        made = (await office.post(RUNS, body(account, [invoice_id], discounts=discounts))).json()
        assert {each["amount"] for each in made["items"][0]["seen_on_statements"]} == seen
        await office.post(f"{RUNS}/{made['id']}/cancel")


async def test_who_approves_sees_what_the_vendor_owes(office: Office) -> None:
    """Money that a vendor has twice is no credit note document: no run takes it off by itself."""
    account = await office.a_bank_account()
    vendors = [await office.a_vendor(), await office.a_vendor("Holz GmbH")]
    numbers = ("RE-1", "RE-2", "RE-3")
    invoices = [
        await office.an_invoice(vendors[at // 2], number) for at, number in enumerate(numbers)
    ]
    lines = [
        {"account_number": "3300", "debit": 300, "credit": 0, "partner_id": vendors[0]},
        {"account_number": "2800", "debit": 0, "credit": 300},
    ]
    paid = {"booking_date": "2026-03-03", "description": "Doppelt bezahlt", "lines": lines}
    assert (await office.post("/v1/bookings", paid)).status_code == 201

    made = (await office.post(RUNS, body(account, invoices, net_credit_notes=True))).json()

    told = [(each["amount"], each["vendor_credit"]) for each in made["items"]]
    assert told == [("120.00", "300.00"), ("120.00", "300.00"), ("120.00", "0.00")]


async def test_a_vendors_credit_is_told_as_what_it_is(office: Office) -> None:
    """A document, the rest of a payment, money that settles nothing, a booking."""
    account = await office.a_bank_account()
    vendor = await office.a_vendor()
    overpaid = await office.an_invoice(vendor, "RE-1")
    invoice_id = await office.an_invoice(vendor, "RE-2")
    credit = await a_credit_note(office, vendor, "GS-1")
    owed = (await office.get("/v1/open-items", vendor_id=vendor)).json()
    item = next(each for each in owed if each["invoice_id"] == overpaid)
    of_vendor = {"account_number": "3300", "credit": 0, "partner_id": vendor}
    settled = [{"open_item_id": item["open_item_id"], "amount": 120}]
    for lines in (
        [of_vendor | {"debit": 150, "settles": settled}, _credit("2800", 150)],
        [of_vendor | {"debit": 60}, _credit("2800", 60)],
        [of_vendor | {"debit": 7}, _credit("5000", 7)],
    ):
        booked = {"booking_date": "2026-03-03", "description": "Beleg", "lines": lines}
        assert (await office.post("/v1/bookings", booked)).status_code == 201

    wanted = body(account, [invoice_id], net_credit_notes=False)
    (paid,) = (await office.post(RUNS, wanted)).json()["items"]

    told = {each["kind"]: each["amount"] for each in paid["vendor_credits"]}
    sums = {"overpaid": "30.00", "payment": "60.00", "booked": "7.00", "credit_note": "24.00"}
    assert told == sums
    assert paid["vendor_credit"] == "121.00"
    assert credit in {each["invoice_id"] for each in paid["vendor_credits"]}


async def a_credit_note(office: Office, vendor_id: str, number: str) -> str:
    """A credit note over 24.00 in the books."""
    lines = [
        {"account_number": "3300", "debit": 24, "credit": 0, "partner_id": vendor_id},
        {"account_number": "6815", "debit": 0, "credit": 24},
    ]
    totals = {"total_net": "-24.00", "total_tax": "0", "total_gross": "-24.00"}
    line = {
        "position": 1,
        "description": "Papier zurück",
        "quantity": 1,
        "unit_price": "-24.00",
        "tax_rate": 0,
        "tax_amount": "0",
        "line_total": "-24.00",
        "account_number": "6815",
    }
    intent_id = await office.a_booking(number, lines=lines)
    return await office.an_invoice(
        vendor_id, number, booked=False, lines=[line], intent_id=intent_id, **totals
    )


def _credit(account: str, amount: int) -> dict[str, object]:
    return {"account_number": account, "debit": 0, "credit": amount}


async def test_the_page_of_a_run_tells_both(office: Office) -> None:
    """To who approves it, with the way to the bank account where the money left."""
    account = await office.a_bank_account()
    vendor = await office.a_vendor()
    invoice_id = await office.an_invoice(vendor, "RE-2026-1")
    lines = [
        {"account_number": "3300", "debit": 300, "credit": 0, "partner_id": vendor},
        {"account_number": "2800", "debit": 0, "credit": 300},
    ]
    paid = {"booking_date": "2026-03-03", "description": "Doppelt bezahlt", "lines": lines}
    assert (await office.post("/v1/bookings", paid)).status_code == 201
    moved = {"tx_date": "2026-03-05", "amount": -120, "reference": "RE-2026-1"}
    sent = {"bank_account_id": account, "transactions": [moved]}
    assert (await office.post("/v1/bank-transactions", sent)).json()["imported"] == 1
    made = (await office.post(RUNS, body(account, [invoice_id]))).json()

    browser = await Plain(office.http, office.tenant, "approver").sign_in("en")
    page = await browser.go(f"/payments/{made['id']}")

    words = " ".join(page.page.text_content().split())
    assert "120.00 left the bank on " in words
    assert "as an advance or twice: 300.00 that this run does not take off" in words
    assert page.page.xpath(f"//td//a[@href='/bank/{account}']")
