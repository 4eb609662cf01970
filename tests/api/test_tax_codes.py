"""Own tax codes over HTTP: made, booked by, changed, taken out of use."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient

from domain.database.session import read_session, write_session
from domain.ledger import books_store, tax_code_store
from tests.api.callers import Caller, booking, caller, with_scopes
from tests.audit import events_of
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from tests.waiting import until_somebody_waits

OWN = {"code": "ust-own", "label": "Eigene 20 %", "rate": 20, "vat_account": "3500"}


@pytest.fixture
def fresh(database: Database) -> Tenant:
    """A tenant with the codes of its chart alone."""
    return another_tenant(database)


@pytest.fixture
def admin(http: TestClient, fresh: Tenant) -> Caller:
    """Someone who may configure."""
    return caller(http, fresh)


def own(**changes: Any) -> dict[str, Any]:
    """A code of the tenant's own."""
    return {**OWN, **changes}


def sold(gross: int, code: str, day: str = "2026-03-02", **more: Any) -> dict[str, Any]:
    """Revenue with a tax code, into the bank."""
    lines = [
        {"account_number": "2800", "debit": gross, "credit": 0},
        {"account_number": "4000", "debit": 0, "credit": gross, "tax_code": code},
    ]
    return booking(lines=lines, booking_date=day, **more)


def rows_of(admin: Caller, body: dict[str, Any]) -> dict[str, float]:
    """What a booking credits, by account."""
    posted = admin.post("/v1/bookings", body)
    assert posted.status_code == 201, posted.text
    shown = admin.get(f"/v1/journal/{posted.json()['intent_id']}").json()
    found: dict[str, float] = {}
    for row in shown["entries"]:
        found[row["account_credit"]] = found.get(row["account_credit"], 0) + row["amount"]
    return found


def listed(admin: Caller, code: str, **query: Any) -> dict[str, Any] | None:
    """A code as the list shows it."""
    codes = admin.get("/v1/tax-codes", **query).json()["tax_codes"]
    return next((each for each in codes if each["code"] == code), None)


def test_an_own_code_is_booked_by(admin: Caller) -> None:
    """It splits gross amounts as soon as it is there, whatever the case of its letters."""
    made = admin.post("/v1/tax-codes", own())

    assert made.status_code == 201, made.text
    expected = {"code": "UST-OWN", "label": "Eigene 20 %", "description": None, "rate": 20,
                "vat_account": "3500", "self_assess_account": None, "is_system": False,
                "is_active": True, "reports_as": "UST20"}  # fmt: skip
    assert {name: made.json()[name] for name in expected} == expected
    assert rows_of(admin, sold(120, "ust-Own")) == {"4000": 100, "3500": 20}


def test_both_accounts_of_a_self_assessed_code_move(admin: Caller) -> None:
    """The line stays net; the tax is claimed and owed."""
    reverse = own(code="RC", rate=20, vat_account="2510", self_assess_account="3510")
    assert admin.post("/v1/tax-codes", reverse).json()["reports_as"] == "VST-RC20"
    lines = [
        {"account_number": "6840", "debit": 100, "credit": 0, "tax_code": "RC"},
        {"account_number": "2800", "debit": 0, "credit": 100},
    ]
    assert rows_of(admin, booking(lines=lines)) == {"2800": 100, "3510": 20}


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"code": "UST_20"}, "INVALID_INPUT", "/code"),
        ({"code": "X" * 21}, "INVALID_INPUT", "/code"),
        ({"code": ""}, "INVALID_INPUT", "/code"),
        ({"label": "x" * 121}, "INVALID_INPUT", "/label"),
        ({"description": "x" * 501}, "INVALID_INPUT", "/description"),
        ({"rate": 100.001}, "INVALID_INPUT", "/rate"),
        ({"rate": -1}, "INVALID_INPUT", "/rate"),
        ({"rate": 4.9001}, "INVALID_INPUT", "/rate"),
        ({"rate": None}, "INVALID_INPUT", "/rate"),
        ({"vat_acount": "3500"}, "INVALID_INPUT", "/vat_acount"),
        ({"vat_account": "999"}, "ACCOUNT_NOT_FOUND", "/vat_account"),
        ({"vat_account": "7600"}, "ACCOUNT_INACTIVE", "/vat_account"),
        ({"self_assess_account": "999"}, "ACCOUNT_NOT_FOUND", "/self_assess_account"),
        ({"self_assess_account": "7600"}, "ACCOUNT_INACTIVE", "/self_assess_account"),
        ({"self_assess_account": "3500"}, "INVALID_INPUT", "/self_assess_account"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-31"}, "INVALID_INPUT", "/valid_to"),
        ({"reports_as": "NOBODY"}, "INVALID_INPUT", "/reports_as"),
    ],
)
def test_bad_codes_are_refused_by_name(
    admin: Caller, changes: dict[str, Any], code: str, pointer: str
) -> None:
    """Each limit names its field."""
    answer = admin.post("/v1/tax-codes", own(**changes))

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_rates_have_three_decimals(admin: Caller) -> None:
    """4.9 % is a rate of the law."""
    assert admin.post("/v1/tax-codes", own(rate=4.905)).json()["rate"] == 4.905


@pytest.mark.parametrize("code", ["UST20", "ust20", "Ust-Own"])
def test_a_code_exists_once(admin: Caller, code: str) -> None:
    """System codes count, and so do codes out of use."""
    admin.post("/v1/tax-codes", own())
    admin.delete("/v1/tax-codes/UST-OWN")
    answer = admin.post("/v1/tax-codes", own(code=code))

    assert (answer.status_code, answer.json()["code"]) == (409, "DUPLICATE_TAX_CODE")


def test_of_many_at_once_one_creates_the_code(admin: Caller) -> None:
    """Whoever comes second hears that it exists."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: admin.post("/v1/tax-codes", own()), range(8)))
    assert sorted(each.status_code for each in answers) == [201] + [409] * 7
    assert {each.json()["code"] for each in answers} == {"UST-OWN", "DUPLICATE_TAX_CODE"}


def test_a_repeated_call_creates_once(admin: Caller) -> None:
    """The key gives the first answer again."""
    first = admin.post("/v1/tax-codes", own(), key="once")
    again = admin.post("/v1/tax-codes", own(), key="once")

    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()


def test_a_changed_rate_holds_for_bookings_to_come(admin: Caller) -> None:
    """What is booked keeps its lines, and even a date before the change follows the new rate."""
    admin.post("/v1/tax-codes", own())
    first = admin.post("/v1/bookings", sold(120, "UST-OWN")).json()["intent_id"]
    before = admin.get(f"/v1/journal/{first}").json()
    changed = admin.patch("/v1/tax-codes/ust-own", {"rate": 10})

    assert (changed.status_code, changed.json()["rate"]) == (200, 10)
    assert changed.json()["reports_as"] == "UST10"
    assert admin.get(f"/v1/journal/{first}").json() == before
    assert rows_of(admin, sold(110, "UST-OWN", "2026-01-02")) == {"4000": 100, "3500": 10}


def test_a_change_reaches_a_process_with_an_older_chart(
    admin: Caller, database: Database, fresh: Tenant
) -> None:
    """What was prepared with the old rate is prepared again before it is stored."""
    admin.post("/v1/tax-codes", own())
    with read_session(database.engine, fresh.id) as session:
        stale = books_store.books(session, fresh.id, fresh=True)
    admin.patch("/v1/tax-codes/UST-OWN", {"rate": 10})
    books_store._CACHE[fresh.id] = stale  # noqa: SLF001 - what another process still holds

    assert rows_of(admin, sold(110, "UST-OWN")) == {"4000": 100, "3500": 10}


def test_a_booking_that_waits_for_a_change_follows_it(
    admin: Caller, database: Database, fresh: Tenant
) -> None:
    """It was prepared with the old rate, and is not stored by it."""
    admin.post("/v1/tax-codes", own())
    with ThreadPoolExecutor(1) as pool:
        with write_session(database.engine, fresh.id, fresh.actor) as session:
            tax_code_store.change(session, "UST-OWN", {"rate": Decimal(10)})
            waiting = pool.submit(rows_of, admin, sold(1320, "UST-OWN"))
            until_somebody_waits(database)
        assert waiting.result() == {"4000": 1200, "3500": 120}


def test_postings_during_a_change_have_the_one_rate_or_the_other(admin: Caller) -> None:
    """And each row of tax fits its base."""
    admin.post("/v1/tax-codes", own())

    def act(turn: int) -> dict[str, float]:
        if turn == 4:
            admin.patch("/v1/tax-codes/UST-OWN", {"rate": 10})
        return rows_of(admin, sold(1320, "UST-OWN"))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(act, range(12)))
    assert found[4] == {"4000": 1200, "3500": 120}
    old, new = {"4000": 1100, "3500": 220}, {"4000": 1200, "3500": 120}
    assert all(each in (old, new) for each in found)


def test_changes_at_once_follow_each_other(admin: Caller) -> None:
    """Each is made to what the one before left; none is lost halfway."""
    admin.post("/v1/tax-codes", own())
    bodies = [{"rate": rate} for rate in range(1, 5)] + [{"label": "Neu"}, {"description": "Text"}]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda each: admin.patch("/v1/tax-codes/UST-OWN", each), bodies))

    assert [each.status_code for each in answers] == [200] * 6
    found = listed(admin, "UST-OWN")
    assert found is not None
    assert (found["label"], found["description"]) == ("Neu", "Text")
    assert found["rate"] in range(1, 5)


def test_a_code_out_of_use_is_not_booked_by(admin: Caller) -> None:
    """It is listed only when asked for, and comes back by PATCH."""
    admin.post("/v1/tax-codes", own())
    for _ in range(2):
        gone = admin.delete("/v1/tax-codes/ust-own")
        assert (gone.status_code, gone.json()) == (200, {"code": "UST-OWN", "is_active": False})

    assert listed(admin, "UST-OWN") is None
    hidden = listed(admin, "UST-OWN", include_inactive="true")
    assert hidden is not None
    assert hidden["is_active"] is False
    refused = admin.post("/v1/bookings", sold(120, "UST-OWN"))
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_TAX_CODE")
    admin.patch("/v1/tax-codes/UST-OWN", {"is_active": True})
    assert rows_of(admin, sold(120, "UST-OWN")) == {"4000": 100, "3500": 20}


def test_validity_is_by_date_of_supply(admin: Caller) -> None:
    """A rate that ends and one that begins: each day has its own."""
    admin.post("/v1/tax-codes", own(valid_to="2026-06-30"))
    admin.post("/v1/tax-codes", own(code="UST-NEW", rate=10, valid_from="2026-07-01"))

    assert rows_of(admin, sold(120, "UST-OWN", "2026-06-30")) == {"4000": 100, "3500": 20}
    assert rows_of(admin, sold(110, "UST-NEW", "2026-07-01")) == {"4000": 100, "3500": 10}
    late = admin.post("/v1/bookings", sold(120, "UST-OWN", "2026-07-01"))
    assert late.json()["code"] == "INVALID_TAX_CODE"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "NO_CHANGES"),
        ({"code": "OTHER"}, 400, "INVALID_INPUT"),
        ({"is_system": True}, 400, "INVALID_INPUT"),
        ({"label": None}, 400, "INVALID_INPUT"),
        ({"rate": None}, 400, "INVALID_INPUT"),
        ({"rate": 101}, 400, "INVALID_INPUT"),
        ({"vat_account": None}, 400, "INVALID_INPUT"),
        ({"is_active": None}, 400, "INVALID_INPUT"),
        ({"is_active": "no"}, 400, "INVALID_INPUT"),
        ({"vat_account": "999"}, 400, "ACCOUNT_NOT_FOUND"),
        ({"vat_account": "7600"}, 400, "ACCOUNT_INACTIVE"),
        ({"self_assess_account": "999"}, 400, "ACCOUNT_NOT_FOUND"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, 400, "INVALID_INPUT"),
    ],
)
def test_bad_changes_are_refused_by_name(
    admin: Caller, body: dict[str, Any], status: int, code: str
) -> None:
    """And change nothing."""
    admin.post("/v1/tax-codes", own())
    before = listed(admin, "UST-OWN")
    answer = admin.patch("/v1/tax-codes/UST-OWN", body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert listed(admin, "UST-OWN") == before


def test_unknown_codes_are_not_found(admin: Caller) -> None:
    """Neither to change nor to take out of use."""
    for answer in (
        admin.patch("/v1/tax-codes/NOBODY", {"label": "x"}),
        admin.delete("/v1/tax-codes/NOBODY"),
        admin.delete("/v1/tax-codes/" + "X" * 30),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "TAX_CODE_NOT_FOUND")


def test_null_clears_what_may_be_empty(admin: Caller) -> None:
    """Description and self-assessment; the code then splits like any domestic one."""
    reverse = own(code="RC", vat_account="2510", self_assess_account="3510", description="Bau")
    admin.post("/v1/tax-codes", reverse)
    cleared = admin.patch("/v1/tax-codes/RC", {"description": None, "self_assess_account": None})

    assert cleared.json()["self_assess_account"] is None
    assert cleared.json()["description"] is None
    assert cleared.json()["reports_as"] == "VST20"


def test_system_codes_are_changed_but_never_deleted(admin: Caller) -> None:
    """They keep what they mean: who owes the tax, and their boxes."""
    deleted = admin.delete("/v1/tax-codes/UST20")
    assert (deleted.status_code, deleted.json()["code"]) == (
        400,
        "SYSTEM_TAX_CODE_DELETE_FORBIDDEN",
    )
    assert admin.patch("/v1/tax-codes/UST20", {"label": "Normal"}).json()["label"] == "Normal"
    assert admin.patch("/v1/tax-codes/UST20", {"rate": 21}).json()["rate"] == 21
    for body in ({"self_assess_account": "3510"}, {"reports_as": "UST10"}):
        assert admin.patch("/v1/tax-codes/UST20", body).json()["code"] == "INVALID_INPUT"
    assert rows_of(admin, sold(121, "UST20")) == {"4000": 100, "3500": 21}


def test_codes_without_rate_or_account_are_numbers_and_text(admin: Caller) -> None:
    """Import VAT has the amount of the assessment; it is no rate of nothing."""
    paid, plain = listed(admin, "VST-EUST-PAID"), listed(admin, "UST0-NT")

    assert paid is not None
    assert plain is not None
    assert (paid["rate"], paid["is_document_amount"]) == (0, True)
    assert (plain["rate"], plain["vat_account"], plain["is_document_amount"]) == (0, "", False)


def test_the_return_shows_entries_by_what_their_code_meant(admin: Caller) -> None:
    """Sales of 20 % stay in their box when the code becomes one of 10 %, then one of 5 %."""
    admin.post("/v1/tax-codes", own())
    admin.post("/v1/bookings", sold(120, "UST-OWN"))
    admin.patch("/v1/tax-codes/UST-OWN", {"rate": 10})
    admin.post("/v1/bookings", sold(220, "UST-OWN"))
    admin.patch("/v1/tax-codes/UST-OWN", {"rate": 5})
    admin.post("/v1/bookings", sold(315, "UST-OWN"))
    march = {"startDate": "2026-03-01", "endDate": "2026-03-31"}
    found = admin.get("/v1/reports", type="vat_return", **march).json()

    boxes = {box["box"]: box["booked"] for box in found["boxes"] if box["booked"]}
    assert (boxes["022"], boxes["029"]) == (100, 200)
    unassigned = {"tax_code": "UST-OWN", "base": 300, "tax": 15, "entries": 1}
    assert [{**each, "entries": 1} for each in found["unassigned"]] == [unassigned]
    assert not found["reconciliation"]["is_reconciled"]


def test_a_reversal_stands_in_the_box_of_what_it_reverses(admin: Caller) -> None:
    """However often it is reversed, and whatever the code has come to mean since."""
    admin.post("/v1/tax-codes", own())
    sale = admin.post("/v1/bookings", sold(120, "UST-OWN")).json()["intent_id"]
    admin.patch("/v1/tax-codes/UST-OWN", {"rate": 10})
    admin.post("/v1/bookings", sold(220, "UST-OWN"))
    march = {"startDate": "2026-03-01", "endDate": "2026-03-31"}

    def boxes() -> tuple[float, float, list[tuple[float, float]]]:
        found = admin.get("/v1/reports", type="vat_return", **march).json()
        booked = {box["box"]: box["booked"] for box in found["boxes"]}
        asked = {"type": "vat_return", "line": "022", **march}
        behind = admin.get("/v1/reports/entries", **asked).json()["entries"]
        rows = [(row["debit"], row["credit"]) for row in behind]
        return booked["022"], booked["029"], rows

    def reverse(intent_id: str) -> str:
        body = {"intent_id": intent_id, "posting_mode": "original_period"}
        answer = admin.post("/v1/journal/reverse", body)
        assert answer.status_code == 200, answer.text
        reversal: str = answer.json()["reversal_intent_id"]
        return reversal

    assert boxes() == (100, 200, [(0, 100)])
    reversal = reverse(sale)
    assert boxes() == (0, 200, [(100, 0), (0, 100)])
    reverse(reversal)
    assert boxes() == (100, 200, [(0, 100), (100, 0), (0, 100)])


def test_own_input_codes_fill_the_boxes_of_their_kind(admin: Caller) -> None:
    """Input VAT on an account of its own, reverse charge, and tax that is a cost."""
    account = {"number": "2599", "name": "Vorsteuer Filiale", "type": "asset"}
    admin.post("/v1/accounts", account)
    for body in (
        own(code="VST-FILIALE", vat_account="2599"),
        own(code="RC-FILIALE", vat_account="2599", self_assess_account="3510"),
        own(code="VST-KFZ", vat_account="6815"),
    ):
        assert admin.post("/v1/tax-codes", body).status_code == 201
    for code, bank in (("VST-FILIALE", 120), ("RC-FILIALE", 120), ("VST-KFZ", 120)):
        lines = [
            {"account_number": "6840", "debit": 120, "credit": 0, "tax_code": code},
            {"account_number": "2800", "debit": 0, "credit": bank},
        ]
        assert admin.post("/v1/bookings", booking(lines=lines)).status_code == 201
    march = {"startDate": "2026-03-01", "endDate": "2026-03-31"}
    found = admin.get("/v1/reports", type="vat_return", **march).json()

    boxes = {box["box"]: box["booked"] for box in found["boxes"] if box["booked"]}
    assert {name: boxes.get(name) for name in ("060", "057", "066")} == {
        "060": 20,
        "057": 24,
        "066": 24,
    }
    assert found["unassigned"] == []


def test_every_change_is_traced(admin: Caller, database: Database, fresh: Tenant) -> None:
    """Who, what, from what to what; a change to the same is none."""
    admin.post("/v1/tax-codes", own())
    for _ in range(2):
        admin.patch("/v1/tax-codes/UST-OWN", {"rate": 10, "label": "Zehn"})
        admin.delete("/v1/tax-codes/UST-OWN")
    with read_session(database.engine, fresh.id) as session:
        told = [each.event for each in events_of(session, "tax_code")]
    assert [each.action for each in told] == [
        "tax_code.created",
        "tax_code.changed",
        "tax_code.deactivated",
    ]
    assert told[1].before == {"label": "Eigene 20 %", "rate": "20.000", "reports_as": "UST20"}
    assert told[1].after == {"label": "Zehn", "rate": "10", "reports_as": "UST10"}


def test_another_tenant_sees_nothing_of_it(admin: Caller, http: TestClient, tenant: Tenant) -> None:
    """The same code may exist in both, and neither changes the other's."""
    admin.post("/v1/tax-codes", own())
    stranger = caller(http, tenant)

    assert listed(stranger, "UST-OWN") is None
    assert stranger.patch("/v1/tax-codes/UST-OWN", {"rate": 5}).status_code == 404
    assert stranger.delete("/v1/tax-codes/UST-OWN").status_code == 404
    assert stranger.post("/v1/tax-codes", own()).status_code == 201


def test_scopes_are_asked_for(http: TestClient, database: Database, fresh: Tenant) -> None:
    """Reading needs config:read or journal:read, writing config:write."""
    reader = with_scopes(http, database, fresh, "journal:read")
    other = with_scopes(http, database, fresh, "journal:write", "config:read")

    assert reader.get("/v1/tax-codes").status_code == 200
    for answer in (
        other.post("/v1/tax-codes", own()),
        other.patch("/v1/tax-codes/UST20", {"rate": 1}),
        other.delete("/v1/tax-codes/UST20"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "INSUFFICIENT_SCOPE")
