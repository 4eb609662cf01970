"""Every rule of a booking over HTTP: its limits, what they are called and where they point."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from domain.ledger.chart import Chart
from tests.api.callers import Caller, booking, caller
from tests.builders import Tenant, another_tenant
from tests.servers import Database

FX = {"currency": "USD", "amount": 110, "rate": 1.1, "rate_date": "2026-03-02",
      "rate_source": "ECB"}  # fmt: skip


@pytest.fixture(scope="module")
def admin(http: TestClient, tenant: Tenant) -> Caller:
    """Someone of an Austrian company."""
    return caller(http, tenant)


@pytest.fixture(scope="module")
def german(http: TestClient, german_tenant: Tenant) -> Caller:
    """Someone of a German company with SKR04."""
    return caller(http, german_tenant)


def line(number: str, debit: Any, credit: Any, **more: Any) -> dict[str, Any]:
    """One line of a booking."""
    return {"account_number": number, "debit": debit, "credit": credit, **more}


def rows(who: Caller, body: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows that a booking becomes."""
    posted = who.post("/v1/bookings", body)
    assert posted.status_code == 201, posted.text
    found: list[dict[str, Any]] = who.get(f"/v1/journal/{posted.json()['intent_id']}").json()[
        "entries"
    ]
    assert len(found) == posted.json()["event_count"]
    return found


def moves(found: list[dict[str, Any]]) -> dict[str, float]:
    """Debit minus credit of each account."""
    sums: dict[str, float] = {}
    for row in found:
        for side, sign in (("account_debit", 1), ("account_credit", -1)):
            sums[row[side]] = round(sums.get(row[side], 0) + sign * row["amount"], 2)
    return {number: value for number, value in sums.items() if value}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            [line("6815", 119, 0, tax_code="VST19"), line("1800", 0, 119)],
            {"6815": 100, "1406": 19, "1800": -119},
        ),
        (
            [line("6300", 107, 0, tax_code="vst7"), line("1800", 0, 107)],
            {"6300": 100, "1401": 7, "1800": -107},
        ),
        (
            [line("1800", 119, 0), line("4400", 0, 119, tax_code="UST19")],
            {"1800": 119, "4400": -100, "3806": -19},
        ),
        (
            [line("5425", 100, 0, tax_code="VST-IGE19"), line("3300", 0, 100)],
            {"5425": 100, "1404": 19, "3804": -19, "3300": -100},
        ),
        (
            [line("5900", 100, 0, tax_code="VST-13B19"), line("3300", 0, 100)],
            {"5900": 100, "1407": 19, "3837": -19, "3300": -100},
        ),
    ],
)
def test_german_tax_codes_expand(
    german: Caller, lines: list[dict[str, Any]], expected: dict[str, float]
) -> None:
    """Standard, reduced, output, acquisition, reverse charge (semantics 2.4)."""
    assert moves(rows(german, booking(lines=lines))) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            [line("6815", 120, 0, tax_code="VST20"), line("2800", 0, 120)],
            {"6815": 100, "2500": 20, "2800": -120},
        ),
        (
            [line("2800", 104.9, 0), line("4000", 0, 104.9, tax_code="UST4-9")],
            {"2800": 104.9, "4000": -100, "3500": -4.9},
        ),
        (
            [line("6840", 100, 0, tax_code="VST-RC20"), line("3300", 0, 100)],
            {"6840": 100, "2510": 20, "3510": -20, "3300": -100},
        ),
        (
            [line("6815", 100, 0, tax_code="VST-IGE20"), line("3300", 0, 100)],
            {"6815": 100, "2511": 20, "3511": -20, "3300": -100},
        ),
    ],
)
def test_austrian_tax_codes_expand(
    admin: Caller, lines: list[dict[str, Any]], expected: dict[str, float]
) -> None:
    """4.9 % on basic food holds since July 2026."""
    body = booking(lines=lines, booking_date="2026-07-01")
    assert moves(rows(admin, body)) == expected


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"booking_date": None}, "INVALID_INPUT", "/booking_date"),
        ({"booking_date": "2.3.2026"}, "INVALID_INPUT", "/booking_date"),
        ({"booking_date": "0206-03-02"}, "INVALID_INPUT", "/booking_date"),
        ({"description": ""}, "INVALID_INPUT", "/description"),
        ({"description": "x" * 501}, "INVALID_INPUT", "/description"),
        ({"lines": []}, "INVALID_INPUT", "/lines"),
        ({"lines": [line("6815", 1, 0)] * 501}, "INVALID_INPUT", "/lines"),
        ({"lines": [{"account_number": "6815", "debit": 1}]}, "INVALID_INPUT", "/lines/0/credit"),
        ({"lines": [line("6815", 0, 0)]}, "INVALID_INPUT", "/lines/0"),
        ({"lines": [line("6815", 1, 1)]}, "INVALID_INPUT", "/lines/0"),
        ({"lines": [line("6815", -1, 0)]}, "INVALID_INPUT", "/lines/0/debit"),
        ({"lines": [line("6815", 1, 0, tax_cod="x")]}, "INVALID_INPUT", "/lines/0/tax_cod"),
        ({"lines": [line("6815", 1, 0, tax_code="x" * 21)]}, "INVALID_INPUT", "/lines/0/tax_code"),
        ({"adjustment_period": 12}, "INVALID_INPUT", "/adjustment_period"),
        ({"external_reference": "x" * 501}, "INVALID_INPUT", "/external_reference"),
        ({"document_id": "no"}, "INVALID_INPUT", "/document_id"),
        ({"custom_metadata": {"k" * 65: 1}}, "INVALID_INPUT", "/custom_metadata"),
        ({"custom_metadata": {"k": "x" * 257}}, "INVALID_INPUT", "/custom_metadata"),
        ({"custom_metadata": {"k": {}}}, "INVALID_INPUT", "/custom_metadata"),
        ({"custom_metadata": {"k": [1]}}, "INVALID_INPUT", "/custom_metadata"),
        ({"custom_metadata": {str(n): n for n in range(21)}}, "INVALID_INPUT", "/custom_metadata"),
        (
            {"custom_metadata": {f"{n:064}": "x" * 200 for n in range(16)}},
            "INVALID_INPUT",
            "/custom_metadata",
        ),
        ({"fx": {**FX, "currency": "EUR"}}, "INVALID_INPUT", "/fx/currency"),
        ({"fx": {**FX, "currency": "usd"}}, "INVALID_INPUT", "/fx/currency"),
        ({"fx": {**FX, "currency": "UDS"}}, "INVALID_INPUT", "/fx/currency"),
        ({"fx": {**FX, "amount": 0}}, "INVALID_INPUT", "/fx/amount"),
        ({"fx": {**FX, "amount": 110.03}}, "INVALID_INPUT", "/fx/amount"),
        ({"fx": {**FX, "rate": -1}}, "INVALID_INPUT", "/fx/rate"),
        ({"fx": {**FX, "rate_source": "ecb"}}, "INVALID_INPUT", "/fx/rate_source"),
        ({"fx": {"currency": "USD"}}, "INVALID_INPUT", "/fx/amount"),
        ({"fx": {**FX, "note": "x"}}, "INVALID_INPUT", "/fx/note"),
        ({"fx": {**FX, "rate_date": 0}}, "INVALID_INPUT", "/fx/rate_date"),
        ({"fx": {**FX, "rate_date": "0001-01-01"}}, "INVALID_INPUT", "/fx/rate_date"),
        ({"fx": {**FX, "rate_date": "9999-12-31"}}, "INVALID_INPUT", "/fx/rate_date"),
        ({"description": " \t"}, "INVALID_INPUT", "/description"),
        ({"skip_duplicate_check": "yes"}, "INVALID_INPUT", "/skip_duplicate_check"),
        ({"skip_duplicate_check": 1}, "INVALID_INPUT", "/skip_duplicate_check"),
        ({"lines": [line("999", 1, 0), line("2800", 0, 1)]}, "ACCOUNT_NOT_FOUND",
         "/lines/0/account_number"),
        ({"lines": [line("2800", 1, 0), line("7600", 0, 1)]}, "ACCOUNT_NOT_FOUND",
         "/lines/1/account_number"),
        ({"lines": [line("6815", 1, 0, tax_code="VST21"), line("2800", 0, 1)]},
         "INVALID_TAX_CODE", "/lines/0/tax_code"),
        ({"lines": [line("4000", 0, 1, tax_code="UST4-9"), line("2800", 1, 0)]},
         "INVALID_TAX_CODE", "/lines/0/tax_code"),
        ({"lines": [line("6815", 120, 0, tax_code="VST20"), line("2500", 20, 0),
                    line("2800", 0, 140)]}, "TAX_CODE_CONFLICT", "/lines/1/account_number"),
        ({"lines": [line("6815", 1, 0)]}, "BALANCE_MISMATCH", None),
        ({"lines": [line("6815", 100, 0), line("2800", 0, 99.99)]}, "BALANCE_MISMATCH", None),
        ({"lines": [line("6840", 100, 0, tax_code="VST-RC20"), line("2800", 0, 120)]},
         "BALANCE_MISMATCH", None),
        ({"fx": FX, "lines": [line("6840", 100, 0, tax_code="VST-RC20"), line("2800", 0, 100)]},
         "FX_TAX_CODE_UNSUPPORTED", None),
        ({"adjustment_period": 13}, "INVALID_ADJUSTMENT_PERIOD", None),
    ],
)  # fmt: skip
def test_bookings_are_refused_by_name(
    admin: Caller, changes: dict[str, Any], code: str, pointer: str | None
) -> None:
    """Each limit has its code, and names the field."""
    answer = admin.post("/v1/bookings", booking(**changes))

    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.text
    found = [each["pointer"] for each in answer.json().get("errors", [])]
    if pointer is None:
        assert found == []
    else:
        assert found
        assert found[0].startswith(pointer)


@pytest.mark.parametrize(
    "changes",
    [
        {"description": "x" * 500, "external_reference": "r" * 500},
        {"custom_metadata": {f"{n:064}": None for n in range(20)}},
        {"custom_metadata": {"k": "x" * 256, "n": 1.5, "i": 7, "b": True, "z": None}},
        {"custom_metadata": {"n": 10**30}},
        {"fx": None, "document_id": None, "adjustment_period": None, "external_reference": None},
        {"fx": {**FX, "amount": 110.02}},
        {"fx": {f"fx_{name}": value for name, value in FX.items()}},
        {"lines": [line("6815", 1, 0)] * 250 + [line("2800", 0, 1)] * 250},
    ],
)
def test_at_the_limit_it_is_taken(admin: Caller, changes: dict[str, Any]) -> None:
    """What was sent with it comes back as it was."""
    found = rows(admin, booking(**changes))
    posted = admin.get(f"/v1/journal/{found[0]['intent_id']}").json()

    assert posted["metadata"]["custom_metadata"] == changes.get("custom_metadata")
    assert posted["metadata"]["external_reference"] == changes.get("external_reference")


def test_a_number_that_would_be_rounded_is_refused(admin: Caller) -> None:
    """Metadata never changes, not even by the last digit."""
    answer = admin.http.post(
        "/v1/bookings",
        content='{"custom_metadata": {"n": 0.12345678901234567890}}',
        headers={"Authorization": f"Bearer {admin.key}", "Content-Type": "application/json"},
    )
    pointers = [each["pointer"] for each in answer.json()["errors"]]
    assert any(each.startswith("/custom_metadata/n") for each in pointers)


def test_rows_show_the_foreign_document(admin: Caller) -> None:
    """Currency, share of the amount, rate, its day and source; the journal has the first two."""
    (row,) = rows(admin, booking(fx=FX, external_reference="FX-1"))
    shown = {name: row[f"fx_{name}"] for name in FX}
    assert shown == FX
    assert (row["currency"], row["amount"]) == ("EUR", 100)

    (listed,) = admin.get("/v1/journal", externalReference="FX-1").json()["entries"]
    assert (listed["fx_currency"], listed["fx_amount"]) == ("USD", 110)


def test_no_share_of_a_foreign_document_is_negative(admin: Caller) -> None:
    """However small the lines are, the shares make up the document."""
    fx = {**FX, "currency": "JPY", "amount": 798, "rate": 160}
    lines = [line("6815", 0.01, 0)] * 499 + [line("2800", 0, 4.99)]
    shares = [row["fx_amount"] for row in rows(admin, booking(lines=lines, fx=fx))]

    assert (sum(shares), min(shares)) == (798, 1)


def test_the_date_of_supply_decides_the_rate(german: Caller) -> None:
    """A late invoice of 2020 had 16 %: 19 % was not in force on its date of supply."""
    lines = [line("6815", 119, 0, tax_code="VST19"), line("1800", 0, 119)]
    for dates in ({"supply_date": "2020-07-01"}, {"document_date": "2020-12-31"}):
        answer = german.post("/v1/bookings", booking(lines=lines, **dates))
        assert answer.json()["code"] == "INVALID_TAX_CODE"
    dates = {"supply_date": "2020-06-30", "document_date": "2020-07-03"}
    assert len(rows(german, booking(lines=lines, **dates))) == 2


def test_a_duplicate_is_the_same_day_and_the_same_movements(admin: Caller) -> None:
    """In any order of lines, with any text; references that differ say they are two facts."""
    day = {"booking_date": "2026-09-01", "skip_duplicate_check": False}
    first = admin.post("/v1/bookings", booking(**day, external_reference="A")).json()["intent_id"]
    turned = booking(**day, description="Anders")
    turned["lines"] = turned["lines"][::-1]

    for again in (turned, booking(**day, external_reference="A")):
        answer = admin.post("/v1/bookings", again)
        assert (answer.status_code, answer.json()["code"]) == (409, "DUPLICATE_SUSPECTED")
        assert answer.json()["context"]["existing_intent_id"] == first
    assert admin.post("/v1/bookings", booking(**day, external_reference="B")).status_code == 201
    other = {**day, "booking_date": "2026-09-02"}
    assert admin.post("/v1/bookings", booking(**other)).status_code == 201
    assert admin.post("/v1/bookings", booking(**day | {"skip_duplicate_check": True})).is_success


def test_an_empty_reference_says_nothing(admin: Caller) -> None:
    """It does not tell two facts apart."""
    day = {"booking_date": "2026-09-03", "skip_duplicate_check": False}
    assert admin.post("/v1/bookings", booking(**day, external_reference="")).status_code == 201
    assert admin.post("/v1/bookings", booking(**day, external_reference="A")).status_code == 409


def test_a_range_that_ends_before_it_begins_is_refused(admin: Caller) -> None:
    """Nobody should read that nothing was booked."""
    names = {
        ("startDate", "endDate"): ["/v1/journal", "/v1/accounts/2800/entries"],
        ("start_date", "end_date"): [
            *("/v1/bank-transactions", "/v1/invoices", "/v1/outgoing-invoices"),
        ],
        ("from_date", "to_date"): ["/v1/transactions", "/v1/transactions/summary"],
    }
    for (first, last), paths in names.items():
        for path in paths:
            answer = admin.get(path, **{first: "2026-02-01", last: "2026-01-31"})
            assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT")
            assert answer.json()["errors"][0]["pointer"] == f"query/{last}"


def test_an_own_account_keeps_open_items(http: TestClient, database: Database) -> None:
    """Among the receivables of SKR04 every account does, and says its group (semantics 2.1)."""
    who = caller(http, another_tenant(database, Chart.DE_SKR04))
    made = who.post("/v1/accounts", {"number": "1233", "name": "Forderungen X", "type": "asset"})
    assert made.json()["report_group"] == "receivables"

    found = rows(who, booking(lines=[line("1233", 50, 0), line("4400", 0, 50)]))
    shown = who.get(f"/v1/journal/{found[0]['intent_id']}").json()
    assert shown["linked_intents"]["settled_by"] == []
    reversal = {"intent_id": found[0]["intent_id"], "posting_mode": "original_period"}
    mirrored = who.post("/v1/journal/reverse", reversal).json()["reversal_intent_id"]
    settled = who.get(f"/v1/journal/{found[0]['intent_id']}").json()["linked_intents"]["settled_by"]
    assert settled == [{"intent_id": mirrored, "open_item_account": "1233", "amount": 50}]


def test_a_rate_is_held_against_the_reference_rate_of_its_day(
    http: TestClient, tenant: Tenant
) -> None:
    """Where one is known: said to be the ECB's it is that, of a bank it is near; twice refused."""
    who = caller(http, tenant)
    rates = b"Date,GBP,\n2026-03-06,0.8800,\n"
    sent = who.http.post(
        "/v1/exchange-rates/import",
        files={"file": ("eurofxref-hist.csv", rates, "text/csv")},
        headers=who._headers(),  # noqa: SLF001
    )
    assert sent.status_code == 200, sent.text
    lines = [line("6815", 100, 0), line("2800", 0, 100)]

    def fx(rate: float, source: str, day: str = "2026-03-07") -> dict[str, Any]:
        told = {"rate": rate, "rate_source": source, "rate_date": day}
        return booking(lines=lines, fx={"currency": "GBP", "amount": 100 * rate, **told})

    wrong = (fx(0.9, "ECB"), fx(0.5, "bank"), fx(88, "manual"))
    for body in (*wrong, *wrong):
        refused = who.post("/v1/bookings", body)
        assert refused.status_code == 400, refused.text
        assert refused.json()["errors"] == [
            {"pointer": "/fx/rate", "detail": "the reference rate of 2026-03-06 is 0.88"}
        ]
    right = (fx(0.88, "ECB"), fx(0.9, "bank"), fx(0.5, "ECB", "2026-03-05"))  # none of that day
    batch = who.post("/v1/bookings/batch", {"bookings": [right[0], wrong[1]]})
    assert batch.json()["errors"][0]["pointer"] == "/bookings/1/fx/rate"
    for body in right:
        assert who.post("/v1/bookings", body).status_code == 201


def test_a_call_that_was_taken_is_told_again_though_a_rate_became_known(
    http: TestClient, database: Database
) -> None:
    """ONCE: who did not hear the answer must not hear that nothing was booked."""
    who = caller(http, another_tenant(database))
    fx = {"currency": "GBP", "amount": 50, "rate": 0.5, "rate_date": "2026-03-07"}
    one = booking(fx=fx | {"rate_source": "ECB"})
    calls = (("/v1/bookings", one), ("/v1/bookings/batch", {"bookings": [one]}))
    first = [who.post(path, body, key="k") for path, body in calls]
    rates = {"file": ("eurofxref-hist.csv", b"Date,GBP,\n2026-03-06,0.8800,\n", "text/csv")}
    sent = who.http.post("/v1/exchange-rates/import", files=rates, headers=who._headers())  # noqa: SLF001
    again = [who.post(path, body, key="k") for path, body in calls]
    new = [who.post(path, body, key="other") for path, body in calls]

    assert sent.status_code == 200, sent.text
    assert [(each.status_code, each.json()) for each in again] == [
        (201, each.json()) for each in first
    ]
    assert {each.headers["Idempotent-Replayed"] for each in again} == {"true"}
    assert [each.json()["code"] for each in new] == ["INVALID_INPUT"] * 2
