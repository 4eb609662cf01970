"""Days are written YYYY-MM-DD wherever they are sent; a number is no day."""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter, ValidationError

import api.schemas
from api.schemas.types import BodyIn
from tests.api.callers import Caller, booking, caller
from tests.builders import Tenant

NO_DAYS = [0, 1767916800, "0", "1767916800", "20260109", "2026-01-09T00:00:00Z", "2026-1-9", ""]
BODIES: list[tuple[str, str, dict[str, Any]]] = [
    ("/v1/bookings", "booking_date", booking()),
    ("/v1/bookings", "supply_date", booking()),
    (
        "/v1/transactions",
        "date",
        {"type": "expense", "amount": 1, "description": "Papier", "date": "2026-01-09"},
    ),
    (
        "/v1/tax-codes",
        "valid_from",
        {"code": "MY20", "label": "Own", "rate": 20, "vat_account": "2500"},
    ),
]
QUERIES = [
    ("/v1/accounts/2800/entries", "startDate", {}),
    ("/v1/accounts/2800/entries", "endDate", {}),
    ("/v1/journal", "startDate", {}),
    ("/v1/journal", "endDate", {}),
    ("/v1/reports", "startDate", {"type": "susa"}),
    ("/v1/reports", "endDate", {"type": "susa"}),
    ("/v1/reports/datev-export", "startDate", {"endDate": "2026-12-31"}),
    ("/v1/transactions", "from_date", {}),
    ("/v1/transactions", "to_date", {}),
    ("/v1/transactions/summary", "from_date", {}),
    ("/v1/transactions/summary", "to_date", {}),
    ("/v1/bank-transactions", "start_date", {}),
    ("/v1/invoices", "end_date", {}),
]


@pytest.fixture
def admin(http: TestClient, tenant: Tenant) -> Caller:
    """Someone who may do everything."""
    return caller(http, tenant)


@pytest.mark.parametrize(("path", "field", "body"), BODIES)
def test_a_body_has_days_as_they_are_written(
    admin: Caller, path: str, field: str, body: dict[str, Any]
) -> None:
    """1767916800 would have been booked on a ninth of January that nobody wrote."""
    for value in NO_DAYS:
        refused = admin.post(path, body | {field: value})
        assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT"), value
        assert [each["pointer"] for each in refused.json()["errors"]] == [f"/{field}"]
    assert admin.post(path, body | {field: "2026-01-09"}).status_code == 201


@pytest.mark.parametrize(("path", "field", "query"), QUERIES)
def test_a_query_has_days_as_they_are_written(
    admin: Caller, path: str, field: str, query: dict[str, str]
) -> None:
    """The wrong form is told; it is not the first of January 1970."""
    for value in NO_DAYS:
        refused = admin.get(path, **query, **{field: value})
        assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT"), value
        assert refused.json()["errors"][0]["pointer"] == f"query/{field}"
    assert admin.get(path, **query, **{field: "2026-01-09"}).status_code in {200, 404}


@pytest.mark.parametrize("day", ["0206-01-09", "1899-12-31", "3000-01-01"])
def test_a_transaction_has_a_day_that_can_be_meant(admin: Caller, day: str) -> None:
    """As a booking has."""
    refused = admin.post("/v1/transactions", BODIES[2][2] | {"date": day})
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT")


FOR_EVER = {"valid_from", "valid_to", "small_business_until"}
"""Days between which something holds: the end of all days is one."""


def test_no_body_takes_a_day_that_nothing_can_be_about() -> None:
    """A day that is far from all others breaks what counts from it, for the whole company."""
    for module in pkgutil.iter_modules(api.schemas.__path__):
        importlib.import_module(f"api.schemas.{module.name}")
    days = [
        (f"{each.__name__}.{name}", TypeAdapter(field.rebuild_annotation()))
        for each in _bodies(BodyIn)
        for name, field in each.model_fields.items()
        if "datetime.date" in repr(field.annotation) and name not in FOR_EVER
    ]
    loose = [
        name
        for name, kind in days
        for day in (date.min, date(206, 1, 9), date(3000, 1, 1), date.max)
        if _takes(kind, day)
    ]
    assert len(days) > 20
    assert loose == []
    assert all(_takes(kind, date(2026, 1, 9)) for _, kind in days)


def _bodies(kind: type[BodyIn]) -> Iterator[type[BodyIn]]:
    for each in kind.__subclasses__():
        yield each
        yield from _bodies(each)


def _takes(kind: TypeAdapter[Any], day: date) -> bool:
    try:
        kind.validate_python(str(day))
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_no_rate_is_known_at_the_end_of_all_days(admin: Caller, day: str) -> None:
    """There are no days before the first one to look for it."""
    none = admin.get("/v1/exchange-rates", currency="USD", before=day)
    assert (none.status_code, none.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("period", ["0206-03", "0001-01", "9999-12", "9999-P13"])
def test_a_period_has_a_year_that_can_be_meant(admin: Caller, period: str) -> None:
    """None is made of a slip, to stand among the others for ever."""
    refused = admin.post(f"/v1/periods/{period}/soft-lock")
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT")
    assert period not in [each["period"] for each in admin.get("/v1/periods").json()]
