"""Every plain write of the books, sent again: the first answer, or a refusal of another body."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from tests.api.callers import Caller, booking, caller
from tests.builders import Tenant, another_tenant
from tests.servers import Database

ACCOUNT = {"number": "1234", "name": "Prototypen", "type": "asset"}
CODE = {"code": "UST-EIGEN", "label": "Eigene", "rate": 20, "vat_account": "3500"}
EXPENSE = {"type": "expense", "amount": 12, "description": "Papier", "date": "2026-03-02"}
OPENING = {
    "booking_date": "2026-01-01",
    "balances": [
        {"account_number": "2800", "account_name": "Bank", "debit": 5, "credit": 0},
        {"account_number": "9000", "account_name": "Kapital", "debit": 0, "credit": 5},
    ],
}
LATER = {"booking_date": "2026-01-02"}

# Method, path, body, and what changes in another body; {intent} and {transaction} are made first.
WRITES: list[tuple[str, str, Any, Any]] = [
    ("POST", "/v1/accounts", ACCOUNT, {"name": "Muster"}),
    ("POST", "/v1/bookings", booking(), {"description": "Twice"}),
    ("POST", "/v1/bookings/batch", {"bookings": [booking()]}, {"bookings": [booking()] * 2}),
    ("POST", "/v1/bookings/opening-balances", OPENING, LATER),
    ("POST", "/v1/journal/reverse", {"intent_id": "{intent}"}, {"reason": "Falsch"}),
    ("POST", "/v1/transactions", EXPENSE, {"amount": 13}),
    ("POST", "/v1/transactions/{transaction}/reverse", {"reason": "Falsch"}, {"reason": "Doppelt"}),
    ("POST", "/v1/tax-codes", CODE, {"rate": 19}),
    ("PATCH", "/v1/tax-codes/UST20", {"label": "Umsatzsteuer"}, {"label": "USt"}),
    ("DELETE", "/v1/tax-codes/UST-ALT", None, None),
    ("POST", "/v1/periods/2026-05/soft-lock", None, None),
    ("POST", "/v1/periods/2026-04/reopen", None, None),
]


@pytest.fixture
def admin(http: TestClient, tenant: Tenant) -> Caller:
    """Someone who may do everything."""
    return caller(http, tenant)


@pytest.fixture
def made(admin: Caller) -> dict[str, str]:
    """What there is to be reversed, reopened and taken out of use."""
    admin.post("/v1/tax-codes", CODE | {"code": "UST-ALT"})
    admin.post("/v1/periods/2026-04/soft-lock")
    intent = admin.post("/v1/bookings", booking()).json()["intent_id"]
    transaction = admin.post("/v1/transactions", EXPENSE).json()["data"]["id"]
    return {"intent": intent, "transaction": transaction}


def sent(admin: Caller, method: str, path: str, body: Any, key: str) -> Response:
    """Call with a key."""
    headers = {"Authorization": f"Bearer {admin.key}", "Idempotency-Key": key}
    answer: Response = admin.http.request(method, path, json=body, headers=headers)
    return answer


@pytest.mark.parametrize(("method", "path", "body", "change"), WRITES)
def test_the_same_key_gets_the_first_answer(
    admin: Caller, made: dict[str, str], method: str, path: str, body: Any, change: Any
) -> None:
    """Once done, twice told; another body with the key is refused, and nothing is done."""
    body = {k: v.format(**made) if isinstance(v, str) else v for k, v in (body or {}).items()}
    path = path.format(**made)
    key = f"{method} {path}"
    first, again = (sent(admin, method, path, body or None, key) for _ in range(2))
    number = admin.get("/v1/journal", limit=1).json()["entries"][0]["journal_number"]
    other = sent(admin, method, path, {"else": 1} if change is None else {**body, **change}, key)

    assert first.status_code in {200, 201}, first.text
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    assert admin.get("/v1/journal", limit=1).json()["entries"][0]["journal_number"] == number


def test_a_call_is_known_by_numbers_of_any_length(admin: Caller) -> None:
    """The last of thirty digits tells two calls apart."""
    codes = [
        sent(admin, "POST", "/v1/bookings", booking(custom_metadata={"n": number}), "n").status_code
        for number in (10**30, 10**30, 10**30 + 1)
    ]
    assert codes == [201, 201, 409]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/bookings", booking()),
        ("/v1/bookings/batch", {"bookings": [booking()]}),
        ("/v1/bookings/opening-balances", OPENING | {"booking_date": "2026-03-02"}),
        ("/v1/transactions", EXPENSE),
    ],
)
def test_a_refusal_leaves_the_key_free(
    http: TestClient, database: Database, path: str, body: Any
) -> None:
    """What a lock refused is done by the same call once the period is open again."""
    admin = caller(http, another_tenant(database))
    admin.post("/v1/periods/2026-03/soft-lock")
    refused = [sent(admin, "POST", path, body, "k").status_code for _ in range(2)]
    admin.post("/v1/periods/2026-03/reopen")
    done = [sent(admin, "POST", path, body, "k") for _ in range(2)]

    assert refused == [400, 400]
    assert [answer.status_code in {200, 201} for answer in done] == [True, True]
    assert done[1].headers["Idempotent-Replayed"] == "true"
    assert admin.get("/v1/periods").json()[0]["booking_count"] == 1
