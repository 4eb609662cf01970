"""Pages for people, held against what the API needs to tell the same facts.

Both are whole requests to the application in this process, without a network: a page knows its
person by a cookie and is rendered; the limit is the sum of the calls of the API, by a key, that a
client would make to draw it with its frame (who one is, and how much waits where); beside it
stands the ratio to the calls for the page alone. Times are medians and 95th percentiles of
requests one after the other, the two by turns; the books have as many documents, movements and
invoices as they are told, ten times as many journal entries, and a statement for each account and
day. The case is of one of two hundred vendors.
Pictures are of documents that nobody has looked at, drawn in processes of their own, and each is
asked for once more, from what is kept.
"""

import asyncio
import json
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from uuid import UUID

import httpx
from sqlalchemy import Connection, event, text
from sqlmodel import Session

from api.main import create_app
from api.settings import Settings
from domain.database.session import read_session, write_session
from domain.intake import review_views
from tests.benchmarks import bulk, journals, lists
from tests.benchmarks.journals import BANK
from tests.builders import Tenant, another_tenant
from tests.cases import a_case
from tests.corpus import DOCUMENTS
from tests.servers import Database, cloned, migrated_cluster

SIZE = 100_000
ENTRIES_EACH = 10
ROUNDS = 20
GOAL = "ms; ratio is the page to the API, to be at most 2"
PICTURES = "ms; cold to be at most 150, cached at most 10"
_QUEUE = "/v1/invoice-review-cases"
_FRAME = (
    "/v1/me",
    f"{_QUEUE}?limit=1",
    "/v1/bank-transactions/unreconciled-count",
)
_TEXT = DOCUMENTS / "text_507.pdf"


# Each account has a statement of each day, and one follows the other.
_STATEMENTS = """
WITH batch AS (
    INSERT INTO bank_import (tenant_id, id, source, total_rows, imported, skipped_duplicates,
        errors, created_at)
    VALUES (:tenant, gen_random_uuid(), 'file', 0, 0, 0, '[]', now()) RETURNING id),
day AS (
    SELECT bank_account_id, tx_date, count(*) AS entries, sum(amount) AS moved,
        sum(sum(amount)) OVER (PARTITION BY bank_account_id ORDER BY tx_date) AS closing
    FROM bank_transaction WHERE tenant_id = :tenant GROUP BY 1, 2)
INSERT INTO bank_statement (tenant_id, id, bank_account_id, batch_id, ordinal, kind, name, currency,
    opening, closing, first_day, last_day, entries, is_closed, digest, evidence_digest, created_at)
SELECT :tenant, gen_random_uuid(), d.bank_account_id, b.id, 1, 'statement', d.tx_date, 'EUR',
    d.closing - d.moved, d.closing, d.tx_date, d.tx_date, d.entries, true, md5(d.tx_date::text),
    md5(d.tx_date::text), now()
FROM day d, batch b
"""
_OF_A_VENDOR = """
UPDATE review_case SET queue_state = 'approval', vendor_id = :vendor,
    normalized_invoice = CAST(:invoice AS jsonb)
WHERE id = :case
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A page, and what the API says of the same."""

    name: str
    page: str
    calls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody with a browser and a key, before books of some size."""

    http: httpx.AsyncClient
    tenant: Tenant
    key: str
    statements: list[str]

    async def sign_in(self) -> None:
        """Come in through the gate; a cookie stays."""
        person = self.tenant.people["admin"]
        told = {"email": person.email, "password": person.password}
        answer = await self.http.post("/login", data=told)
        assert answer.status_code == 303, answer.text

    async def page(self, address: str) -> int:
        """Bytes of a page."""
        return len((await self._got(address, {})).content)

    async def told(self, calls: Sequence[str]) -> int:
        """Bytes of what the API answers, call after call."""
        headers = {"Authorization": f"Bearer {self.key}"}
        return sum([len((await self._got(each, headers)).content) for each in calls])

    async def _got(self, address: str, headers: Mapping[str, str]) -> httpx.Response:
        answer = await self.http.get(address, headers=headers)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return answer


def benchmarks(database: Database, size: int = SIZE) -> Iterator[dict[str, object]]:
    """Every page that shows books, then pictures."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as loop:
        tenant, case = filled(database, size)
        told = {"database_url": database.url, "blob_url": Path(folder).as_uri()}
        told |= {"log_level": "ERROR", "seal_keys": b64encode(b"s" * 32).decode()}
        app = create_app(Settings.model_validate(told))
        statements: list[str] = []
        event.listen(
            app.state.engine, "before_cursor_execute", lambda *said: statements.append(said[2])
        )
        http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://test", timeout=120
        )
        desk = Desk(http, tenant, tenant.people["admin"].api_key, statements)
        loop.run(desk.sign_in())
        for each in cases(database, tenant, case):
            yield loop.run(_compared(desk, each, size))
        yield loop.run(_pictured(desk, size))
        loop.run(http.aclose())
        app.state.engine.dispose()


def filled(database: Database, size: int) -> tuple[Tenant, UUID]:
    """A company with books of a size, and one case whose document is there, too."""
    tenant = another_tenant(database)
    bulk.fill(database, tenant, size * ENTRIES_EACH * 4 // 5 // 8 * 8)
    journals.indexed(database, tenant)
    lists.fill(database, tenant, size)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        case = a_case(session)
    with database.owner_engine.begin() as owner:
        owner.execute(
            text("SELECT set_config('app.tenant_id', :tenant, true)"), {"tenant": str(tenant.id)}
        )
        (vendor,) = _first(owner, "vendor", "id")
        # Of a day of its own: all others would be its duplicates.
        invoice = json.dumps({**lists.an_invoice().to_json(), "invoice_date": "2025-06-30"})
        owner.execute(text(_STATEMENTS), {"tenant": tenant.id})
        owner.execute(text(_OF_A_VENDOR), {"vendor": vendor, "invoice": invoice, "case": case})
    return tenant, case


def cases(database: Database, tenant: Tenant, case: UUID) -> Iterator[Case]:
    """Every page that shows books."""
    with read_session(database.engine, tenant.id) as session:
        document_id = review_views.case(session, case).document_id
        (intent,) = _first(session, "intent", "intent_id")
        (vendor,) = _first(session, "vendor", "id")
        # On the first one all that the journal moves would wait for a movement of the bank.
        (account,) = _first(session, "bank_account", "id", "account_number = '2801'")
    mine = f"{_QUEUE}/{case}"
    yield Case("start", "/", (
        "/v1/payables/ingestion-log?limit=8", "/v1/payment-runs",
        "/v1/payment-runs/eligible-invoices", "/v1/reports/monthly-revenue-expenses",
        "/v1/users",
    ))  # fmt: skip
    yield Case("start: what falls due", "/figures", ("/v1/payment-runs/eligible-invoices",))
    yield Case("inbox", "/inbox", (f"{_QUEUE}?limit=50", "/v1/payables/ingestion-log?limit=20"))
    yield Case("a case", f"/cases/{case}", (
        mine, f"{mine}/posting-preview", f"{mine}/comments", f"{mine}/assignment",
        f"{_QUEUE}/assignees", f"/v1/documents/{document_id}", "/v1/tax-codes", "/v1/users",
    ))  # fmt: skip
    yield Case("payments", "/payments", (
        "/v1/payment-runs", "/v1/payment-runs/eligible-invoices", "/v1/bank-accounts",
    ))  # fmt: skip
    yield Case("payments: the calendar", "/payments/calendar", (
        "/v1/payment-runs/eligible-invoices", "/v1/outgoing-invoices/open-items",
    ))  # fmt: skip
    yield from _of_bank(account)
    yield Case("vendors", "/vendors", ("/v1/vendors", "/v1/invoices/open-items"))
    yield Case("a vendor", f"/vendors/{vendor}", (
        f"/v1/vendors/{vendor}", f"/v1/invoices?vendor_id={vendor}&limit=20",
        f"/v1/vendors/{vendor}/vat-treatment", f"/v1/vendors/{vendor}/learned-values",
    ))  # fmt: skip
    yield Case("customers", "/customers", ("/v1/customers", "/v1/outgoing-invoices/open-items"))
    yield Case("journal", "/journal", ("/v1/journal?limit=100",))
    yield Case("an intent", f"/journal/{intent}", (f"/v1/journal/{intent}",))
    yield Case("accounts", "/accounts", ("/v1/accounts",))
    yield Case("an account", f"/accounts/{BANK}", (f"/v1/accounts/{BANK}/entries?limit=100",))
    yield Case("a period", "/periods/2025-03", (
        "/v1/periods", "/v1/periods/2025-03/lock/status", "/v1/users",
    ))  # fmt: skip
    yield Case("a period: its checks", "/periods/2025-03/checks", tuple(
        f"/v1/reports?type={kind}&startDate=2025-03-01&endDate=2025-03-31"
        for kind in ("vat_return", "open_items_payable", "open_items_receivable")
    ))  # fmt: skip
    yield from _of_reports()
    yield from _of_settings()


def _of_reports() -> Iterator[Case]:
    for kind, name in (
        ("trial-balance", "trial_balance"), ("balance-sheet", "bilanz"), ("vat", "vat_return"),
        ("payables", "open_items_payable"), ("receivables", "open_items_receivable"),
    ):  # fmt: skip
        first, last = "2025-03-01" if kind == "vat" else "2025-01-01", "2025-03-31"
        page = f"/reports/{kind}?from={first}&to={last}"
        told = f"/v1/reports?type={name}&startDate={first}&endDate={last}"
        yield Case(f"report: {kind}", page, (told,))


def _of_settings() -> Iterator[Case]:
    yield Case("audit", "/audit", ("/v1/audit", "/v1/users"))
    yield Case("people", "/settings/people", ("/v1/users",))
    yield Case("tax codes", "/settings/tax-codes", ("/v1/tax-codes",))
    yield Case("company", "/settings/company", ("/v1/tenant",))


def _of_bank(account: object) -> Iterator[Case]:
    yield Case("bank accounts", "/bank", (
        "/v1/bank-accounts", f"/v1/bank-accounts/{account}/reconciliation",
    ))  # fmt: skip
    waiting = f"/v1/bank-transactions?bank_account_id={account}&status=unreconciled&limit=100"
    yield Case("a bank account", f"/bank/{account}", (
        waiting, f"/v1/bank-accounts/{account}/reconciliation",
    ))  # fmt: skip
    yield Case("what movements may pay", f"/bank/{account}/proposed", (
        waiting, f"/v1/bank-transactions/proposals?bank_account_id={account}&limit=100",
    ))  # fmt: skip


def _first(
    session: Session | Connection, table: str, columns: str, which: str = "true"
) -> tuple[object, ...]:
    query = f"SELECT {columns} FROM {table} WHERE tenant_id = current_tenant() AND {which} LIMIT 1"  # noqa: S608 (our own words)
    return tuple(session.execute(text(query)).one())


async def _compared(desk: Desk, case: Case, size: int) -> dict[str, object]:
    """Interleaved: what slows the machine down slows both."""
    for _ in range(3):
        await desk.page(case.page), await desk.told((*_FRAME, *case.calls))
    desk.statements.clear()
    weight = await desk.page(case.page)
    statements = _of_books(desk.statements)
    pages, facts, frames = [], [], []
    for _ in range(ROUNDS):
        frames.append(await _timed(lambda: desk.told(_FRAME)))
        facts.append(await _timed(lambda: desk.told(case.calls)))
        pages.append(await _timed(lambda: desk.page(case.page)))
    whole = _spread([sum(each) for each in zip(frames, facts, strict=True)])
    ms, alone = _spread(pages), _spread(facts)
    return {
        "name": f"page: {case.name}",
        "limit": "calls of the API: " + ", ".join(each.partition("?")[0] for each in case.calls),
        "unit": GOAL,
        "documents": size,
        "statements": statements,
        "kB": round(weight / 1000, 1),
        "ms": ms,
        "limit_ms": whole,
        "ratio": {name: round(ms[name] / whole[name], 2) for name in ms},
        "ratio_without_frame": {name: round(ms[name] / alone[name], 2) for name in ms},
    }


async def _pictured(desk: Desk, size: int) -> dict[str, object]:
    """The first page of documents that differ in a byte; the first ones wake the processes."""
    headers = {"Authorization": f"Bearer {desk.key}"}
    cold: list[float] = []
    cached: list[float] = []
    for number in range(ROUNDS + 2):
        content = _TEXT.read_bytes() + b"\n%%%d" % number
        files = {"file": ("Beleg.pdf", content, "application/pdf")}
        stored = await desk.http.post("/v1/documents", files=files, headers=headers)
        assert stored.status_code == 200, stored.text
        address = f"/v1/documents/{stored.json()['id']}/pages/1?width=900"
        for times in (cold, cached):
            times.append(await _timed(lambda at=address: desk.told((at,))))  # type: ignore[misc]
    return {
        "name": "picture of a page",
        "unit": PICTURES,
        "documents": size,
        "cold_ms": _spread(cold[2:]),
        "cached_ms": _spread(cached[2:]),
    }


async def _timed(act: Callable[[], Awaitable[int]]) -> float:
    begin = time.perf_counter()
    assert await act()
    return (time.perf_counter() - begin) * 1000


def _spread(times: Sequence[float]) -> dict[str, float]:
    return {"p50": round(median(times), 2), "p95": round(quantiles(times, n=20)[-1], 2)}


def _of_books(statements: Sequence[str]) -> int:
    """Statements but those that begin and bound a session."""
    return sum(
        1
        for each in statements
        if not each.lstrip().upper().startswith(("SET", "SELECT SET_CONFIG"))
    )


def main(size: int) -> None:
    """These alone: `python -m tests.benchmarks.pages [documents]`."""
    with (
        tempfile.TemporaryDirectory() as folder,
        migrated_cluster(Path(folder), durable=True) as server,
        cloned(server) as database,
    ):
        for each in benchmarks(database, size):
            sys.stdout.write(json.dumps(each) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else SIZE)
