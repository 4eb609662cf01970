"""Chart, bookings, journal and tax codes over HTTP."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from tests.api.callers import Caller, booking, caller, unknown
from tests.builders import Tenant


@pytest.fixture
def admin(http: TestClient, tenant: Tenant) -> Caller:
    """Someone who may do everything."""
    return caller(http, tenant)


def test_a_booking_is_found_in_the_journal(admin: Caller) -> None:
    """What was posted is listed newest first, and shown with a chain that holds."""
    posted = admin.post("/v1/bookings", booking(external_reference="RE-1"))
    assert posted.status_code == 201, posted.text
    assert posted.json()["event_count"] == 1

    listed = admin.get("/v1/journal", externalReference="RE-1").json()["entries"]
    assert [(row["account_debit"], row["account_credit"]) for row in listed] == [("6815", "2800")]
    assert listed[0]["provenance_summary"]["actor_type"] == "api_key"

    shown = admin.get(f"/v1/journal/{posted.json()['intent_id']}").json()
    assert shown["metadata"]["chain_valid"] is True
    assert shown["summary"]["total_debit"] == 100
    assert shown["entries"][0]["id"] == listed[0]["id"]


def test_amounts_arrive_and_leave_exactly(admin: Caller) -> None:
    """Large amounts and such that floats cannot hold come back to the cent."""
    lines = [
        {"account_number": "6815", "debit": "12345678901.23", "credit": 0},
        {"account_number": "2800", "debit": 0, "credit": 12345678901.23},
    ]
    posted = admin.post("/v1/bookings", booking(lines=lines)).json()
    answer = admin.get(f"/v1/journal/{posted['intent_id']}")
    assert '"amount":12345678901.23' in answer.text


@pytest.mark.parametrize("amount", ["0.30000000000000004", "100.001", "1e12", "NaN", '"1,5"'])
def test_finer_and_odd_amounts_are_refused(admin: Caller, amount: str) -> None:
    """Nothing is rounded: the bad field is named."""
    lines = f'[{{"account_number":"6815","debit":{amount},"credit":0}}]'
    body = f'{{"booking_date":"2026-03-02","description":"x","lines":{lines}}}'
    answer = admin.http.post(
        "/v1/bookings",
        content=body,
        headers={"Authorization": f"Bearer {admin.key}", "Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT")
    if amount != "NaN":
        assert answer.json()["errors"][0]["pointer"] == "/lines/0/debit"


def test_a_reversal_mirrors_and_happens_once(admin: Caller) -> None:
    """The second reversal is refused; both intents know each other."""
    first = admin.post("/v1/bookings", booking()).json()["intent_id"]
    mirrored = admin.post("/v1/journal/reverse", {"intent_id": first})
    assert mirrored.status_code == 200
    again = admin.post("/v1/journal/reverse", {"intent_id": first})
    assert (again.status_code, again.json()["code"]) == (409, "ALREADY_REVERSED")
    links = admin.get(f"/v1/journal/{first}").json()
    assert links["linked_intents"]["reversed_by"] == mirrored.json()["reversal_intent_id"]
    assert links["summary"]["status"] == "reversed"


def test_a_reversal_may_be_reversed_and_the_first_stands_again(admin: Caller) -> None:
    """It keeps its link to what had reversed it; its reversal is no fact any more."""
    first = admin.post("/v1/bookings", booking()).json()["intent_id"]
    body = {"intent_id": first, "reason": "Irrtum"}
    undone = admin.post("/v1/journal/reverse", body).json()["reversal_intent_id"]
    redone = admin.post("/v1/journal/reverse", {"intent_id": undone}).json()["reversal_intent_id"]

    shown = {each: admin.get(f"/v1/journal/{each}").json() for each in (first, undone, redone)}
    assert [each["summary"]["status"] for each in shown.values()] == [
        "posted",
        "reversal",
        "reversal",
    ]
    assert shown[first]["linked_intents"]["reversed_by"] == undone
    assert shown[undone]["linked_intents"]["reversed_by"] == redone
    again = admin.post("/v1/journal/reverse", {"intent_id": first})
    assert again.json()["code"] == "ALREADY_REVERSED"


def test_a_suspected_duplicate_names_the_first(admin: Caller) -> None:
    """The same movements on the same day need a word of confirmation."""
    body = booking(booking_date="2026-04-01", skip_duplicate_check=False)
    first = admin.post("/v1/bookings", body).json()["intent_id"]
    second = admin.post("/v1/bookings", body)
    assert (second.status_code, second.json()["code"]) == (409, "DUPLICATE_SUSPECTED")
    assert second.json()["context"]["existing_intent_id"] == first


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"lines": [{"account_number": "6815", "debit": 1, "credit": 0}]}, 400, "BALANCE_MISMATCH"),
        ({"tax_cod": "VST20"}, 400, "INVALID_INPUT"),
        ({"adjustment_period": 13}, 400, "INVALID_ADJUSTMENT_PERIOD"),
        ({"document_id": str(unknown())}, 404, "DOCUMENT_NOT_FOUND"),
        ({"booking_date": "2026-02-30"}, 400, "INVALID_INPUT"),
        ({"custom_metadata": {"a": "x" * 257}}, 400, "INVALID_INPUT"),
    ],
)
def test_bookings_are_refused_by_name(
    admin: Caller, changes: dict[str, object], status: int, code: str
) -> None:
    """Each broken rule has its own code."""
    answer = admin.post("/v1/bookings", booking(**changes))
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_chart_is_paged_searched_and_grows(admin: Caller) -> None:
    """Own accounts stand beside system accounts; none can be created twice."""
    page = admin.get("/v1/accounts", limit=2, offset=1)
    assert page.headers["X-Total-Count"] == str(page.json()["total"])
    assert len(page.json()["accounts"]) == 2
    own = {"number": "68151", "name": "Druckerpapier", "type": "expense"}
    assert admin.post("/v1/accounts", own).status_code == 201
    assert admin.post("/v1/accounts", own).json()["code"] == "DUPLICATE_ACCOUNT"
    found = admin.get("/v1/accounts/search", q="druckerp").json()["accounts"]
    assert [each["number"] for each in found] == ["68151"]
    assert admin.get("/v1/accounts", limit=501).json()["code"] == "INVALID_INPUT"


def test_a_statement_carries_its_balance(admin: Caller) -> None:
    """The running balance ends where the balance is."""
    admin.post("/v1/bookings", booking(booking_date="2026-05-01"))
    answer = admin.get("/v1/accounts/2800/entries", startDate="2026-05-01").json()
    assert answer["entries"][-1]["running_balance"] == answer["balance"]
    assert admin.get("/v1/accounts/99999999/entries").json()["code"] == "NOT_FOUND"


def test_journal_and_statement_are_read_by_cursor(admin: Caller) -> None:
    """Each page says where the next one begins; the last one says nothing."""
    for day in (11, 12, 13):
        admin.post("/v1/bookings", booking(booking_date=f"2026-05-{day}"))
    for path, told in (
        ("/v1/journal", {"search": "00", "startDate": "2026-05-11"}),
        ("/v1/accounts/2800/entries", {"startDate": "2026-05-11"}),
    ):
        whole = admin.get(path, **told).json()["entries"]
        first = admin.get(path, **told, limit=len(whole) - 1)
        rest = admin.get(path, **told, before=first.headers["X-Next-Cursor"])
        found = [each["id"] for each in first.json()["entries"] + rest.json()["entries"]]
        assert sorted(found) == sorted(each["id"] for each in whole)
        assert "X-Next-Cursor" not in rest.headers
        assert admin.get(path, before=0).json()["code"] == "INVALID_INPUT"


def test_tax_codes_are_listed(admin: Caller) -> None:
    """The chart's codes come with rate and accounts."""
    codes = admin.get("/v1/tax-codes").json()["tax_codes"]
    rates = {code["code"]: code["rate"] for code in codes}
    assert rates["VST20"] == 20


def test_of_many_at_once_one_creates_the_account(admin: Caller) -> None:
    """Whoever comes second hears that it exists, not that something went wrong."""
    own = {"number": "68152", "name": "Toner", "type": "expense"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: admin.post("/v1/accounts", own), range(8)))
    assert sorted(each.status_code for each in answers) == [201] + [409] * 7
    assert {each.json().get("code") for each in answers} == {None, "DUPLICATE_ACCOUNT"}
