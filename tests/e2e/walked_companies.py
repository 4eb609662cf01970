"""The companies of a walk: those of a stack, one of three rows, one of 3,000, one of long names."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import create_engine, make_url

from deploy.stack.caller import Caller
from deploy.stack.home import kept_secret
from deploy.stack.people import Principal
from domain.database.session import engine
from domain.ledger.chart import Chart
from tests.benchmarks import bulk, lists
from tests.benchmarks.journals import indexed
from tests.builders import another_tenant
from tests.e2e.test_bank_pages import DAY, IBAN, owed, statement
from tests.servers import Database

Principals = list[dict[str, Any]]

ROWS = 3_000
LONG = "Österreichisch-Niederländische Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbaugesellschaft mbH"  # noqa: E501
WORD = "Vergabe4711-" + "XQ7" * 30
_NOISE = b"%PDF-1.7\nno pages follow"


def of(home: Path, stack: dict[str, Any]) -> Iterator[tuple[str, Principals]]:
    """Names and people; what the stack does not list is made at the first walk."""
    yield "first", stack["principals"]
    yield "second", stack["other_tenant"]["principals"]
    kept = home / "walked.json"
    known: dict[str, Principals] = json.loads(kept.read_text()) if kept.exists() else {}
    for name, fill in _FILLED.items():
        if name not in known:
            known[name] = _made(home, stack, fill)
            kept.write_text(json.dumps(known))
        yield name, known[name]


def _made(home: Path, stack: dict[str, Any], fill: Callable[..., None]) -> Principals:
    app = make_url(stack["database_url"]).set(drivername="postgresql+psycopg")
    owner = app.set(username="belegfluss_owner", password=kept_secret(home, "owner"))
    database = Database(engine(app.render_as_string(hide_password=False)), create_engine(owner))
    chart = Chart.AT_EKR if fill is _many else Chart.DE_SKR04
    tenant = another_tenant(database, chart)
    people = [_listed(each) for each in tenant.people.values()]
    fill(database, tenant, Caller(stack["api_url"], people[0]))
    database.engine.dispose()
    database.owner_engine.dispose()
    return people


def _listed(person: Principal) -> dict[str, Any]:
    listed = asdict(person)
    del listed["user_id"]
    return listed


def _many(database: Database, tenant: Any, caller: Caller) -> None:
    bulk.fill(database, tenant, ROWS * 8)
    indexed(database, tenant)
    lists.fill(database, tenant, ROWS)


def _three(database: Database, tenant: Any, caller: Caller) -> None:
    _books(caller, ("Papier Huber GmbH", "Stadtwerke Ost", "Druckerei Weser OHG"), "RE-{}")


def _hard(database: Database, tenant: Any, caller: Caller) -> None:
    """Long names and words without a break, sums of nine digits, documents that are none."""
    _books(caller, (LONG, WORD, f"{LONG} {WORD}"[:200]), WORD[:40] + "-{}", 123_456_789)
    for number in range(3):
        name = f"{WORD[:90]} {number} Rechnung über Leistungen laut Anhang.pdf"
        try:
            caller.upload("/v1/inbox", name, _NOISE + bytes([65 + number]))
        except (httpx.HTTPError, AssertionError):
            continue


def _books(caller: Caller, names: tuple[str, ...], number: str, gross: int = 119) -> None:
    account = {"name": names[0][:60], "iban": IBAN, "account_number": "1800"}
    caller.post("/v1/bank-accounts", account)
    moved = []
    for at, name in enumerate(names):
        vendor = caller.post("/v1/vendors", {"name": name, "iban": IBAN})["id"]
        owed(caller, vendor, number.format(at), gross + at)
        moved.append((f"-{gross + at}.00", name[:70], number.format(at) + " " + name))
        caller.post("/v1/customers", {"name": name})
    content = statement("1", DAY - timedelta(days=1), "999999999.00", *moved)
    caller.upload("/v1/bank-transactions/import-file", "1.xml", content)


_FILLED: dict[str, Callable[..., None]] = {"hard": _hard, "three": _three, "many": _many}
