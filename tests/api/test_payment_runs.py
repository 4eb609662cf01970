"""Payment runs over HTTP, with a worker on real Temporal and a real database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import httpx
import pytest
from lxml import etree
from sqlalchemy import text
from temporalio.client import Client

from activities.payments import PostgresPayments
from api.main import create_app
from api.settings import Settings
from domain.formats.camt_writer import write_statement
from domain.formats.pain001 import Version, check
from domain.formats.statement import Statement, StatementLine
from domain.store.transaction import reading
from tests.api.payables_http import Office
from tests.builders import another_tenant
from tests.invariants import check_books
from tests.servers import Database
from tests.workflows.running import serving
from worker.registry import steps_of
from workflows.payment_run import PaymentRun

RUNS = "/v1/payment-runs"
SOON = (datetime.now(UTC) + timedelta(days=7)).date()


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
    with reading(office.database.engine, office.tenant.id) as session:
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
    with reading(office.database.engine, office.tenant.id) as session:
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
    """Unknown, unbooked, without IBAN, in the past, of nobody."""
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
    confirmed = await office.post(f"/v1/vendors/{vendor_id}/confirm-iban", who="approver")
    approved = await office.post(f"{RUNS}/{run['id']}/approve", who="approver")

    assert codes(stopped, own) == [(409, "PAYEE_NOT_CONFIRMED"), (403, "SELF_APPROVAL_DENIED")]
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
