"""Real answers of the books say what the contract says: fields, types, forms; limits hold."""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from temporalio.client import Client

from activities.period_lock import PostgresPeriods
from api.main import create_app
from api.settings import Settings
from tests.api.callers import booking
from tests.builders import Tenant
from tests.servers import Database
from tests.workflows.running import serving
from worker.registry import steps_of
from workflows.period_lock.workflow import PeriodLock

Spec = dict[str, Any]

CONTRACT: list[Spec] = json.loads(Path(__file__).with_name("endpoints.json").read_text("utf-8"))
SECTIONS = {"Journal", "Periods", "Reports", "Transactions"}
BOOKS = {
    f"{entry['method']} {entry['path']}": entry
    for entry in CONTRACT
    if (entry["section"] in SECTIONS and not entry["path"].startswith("/v1/documents"))
    or entry["path"].startswith("/v1/tax-codes")
}
PATHS = {
    "/v1/accounts/{number}/entries": "/v1/accounts/2800/entries",
    "/v1/journal/{intent_id}": None,
    "/v1/transactions/{transaction_id}": None,
    "/v1/periods/{period}/lock/status": "/v1/periods/2026-03/lock/status",
}
NEEDED = {
    "/v1/reports": {"type": "susa"},
    "/v1/reports/datev-export": {"startDate": "2026-01-01", "endDate": "2026-12-31"},
}
CUT = {("/v1/transactions", "per_page")}
"""What is cut to its maximum and not refused."""

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z")
_KINDS: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: type(value) is int,
    "number": lambda value: type(value) in {int, float},
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
_FORMS: Mapping[str, Callable[[Any], bool]] = {
    "uuid": lambda value: str(UUID(value)) == value,
    "date": lambda value: date.fromisoformat(value).isoformat() == value,
    "date-time": lambda value: _INSTANT.fullmatch(value) is not None,
    "money": lambda value: round(value, 2) == value,
}


@dataclass
class Walk:
    """Calls operations by the paths of the contract, and notes what answers differently."""

    http: httpx.AsyncClient
    tenant: Tenant
    called: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    async def call(
        self,
        operation: str,
        *,
        who: str = "admin",
        body: Any = None,
        query: Any = None,
        **path: str,
    ) -> Any:
        """Call, hold the answer against the contract, and give it."""
        entry = BOOKS[operation]
        answer = await self.http.request(
            entry["method"],
            entry["path"].format(**path),
            json=body,
            params=query,
            headers=self.headers(who),
        )
        assert answer.status_code == entry["status"], f"{operation}: {answer.text}"
        self.called.add(operation)
        if not answer.headers["Content-Type"].startswith("application/json"):
            return None
        shape: Spec = {"type": "object", "fields": entry["response_schema"]}
        if entry["response_array"]:
            shape = {"type": "array", "items": shape}
            assert answer.headers["X-Total-Count"] == str(len(answer.json()))
        self.wrong += differences(operation, shape, answer.json())
        return answer.json()

    def headers(self, who: str) -> dict[str, str]:
        """Headers of one of the people."""
        return {"Authorization": f"Bearer {self.tenant.people[who].api_key}"}


def differences(where: str, spec: Spec, value: Any) -> Iterator[str]:
    """Where a value is not what it should be."""
    if value is None:
        yield from () if spec.get("nullable") else (f"{where} is null",)
    elif not _KINDS[spec["type"]](value):
        yield f"{where} is {value!r}, no {spec['type']}"
    else:
        yield from _ill_formed(where, spec, value)
        for index, each in enumerate(value if "items" in spec else ()):
            yield from differences(f"{where}[{index}]", spec["items"], each)
        for name, inner in spec.get("fields", {}).items():
            if name in value:
                yield from differences(f"{where}.{name}", inner, value[name])
            elif inner.get("note") != "susa only":
                yield f"{where}.{name} is missing"


def _ill_formed(where: str, spec: Spec, value: Any) -> Iterator[str]:
    if "format" in spec and not _FORMS[spec["format"]](value):
        yield f"{where} is {value!r}, no {spec['format']}"
    if "enum" in spec and value not in [*spec["enum"], *spec.get("further_values", ())]:
        yield f"{where} is {value!r}"
    if len(str(value)) != spec.get("length", len(str(value))):
        yield f"{where} is {value!r}, of another length"


@pytest.fixture(scope="module")
async def service(database: Database, temporal: Client) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the application with a ledger worker behind it."""
    told = {"database_url": database.url, "log_level": "ERROR"}
    app = create_app(Settings.model_validate(told))
    worker = serving(temporal, [PeriodLock], steps_of(PostgresPeriods(database.engine)))
    async with app.router.lifespan_context(app), worker:
        app.state.temporal = temporal
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


@pytest.fixture
def walk(service: httpx.AsyncClient, tenant: Tenant) -> Walk:
    """Walk as the people of a tenant."""
    return Walk(service, tenant)


async def test_answers_are_as_agreed(walk: Walk) -> None:
    """Every operation of the books, called for real."""
    await _chart(walk)
    await _journal(walk)
    await _transactions(walk)
    await _reports(walk)
    await _periods(walk)
    assert walk.wrong == []
    assert set(BOOKS) - walk.called == set()


async def _chart(walk: Walk) -> None:
    account = {"number": "1234", "name": "Prototypen", "type": "asset"}
    await walk.call("POST /v1/accounts", body=account)
    await walk.call("GET /v1/accounts/search", query={"q": "28"})
    code = {"code": "UST-EIGEN", "label": "Eigene", "rate": 20, "vat_account": "3500"}
    await walk.call("POST /v1/tax-codes", body=code)
    await walk.call("PATCH /v1/tax-codes/{code}", code="ust-eigen", body={"label": "Neu"})
    await walk.call("DELETE /v1/tax-codes/{code}", code="UST-EIGEN")
    await walk.call("GET /v1/tax-codes", query={"include_inactive": "true"})
    listed = await walk.call("GET /v1/accounts", query={"limit": 1})
    assert (len(listed["accounts"]), listed["limit"], listed["offset"]) == (1, 1, 0)


async def _journal(walk: Walk) -> None:
    rows = [
        {"account_number": "2800", "account_name": "Bank", "debit": 900, "credit": 0},
        {"account_number": "9000", "account_name": "Kapital", "debit": 0, "credit": 900},
    ]
    opening = {"booking_date": "2026-01-01", "balances": rows}
    await walk.call("POST /v1/bookings/opening-balances", body=opening)
    fx = {"currency": "USD", "amount": 110, "rate": 1.1, "rate_date": "2026-03-02"}
    more = {"external_reference": "R-1", "custom_metadata": {"cost": 1}}
    body = booking(fx=fx | {"rate_source": "ECB"}, **more)
    booked = await walk.call("POST /v1/bookings", body=body)
    asked = {"intent_id": booked["intent_id"], "reason": "Falsch"}
    undone = await walk.call("POST /v1/journal/reverse", body=asked)
    for intent_id in (booked["intent_id"], undone["reversal_intent_id"]):
        await walk.call("GET /v1/journal/{intent_id}", intent_id=intent_id)
    await walk.call("GET /v1/journal")
    await walk.call("GET /v1/accounts/{number}/entries", number="2800")


async def _transactions(walk: Walk) -> None:
    accounts = []
    for number, iban in (("2800", "AT611904300234573201"), ("2810", "AT021100000012345678")):
        body = {"name": "Konto", "iban": iban, "account_number": number}
        opened = await walk.http.post("/v1/bank-accounts", json=body, headers=walk.headers("admin"))
        accounts.append(opened.json()["id"])
    plain = {"amount": 60, "description": "Papier", "date": "2026-03-02"}
    rich = {
        "type": "expense",
        "vat_rate": 20,
        "category": "office_supplies",
        "tags": ["a"],
        "notes": "n",
        "receipt_id": "rec_1",
        "payment_method": "card",
        "reference": {"type": "receipt", "id": "rec_1", "number": "7"},
    }
    ends = {"from_account_id": accounts[0], "to_account_id": accounts[1]}
    bodies = [plain | rich, plain | {"type": "income"}, plain | {"type": "transfer"} | ends]
    made = [await walk.call("POST /v1/transactions", body=body) for body in bodies]
    named = {"transaction_id": made[0]["data"]["id"]}
    await walk.call("GET /v1/transactions/{transaction_id}", **named)
    reason = {"reason": "Falsch"}
    await walk.call("POST /v1/transactions/{transaction_id}/reverse", body=reason, **named)
    await walk.call("GET /v1/transactions")
    march = {"from_date": "2026-03-01"}
    await walk.call("GET /v1/transactions/summary", query=march)


async def _reports(walk: Walk) -> None:
    year = {"startDate": "2026-01-01", "endDate": "2026-12-31"}
    for kind in ("guv", "bilanz", "susa", "trial_balance", "bwa"):
        found = await walk.call("GET /v1/reports", query={"type": kind, **year})
        whole = kind in {"susa", "trial_balance"}
        assert all(("closing_balance" in row) == whole for row in found), kind
    await walk.call("GET /v1/reports/monthly-revenue-expenses")
    await walk.call("GET /v1/reports/datev-export", query=year)


async def _periods(walk: Walk) -> None:
    for name in ("soft-lock", "reopen"):
        await walk.call(f"POST /v1/periods/{{period}}/{name}", period="2026-05")
    for period, decision in (("2026-05", "approve"), ("2026-06", "cancel")):
        await walk.call("GET /v1/periods/{period}/lock/status", period=period)
        asked = await walk.call("POST /v1/periods/{period}/lock", who="bookkeeper", period=period)
        await walk.call("GET /v1/periods/{period}/lock/status", period=period)
        operation = f"POST /v1/periods/{{period}}/lock/{{request_id}}/{decision}"
        named = {"period": period, "request_id": asked["request_id"]}
        await walk.call(operation, who="approver", **named)
    await walk.call("GET /v1/periods")


def edges() -> Iterator[tuple[str, str, Any, bool]]:
    """Path, parameter, value and whether it is taken: at each limit and one beyond it."""
    for entry in BOOKS.values():
        path = PATHS.get(entry["path"], entry["path"])
        if entry["method"] == "GET" and path:
            for name, spec in entry["query_schema"].items():
                for value, taken in _edges(spec):
                    is_cut = (path, name) in CUT and value == spec["maximum"] + 1
                    yield path, name, value, taken or is_cut


def _edges(spec: Spec) -> Iterator[tuple[Any, bool]]:
    if "minimum" in spec:
        yield from ((spec["minimum"], True), (spec["minimum"] - 1, False))
    if "maximum" in spec:
        yield from ((spec["maximum"], True), (spec["maximum"] + 1, False))
    if "max_length" in spec:
        yield from (("x" * spec["max_length"], True), ("x" * (spec["max_length"] + 1), False))
    for value in [*spec.get("enum", ()), *spec.get("further_values", ())]:
        yield value, True
    if "enum" in spec or spec["type"] in {"integer", "boolean"} or spec.get("format"):
        yield "nonsense", False
    if spec.get("format") == "date":
        yield from (("2026-02-28", True), ("2026-02-30", False))
    if spec.get("format") == "money":
        yield from (("0.01", True), ("0.001", False))


@pytest.mark.parametrize(("path", "name", "value", "taken"), list(edges()))
async def test_limits_are_as_agreed(
    walk: Walk, path: str, name: str, value: Any, *, taken: bool
) -> None:
    """What lies within is taken, what lies beyond is INVALID_INPUT and named."""
    query = {**NEEDED.get(path, {}), name: value}
    answer = await walk.http.get(path, params=query, headers=walk.headers("admin"))
    if taken:
        assert answer.status_code in {200, 404}, answer.text
    else:
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT")
        assert {each["pointer"] for each in answer.json()["errors"]} == {f"query/{name}"}


BODIES: Mapping[str, Spec] = {
    "POST /v1/accounts": {"number": "1", "name": "Konto", "type": "asset"},
    "POST /v1/bookings": booking(),
    "POST /v1/tax-codes": {"code": "A", "label": "Code", "rate": 20, "vat_account": "3500"},
}
UNIQUE = {"POST /v1/accounts": "number", "POST /v1/tax-codes": "code"}


def body_edges() -> list[tuple[str, str, Any, bool]]:
    """Operation, field, value and whether it is taken."""
    return [
        (operation, name, value, taken)
        for operation in BODIES
        for name, spec in BOOKS[operation]["body_schema"].items()
        if spec["type"] in {"string", "number"} and "format" not in spec
        for value, taken in _edges(spec)
    ]


@pytest.mark.parametrize(("operation", "name", "value", "taken"), body_edges())
async def test_limits_of_bodies_are_as_agreed(
    walk: Walk, operation: str, name: str, value: Any, *, taken: bool
) -> None:
    """A field at its limit is taken, one beyond is INVALID_INPUT and named."""
    body = BODIES[operation] | {name: value}
    key = UNIQUE.get(operation)
    if key is not None and key != name:
        body[key] = str(uuid4().int % 10**8)
    answer = await walk.http.post(operation[5:], json=body, headers=walk.headers("admin"))
    if taken:
        assert answer.status_code == 201, answer.text
    else:
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT")
        assert [each["pointer"] for each in answer.json()["errors"]] == [f"/{name}"]


@pytest.mark.parametrize("operation", BODIES)
async def test_what_is_needed_is_asked_for(walk: Walk, operation: str) -> None:
    """Each required field, by name."""
    needed = [n for n, spec in BOOKS[operation]["body_schema"].items() if spec["required"] is True]
    answer = await walk.http.post(operation[5:], json={}, headers=walk.headers("admin"))
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT")
    assert {each["pointer"] for each in answer.json()["errors"]} == {f"/{name}" for name in needed}
