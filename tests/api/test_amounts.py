"""Amounts on the wire: what comes in has a limit, what adds up has none."""

import importlib
import pkgutil
from collections.abc import Iterator
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter, ValidationError

import api.schemas
from api.schemas.types import BodyIn, Money, MoneyIn
from tests.api.callers import Caller, booking, caller
from tests.builders import another_tenant
from tests.servers import Database

MOST = "999999999999.99"


@pytest.fixture
def rich(http: TestClient, database: Database) -> Caller:
    """A company whose bank has more than one booking can move."""
    who = caller(http, another_tenant(database))
    lines = [
        {"account_number": "2800", "debit": MOST, "credit": 0},
        {"account_number": "2800", "debit": 0.02, "credit": 0},
        {"account_number": "4000", "debit": 0, "credit": MOST},
        {"account_number": "4000", "debit": 0, "credit": 0.02},
    ]
    assert who.post("/v1/bookings", booking(lines=lines)).status_code == 201
    return who


def test_sums_beyond_the_limit_of_an_amount_are_shown(rich: Caller) -> None:
    """What was booked can be read, to the cent."""
    first = rich.get("/v1/journal").json()["entries"][0]
    shown = rich.get(f"/v1/journal/{first['intent_id']}").json()["summary"]
    statement = rich.get("/v1/accounts/2800/entries").json()

    assert shown["total_debit"] == 1000000000000.01
    assert statement["balance"] == 1000000000000.01
    assert statement["entries"][-1]["running_balance"] == 1000000000000.01


@pytest.mark.parametrize("kind", ["susa", "guv", "bilanz", "bwa", "vat_return", "cash_flow"])
def test_reports_show_such_sums(rich: Caller, kind: str) -> None:
    """No report breaks over them."""
    days = {"startDate": "2026-01-01", "endDate": "2026-12-31"}
    answer = rich.get("/v1/reports", type=kind, **days)

    assert answer.status_code == 200, answer.text
    assert kind == "vat_return" or "1000000000000.01" in answer.text


def test_a_repeated_call_shows_the_same_sum(rich: Caller) -> None:
    """From the first answer, which was kept."""
    rows = [
        {"account_number": number, "account_name": "", "debit": debit, "credit": credit}
        for number, debit, credit in (
            ("2800", MOST, 0), ("2810", MOST, 0), ("3500", 0, MOST), ("3300", 0, MOST)
        )
    ]  # fmt: skip
    body = {"booking_date": "2026-01-01", "balances": rows}
    answers = [rich.post("/v1/bookings/opening-balances", body, key="big") for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 200], answers[0].text
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["total_debit"] == 1999999999999.98


def test_what_comes_in_has_its_limit() -> None:
    """No body takes an amount of the kind that leaves."""
    unlimited = TypeAdapter(Money)
    assert unlimited.validate_python(Decimal(10) ** 12) == Decimal(10) ** 12
    with pytest.raises(ValidationError):
        TypeAdapter(MoneyIn).validate_python(Decimal(10) ** 12)
    for odd in (Decimal("NaN"), Decimal("Infinity"), Decimal("0.001"), True, "1,5"):
        with pytest.raises(ValidationError):
            unlimited.validate_python(odd)

    for module in pkgutil.iter_modules(api.schemas.__path__):
        importlib.import_module(f"api.schemas.{module.name}")
    loose = [
        f"{each.__name__}.{name}"
        for each in _bodies(BodyIn)
        for name, field in each.model_fields.items()
        if "_summed" in repr((field.annotation, field.metadata))
    ]
    assert loose == []


def _bodies(kind: type[BodyIn]) -> Iterator[type[BodyIn]]:
    for each in kind.__subclasses__():
        yield each
        yield from _bodies(each)
