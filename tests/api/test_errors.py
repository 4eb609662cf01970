"""Whatever goes wrong is told as a problem document, and tells no secret."""

import io
import logging
from collections.abc import Iterator
from json import JSONDecodeError
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from prometheus_client import REGISTRY
from sqlalchemy import text

from api.http.dependencies import EngineDep
from api.http.errors import STATUS, status_of
from api.http.json_bodies import parsed
from api.http.observability import configure_logging
from api.main import create_app
from api.settings import Settings
from domain.errors import DomainError, Failed, refusals
from tests.api.callers import Caller, booking, caller
from tests.builders import Tenant
from tests.servers import Database

PRIVATE = "AT611904300234573201 eva@example.at ll_abcdefgh"
TRACE, UUID_ = "4bf92f3577b34da6a3ce929d0e0e4736", "0b9fd797-8a7e-4977-ae0d-e5eae7688021"


@pytest.fixture(scope="module")
def broken(app: FastAPI) -> Iterator[TestClient]:
    """An application with two operations that fail."""

    @app.get("/bug")
    def bug() -> None:
        raise RuntimeError(PRIVATE)

    @app.get("/query")
    def query(engine: EngineDep) -> None:
        with engine.connect() as connection:
            connection.execute(text("SELECT nothing nowhere FROM WHERE x = :x"), {"x": PRIVATE})

    with TestClient(app) as client:
        yield client


@pytest.fixture
def admin(http: TestClient, tenant: Tenant) -> Caller:
    """Someone who may do everything."""
    return caller(http, tenant)


@pytest.mark.parametrize("path", ["/bug", "/query"])
def test_a_bug_tells_nothing(broken: TestClient, path: str) -> None:
    """Neither the answer nor the log has a value, a statement or a trace."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(logging.getLogger().handlers[0].formatter)
    logging.getLogger().addHandler(handler)
    before = REGISTRY.get_sample_value("belegfluss_http_bugs_total") or 0
    answer = broken.get(path, headers={"X-Request-Id": TRACE})
    logging.getLogger().removeHandler(handler)
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_ERROR")
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"] == TRACE
    told = answer.text + heard.getvalue()
    assert "unexpected error" in heard.getvalue()
    assert REGISTRY.get_sample_value("belegfluss_http_bugs_total") == before + 1
    for word in ("eva@", "AT61", "ll_", "SELECT", "nowhere", "Traceback"):
        assert word not in told


async def test_whoever_hangs_up_in_a_body_is_no_bug(app: FastAPI) -> None:
    """The connection ends before the body does: 400, which nobody hears, and never 500."""
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/body",
        "raw_path": b"/body",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"9")],
        "client": ("192.0.2.1", 1),
        "scheme": "http",
        "http_version": "1.1",
        "server": ("127.0.0.1", 80),
        "root_path": "",
    }

    @app.post("/body")
    async def body(request: Request) -> int:
        return len(await request.body())

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)  # type: ignore[arg-type]

    assert [each.get("status") for each in sent if each["type"] == "http.response.start"] == [400]


def test_without_a_database_it_is_away() -> None:
    """503 with Retry-After, and no address."""
    url = "postgresql://someone:secret@127.0.0.1:1/x"
    app = create_app(Settings.model_validate({"database_url": url, "log_level": "ERROR"}))
    with TestClient(app) as client:
        for answer in (client.get("/readyz"), client.get("/v1/journal", headers=_bearer("ll_x"))):
            assert (answer.status_code, answer.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
            assert int(answer.headers["Retry-After"]) > 0
            assert "secret" not in answer.text
        assert client.get("/healthz").status_code == 200


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b'{"number": "1"}', "text/plain"),
        (b"\xff", "application/json"),
        (b'{"name": "a\\u0000b"}', "application/json"),
        (b'{"name": "\\ud800"}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"number": ' + b"9" * 5000 + b"}", "application/json"),
        (b"", "application/json"),
    ],
)
def test_odd_bodies_are_invalid_input(admin: Caller, content: bytes, media_type: str) -> None:
    """Malformed JSON, a wrong content type, text that cannot be stored."""
    headers = _bearer(admin.key) | {"Content-Type": media_type}
    answer = admin.http.post("/v1/accounts", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "number", ["1e301", "1e100000000", "-1e999999999", "1e-999999999", "1." + "1" * 400]
)
def test_numbers_beyond_reason_are_refused(number: str) -> None:
    """A few bytes that stand for gigabytes are never written out (BOUNDED)."""
    with pytest.raises(JSONDecodeError):
        parsed(f'{{"position": {number}}}'.encode())


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_nobody_wants_is_no_bug(admin: Caller, content: bytes) -> None:
    """Not even with a key, for which it is looked at; the same bytes are the same call."""
    headers = _bearer(admin.key) | {"Idempotency-Key": f"odd-{len(content)}-{content[:1]!r}"}
    answers = [
        admin.http.post("/v1/auth/logout", content=content, headers=headers) for _ in range(2)
    ]
    assert [each.status_code for each in answers] == [200, 200]
    assert answers[1].headers["Idempotent-Replayed"] == "true"


def test_bad_fields_are_pointed_at(admin: Caller) -> None:
    """Bodies by JSON pointer, queries by name; a misspelt field is named."""
    body = booking(tax_cod="x", lines=[{"account_number": "x", "debit": -1, "credit": 0}])
    pointers = {each["pointer"] for each in admin.post("/v1/bookings", body).json()["errors"]}
    assert pointers == {"/tax_cod", "/lines/0/account_number", "/lines/0/debit"}
    (bad,) = admin.get("/v1/journal", startDate="2026-13-01").json()["errors"]
    assert bad["pointer"] == "query/startDate"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/documents",
        "/v1/exchange-rates/import",
        "/v1/bank-transactions/import-file",
        f"/v1/bank-accounts/{UUID_}/upload",
        "/v1/payment-runs/status-reports",
        "/v1/inbox",
        "/v1/ocr/extract",
    ],
)
def test_a_misspelt_part_of_a_form_is_named(admin: Caller, path: str) -> None:
    """Who means an account by `bank_acount_id` must not hear that another one was filled."""
    answer = admin.http.post(
        path,
        files={"file": ("a.pdf", b"%PDF-1.7", "application/pdf")},
        data={"bank_acount_id": UUID_, "a/b": "1"},
        headers=_bearer(admin.key),
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT"), answer.text
    told = [(each["pointer"], each["detail"]) for each in answer.json()["errors"]]
    assert sorted(told) == [("/a~1b", "is not known"), ("/bank_acount_id", "is not known")]


@pytest.mark.parametrize(
    ("content", "media_type", "pointers"),
    [
        (f'{{"document_id": "{UUID_}", "documnt": 1}}', "application/json", ["/documnt"]),
        ('{"document_id": "x"}', "application/json", ["/document_id"]),
        ("{}", "application/json", ["/document_id"]),
        (f'{{"document_id": "{UUID_}"}}', "text/plain", [""]),
        (f'{{"document_id": "{UUID_}"}}', "application/x-www-form-urlencoded", [""]),
        ("{", "application/json", [""]),
        ("", "application/json", ["/document_id"]),
    ],
)
def test_what_is_to_be_read_is_asked_for_like_anything_else(
    admin: Caller, content: str, media_type: str, pointers: list[str]
) -> None:
    """The wrong field by name, and no JSON under another name."""
    headers = _bearer(admin.key) | {"Content-Type": media_type}
    answer = admin.http.post("/v1/ocr/extract", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT"), answer.text
    assert [each["pointer"] for each in answer.json()["errors"]] == pointers


def test_unknown_query_parameters_are_ignored(admin: Caller) -> None:
    """As the contract wants it."""
    assert admin.get("/v1/journal", whatever=1).status_code == 200


@pytest.mark.parametrize("value", ["a\0b", "x" * 201])
def test_odd_queries_are_invalid_input(admin: Caller, value: str) -> None:
    """What the database cannot take is the caller's error, not ours."""
    assert admin.get("/v1/journal", search=value).json()["code"] == "INVALID_INPUT"


def test_large_bodies_are_cut_off(admin: Caller) -> None:
    """Beyond the limit nothing is read (BOUNDED)."""
    answer = admin.post("/v1/bookings", {"description": "x" * 3_000_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


def test_unknown_paths_and_methods_are_problems_too(http: TestClient) -> None:
    """The framework's own refusals have the same form."""
    assert http.get("/v1/nothing").json()["code"] == "NOT_FOUND"
    assert http.put("/v1/auth/login").json()["code"] == "METHOD_NOT_ALLOWED"


def test_a_request_id_that_may_say_something_is_replaced(http: TestClient) -> None:
    """Always by the same; a UUID and the id of a trace say nothing, an IBAN of hex digits does."""

    def named(sent: str) -> str:
        return str(http.get("/healthz", headers={"X-Request-Id": sent}).headers["X-Request-Id"])

    assert (named(TRACE), named(UUID_)) == (TRACE, UUID_)
    for sent in ("Max-Muster-0001", "a b", "DE89370400440532013000", "x" * 4000):
        assert named(sent) == named(sent) != sent
        assert UUID(named(sent)).version == 5


def test_no_line_of_the_server_holds_an_address() -> None:
    """The server writes its lines, with what people search for, where any handler is found."""
    configure_logging(Settings.model_validate({"database_url": "postgresql://x", "blob_url": ""}))

    assert logging.getLogger("uvicorn.error").hasHandlers()
    assert not logging.getLogger("uvicorn.access").hasHandlers()


def test_the_key_gives_the_first_answer_again(admin: Caller) -> None:
    """Same body: replayed. Another body: refused. Blanks and key order do not matter."""
    body = booking(description="Once")
    first = admin.post("/v1/bookings", body, key="k-1")
    again = admin.post("/v1/bookings", dict(reversed(body.items())), key="k-1")
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    other = admin.post("/v1/bookings", {**body, "description": "Twice"}, key="k-1")
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.parametrize("key", ["x" * 256, "a\u00e4b"])
def test_odd_keys_are_invalid_input(admin: Caller, key: str) -> None:
    """1 to 255 printable characters."""
    headers = {"Authorization": f"Bearer {admin.key}", "Idempotency-Key": key.encode("latin-1")}
    income = {"type": "income", "amount": 1, "description": "Fee", "date": "2026-03-02"}
    for path, body in (("/v1/bookings", booking()), ("/v1/transactions", income)):
        answer = admin.http.post(path, json=body, headers=headers).json()
        told = [each["pointer"] for each in answer["errors"]]
        assert (answer["code"], told) == ("INVALID_INPUT", ["header/Idempotency-Key"])


def test_a_refused_call_leaves_its_key_free(admin: Caller) -> None:
    """The corrected body may use the key again."""
    wrong = booking(lines=booking()["lines"][:1])
    assert admin.post("/v1/bookings", wrong, key="k-2").status_code == 400
    assert admin.post("/v1/bookings", booking(), key="k-2").status_code == 201


def test_every_kind_of_refusal_has_a_status() -> None:
    """No refusal falls through to 500 by accident."""
    assert set(DomainError.__subclasses__()) == set(STATUS)
    for kind in refusals():
        assert kind is DomainError or issubclass(kind, Failed) == (status_of(kind) == 500)


def test_metrics_count_by_route(http: TestClient, admin: Caller) -> None:
    """Routes, not paths: ids would make a series for each."""
    admin.get("/v1/accounts/2800/entries")
    assert 'route="/v1/accounts/{number}/entries"' in http.get("/metrics").text


def test_decimals_are_never_floats() -> None:
    """What is parsed is what was sent."""
    value: Any = parsed(b'{"a": 0.1000000000000000000001}')
    assert str(value["a"]) == "0.1000000000000000000001"


def test_the_database_is_not_named(database: Database) -> None:
    """Settings show no password."""
    settings = Settings.model_validate({"database_url": database.url})
    assert "app" not in repr(settings).split("database_url=")[1].split(" ")[0]


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/v1/tax-codes/UST20", {"label": ""}, "/label"),
        ("/v1/tax-codes/UST20", {"label": {"a": 1}}, "/label"),
        ("/v1/tax-codes/UST20", {"rate": "4.9001"}, "/rate"),
        ("/v1/tax-codes/UST20", {"is_active": [1]}, "/is_active"),
        ("/v1/tax-codes/UST20", {"valid_from": 0}, "/valid_from"),
        ("/v1/bookings", booking(custom_metadata={"a/b": [1]}), "/custom_metadata/a~1b"),
        ("/v1/bookings", booking(custom_metadata={"": 1}), "/custom_metadata/"),
        ("/v1/bookings", booking(fx={"fx_rate": -1}), "/fx/fx_rate"),
        ("/v1/bookings", booking(fx={"fx_rate": 1}), "/fx/amount"),
        ("/v1/bookings", booking(lines=[5]), "/lines/0"),
        ("/v1/bookings", [1], ""),
    ],
)
def test_a_pointer_leads_to_what_was_sent(
    admin: Caller, path: str, body: Any, pointer: str
) -> None:
    """Each field once, with no name of a type or a place in memory."""
    send = admin.post if path == "/v1/bookings" else admin.patch
    answer = send(path, body)

    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT")
    pointers = [each["pointer"] for each in answer.json()["errors"]]
    assert pointer in pointers
    assert len(set(pointers)) == len(pointers)
    assert "functools" not in answer.text
