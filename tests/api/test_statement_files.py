"""Statement files over HTTP: identity, continuity, names of accounts, every file of the corpus."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from domain.banking import import_views
from domain.formats import statement_file
from domain.formats.statement import StatementHead, UnsupportedFormat
from tests.api.callers import Caller, caller
from tests.builders import another_tenant
from tests.corpus import CORPUS
from tests.domain.formats.test_bank_csv import (
    MAPPED,
    STRIPE,
    STRIPE_HISTORY,
    STRIPE_PAYOUTS,
    UNKNOWN,
)
from tests.servers import Database

DATA = Path(__file__).parents[1] / "data" / "statements"
ACCOUNTS, IMPORT = "/v1/bank-accounts", "/v1/bank-transactions/import-file"
BANK = CORPUS / "bank"
FILES = sorted(each for each in BANK.glob("*/*") if each.suffix != ".json")
REFUSED = {
    "genkgo_camt053.v2.wrong.xml",
    "viafintech_general_invalid_namespace.xml",
    "betterplace_amount_formats.sta",
    "betterplace_empty_entry_date.sta",
    "cmxl_statement_details.sta",
    "self-provided_invalid_statement.sta",
    "self-provided_sparkassen.sta",
}
PARKING = "AT192011100022220000"
MT940 = """:20:X
:25:{account}
:28C:1/1
:60F:C260101EUR100,00
:61:2601020102D10,00NTRFNONREF//{reference}
:86:116?00UEBERWEISUNG?20SVWZ+RE 7?32MUSTER
:62F:C260102EUR90,00
-
"""


@pytest.fixture
def office(http: TestClient, database: Database) -> Caller:
    """Give each test a tenant of its own."""
    return caller(http, another_tenant(database))


def account(office: Caller, iban: str | None, number: str = "2800", **more: Any) -> str:
    """Make a bank account."""
    body = {"name": iban or "Karte", "account_number": number, **more}
    if iban:
        body["iban"] = iban
    made = office.post(ACCOUNTS, body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def send(office: Caller, data: bytes | str, path: str = IMPORT, **form: str) -> Response:
    """Send a file."""
    raw = data.encode() if isinstance(data, str) else data
    headers = {"Authorization": f"Bearer {office.key}"}
    answer: Response = office.http.post(
        path, files={"file": ("statement", raw)}, data=form, headers=headers
    )
    return answer


def taken(office: Caller, data: bytes | str, **form: str) -> dict[str, Any]:
    """Import a file that is fine."""
    answer = send(office, data, **form)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def case(name: str) -> bytes:
    """A file of the project's own."""
    return (DATA / name).read_bytes()


def amounts(office: Caller) -> list[float]:
    """Amounts of all movements."""
    rows = office.get("/v1/bank-transactions", limit=500).json()["transactions"]
    return sorted(row["amount"] for row in rows)


def codes(found: dict[str, Any]) -> list[str]:
    """Codes of what an import tells."""
    return [each["code"] for each in found["findings"]]


@pytest.mark.parametrize("names", [("same-1.xml", "same-2.xml"), ("same-2.xml", "same-1.xml")])
def test_equal_card_payments_in_two_statements_are_two(
    office: Caller, names: tuple[str, str]
) -> None:
    """In either order, and each file twice."""
    account_id = account(office, PARKING)

    figures = [taken(office, case(name)) for name in (*names, *names)]

    assert [each["imported"] for each in figures] == [1, 1, 0, 0]
    assert [each["skipped_duplicates"] for each in figures] == [0, 0, 1, 1]
    assert amounts(office) == [-3.5, -3.5]
    assert office.get(f"{ACCOUNTS}/{account_id}").json()["gaps"] == []


def test_the_same_entry_in_another_version_or_an_overlap_is_one(office: Caller) -> None:
    """Neither spelling nor a number of the entry says who it is."""
    account(office, "AT942011100033330000")
    account(office, "AT412011100011110000", "2810")

    figures = [
        taken(office, case(name))["imported"]
        for name in ("v02.xml", "v08.xml", "ntryref-1.xml", "ntryref-2.xml")
    ]

    assert figures == [1, 0, 2, 1]
    assert amounts(office) == [44.0, 60.0, 80.0, 120.0]


def pages(day: int, start: str) -> str:
    """A statement over two days with a parking fee each; the next one overlaps it by a day."""
    line = ":61:2611{day:02}11{day:02}D3,50NTRFNONREF\n:86:105?00KARTE?20PARKEN\n"
    closing = f"{float(start) - 7:.2f}".replace(".", ",")
    return (
        f":20:X\n:25:{PARKING}\n:28C:{day}/1\n:60F:C2611{day:02}EUR{start.replace('.', ',')}\n"
        f"{line.format(day=day)}{line.format(day=day + 1)}:62F:C2611{day + 1:02}EUR{closing}\n-\n"
    )


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_equal_entries_of_overlapping_files_are_counted_once(
    office: Caller, order: tuple[int, ...]
) -> None:
    """Four days, four fees; nothing but the balances says which is which."""
    account(office, PARKING)
    files = [pages(10, "100.00"), pages(11, "96.50"), pages(12, "93.00")]
    assert sum(taken(office, files[each])["imported"] for each in order) == 4
    assert amounts(office) == [-3.5] * 4


def test_a_collective_entry_is_its_parts(office: Caller) -> None:
    """Two rows with their payers; the same again as one sum adds nothing."""
    account(office, "AT722011100044440000")
    assert taken(office, case("batch-instd-amt.xml"))["imported"] == 2
    again = case("batch-instd-amt.xml").replace(b"<MsgId>M", b"<MsgId>N")
    unsplit = again.split(b"<NtryDtls>")[0] + b"</Ntry></Stmt></BkToCstmrStmt></Document>"
    assert taken(office, unsplit)["imported"] == 0
    assert amounts(office) == [100.0, 329.56]


def test_what_is_missing_is_told_to_the_cent(office: Caller) -> None:
    """A statement that does not add up, and one that does not follow the last."""
    account_id = account(office, "AT482011100099887766")

    short = taken(office, case("off.xml"))
    gap = taken(office, case("gap.xml"))

    assert (codes(short), short["findings"][0]["amount"]) == (["DOES_NOT_ADD_UP"], 100)
    assert (codes(gap), gap["findings"][0]["amount"]) == (["GAP"], 8822)
    assert (gap["findings"][0]["first_day"], gap["findings"][0]["last_day"]) == (
        "2026-11-21",
        "2026-11-24",
    )
    shown = office.get(f"{ACCOUNTS}/{account_id}").json()
    assert [each["amount"] for each in shown["gaps"]] == [8822]


def test_a_gap_is_put_aside_and_told_again(office: Caller) -> None:
    """With a reason and a day to come; twice is once; nothing is put aside where nothing lacks."""
    account_id = account(office, "AT482011100099887766")
    path = f"{ACCOUNTS}/{account_id}/gaps"
    none = office.post(f"{path}/defer", {"reason": "x"})
    assert (none.status_code, none.json()["code"]) == (409, "NOTHING_MISSING")
    for name in ("off.xml", "gap.xml"):
        taken(office, case(name))

    put = office.post(f"{path}/defer", {"reason": "Bank liefert nach", "until": "2999-12-31"})

    assert put.status_code == 200, put.text
    shown = office.get(f"{ACCOUNTS}/{account_id}").json()
    assert put.json() == shown
    said = shown["gap_deferral"]
    assert (said["reason"], said["until"]) == ("Bank liefert nach", "2999-12-31")
    assert [each["is_deferred"] for each in shown["gaps"]] == [True]
    for wrong in ({"reason": " "}, {"reason": "x", "until": "2020-01-01"}, {"until": "2999-12-31"}):
        assert office.post(f"{path}/defer", wrong).status_code == 400
    for _ in range(2):
        told = office.post(f"{path}/resume").json()
        assert (told["gap_deferral"], told["gaps"][0]["is_deferred"]) == (None, False)
    assert office.post(f"{ACCOUNTS}/{uuid4()}/gaps/resume").status_code == 404
    steps = [each["action"] for each in office.get("/v1/audit", subject="bank_account").json()]
    assert [each for each in steps if "gaps" in each] == [
        "bank_account.gaps_told", "bank_account.gaps_deferred",
    ]  # fmt: skip
    assert shown["last_statement"]["closing"] == 10004
    assert amounts(office) == [5.0, 77.0]


def test_a_mismatch_is_refused_where_the_account_says_so(office: Caller) -> None:
    """The file leaves nothing, and says what is missing."""
    account_id = account(office, "AT482011100099887766")
    changed = office.put(f"{ACCOUNTS}/{account_id}", {"refuses_mismatch": True})
    assert changed.status_code == 200

    refused = send(office, case("off.xml"))

    assert (refused.status_code, refused.json()["code"]) == (400, "STATEMENT_MISMATCH")
    assert refused.json()["context"]["amount"] == "100.00"
    assert amounts(office) == []
    assert office.get(f"{ACCOUNTS}/{account_id}").json()["last_statement"] is None


def test_a_statement_with_an_unreadable_amount_is_left_out_as_a_whole(office: Caller) -> None:
    """The other statements of the file are taken; alone, it is refused."""
    account(office, None, aliases=["12345678/1"])
    good = MT940.format(account="12345678/1", reference="A")
    bad = good.replace("D10,00", "D1O,00").replace("C260101EUR100,00", "C260102EUR90,00")

    refused = send(office, bad)
    assert (refused.status_code, refused.json()["code"]) == (400, "UNSUPPORTED_FORMAT")
    assert refused.json()["context"]["rows"][0][:2] == [1, "INVALID_AMOUNT"]
    assert amounts(office) == []

    found = taken(office, good + bad)
    assert (found["imported"], len(found["errors"]), found["total_rows"]) == (1, 1, 2)
    assert "STATEMENT_REFUSED" in codes(found)


def test_an_account_without_iban_is_found_by_what_files_call_it(office: Caller) -> None:
    """Proposed when the names differ, kept once a person says so."""
    account_id = account(office, "AT611904300234573201")
    first = MT940.format(account="0067-00763/93984487", reference="A")
    second = MT940.format(account="0067-00763/93984487", reference="B")
    second = second.replace("C260101EUR100,00", "C260102EUR90,00").replace(
        "C260102EUR90,00\n-", "C260103EUR80,00\n-"
    )
    assert send(office, first).status_code == 404

    found = taken(office, first, bank_account_id=account_id)

    assert (found["imported"], codes(found)) == (1, ["ACCOUNT_NAME_DIFFERS"])
    named = office.get(f"{ACCOUNTS}/{account_id}").json()["aliases"]
    assert named == [{"name": "0067-00763/93984487", "is_confirmed": False}]
    assert send(office, second).status_code == 404
    kept = office.post(f"{ACCOUNTS}/{account_id}/aliases", {"name": "0067-00763 / 93984487"})
    assert kept.json() == {"name": "0067-00763/93984487", "is_confirmed": True}
    assert taken(office, second)["imported"] == 1
    other = account(office, None, "2810", aliases=["KARTE-1"])
    taken_name = office.post(f"{ACCOUNTS}/{other}/aliases", {"name": "0067-00763/93984487"})
    assert (taken_name.status_code, taken_name.json()["code"]) == (409, "ALIAS_TAKEN")
    dropped = office.post(f"{ACCOUNTS}/{account_id}/aliases/drop", {"name": "0067-00763/93984487"})
    assert dropped.status_code == 200
    assert office.get(f"{ACCOUNTS}/{account_id}").json()["aliases"] == []
    none = office.post(f"{ACCOUNTS}/{account_id}/aliases/drop", {"name": "0067-00763/93984487"})
    assert none.status_code == 404


def test_bank_code_and_number_are_the_iban(office: Caller) -> None:
    """What stands inside an IBAN is no other name."""
    account(office, "DE89370400440532013000")
    found = taken(office, MT940.format(account="37040044/0532013000", reference="A"))
    assert (found["imported"], codes(found)) == (1, [])


def test_a_file_of_several_accounts_is_divided(office: Caller) -> None:
    """Known ones are taken, wherever the file was sent; unknown ones are named."""
    first, second = (
        account(office, None, str(number), aliases=[f"1/{number}"]) for number in (2800, 2810)
    )
    file = "".join(MT940.format(account=f"1/{each}", reference=each) for each in (2800, 2810, 9))

    found = taken(office, file)

    assert found["imported"] == 2
    (finding,) = [each for each in found["findings"] if each["code"] == "UNKNOWN_ACCOUNT"]
    assert (finding["account"], finding["count"]) == ("1/9", 1)
    for each in (first, second):
        assert office.get(f"{ACCOUNTS}/{each}").json()["tx_count"] == 1
    own = {"number": "2899", "name": "Drittes Konto", "type": "asset"}
    assert office.post("/v1/accounts", own).status_code == 201
    third = account(office, "AT611904300234573201", "2899")
    wrong = send(office, MT940.format(account="1/2800", reference="B"), bank_account_id=third)
    assert (wrong.status_code, wrong.json()["code"]) == (400, "IBAN_MISMATCH")


def test_what_is_announced_counts_once_a_statement_has_it(office: Caller) -> None:
    """An interim report books nothing; the statement makes it a movement, not a second one."""
    account(office, "AT942011100033330000")
    report = case("v08.xml").replace(b"camt.053", b"camt.052").replace(b"<Stmt>", b"<Rpt>")
    report = report.replace(b"</Stmt>", b"</Rpt>").replace(b"BkToCstmrStmt", b"BkToCstmrAcctRpt")

    announced = taken(office, report)
    (row,) = office.get("/v1/bank-transactions").json()["transactions"]
    assert (codes(announced), row["status"]) == (["ANNOUNCED_ONLY"], "excluded")
    undone = office.post(f"/v1/bank-transactions/{row['id']}/unmatch")
    assert (undone.status_code, undone.json()["code"]) == (409, "TX_ALREADY_HANDLED")

    assert taken(office, case("v02.xml"))["imported"] == 1
    (row,) = office.get("/v1/bank-transactions").json()["transactions"]
    assert (row["amount"], row["status"]) == (44.0, "unreconciled")
    assert taken(office, report.replace(b"MV8", b"MV9"))["imported"] == 0


def test_what_no_rule_can_know_is_asked(office: Caller) -> None:
    """A second file of the same day without balances may bring a second parking fee."""
    account_id = account(office, "AT611904300234573201")
    head = "Booking Date,Value Date,Partner Name,Partner Iban,Type,Payment Reference,Amount (EUR)\n"
    row = "2026-11-10,2026-11-10,Parkhaus,,x,y,-3.50\n"
    taken(office, head + row + row.replace("3.50", "12.00"), bank_account_id=account_id)

    found = taken(office, head + row, bank_account_id=account_id)

    assert (found["imported"], found["skipped_duplicates"], found["undecided"]) == (0, 1, 1)
    assert codes(found)[-1] == "UNDECIDED"
    shown = office.get(f"/v1/bank-transactions/imports/{found['batch_id']}").json()
    (question,) = shown["questions"]
    assert (question["row"], question["amount"], question["answer"]) == (1, -3.5, None)
    path = f"/v1/bank-transactions/imports/{found['batch_id']}/answers"
    answered = office.post(path, {"answers": [{"row": 1, "is_new": True}]})
    assert answered.json()["questions"][0]["answer"] == "new"
    assert amounts(office) == [-12.0, -3.5, -3.5]
    again = office.post(path, {"answers": [{"row": 1, "is_new": True}]})
    assert (again.status_code, again.json()["code"]) == (409, "ANSWERED_ALREADY")
    assert amounts(office) == [-12.0, -3.5, -3.5]


def test_questions_that_wait_are_shown_first(
    office: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where not all are shown, an answer makes room for the next question."""
    monkeypatch.setattr(import_views, "_MOST_QUESTIONS", 1)
    account_id = account(office, "AT611904300234573201")
    head = "Booking Date,Value Date,Partner Name,Partner Iban,Type,Payment Reference,Amount (EUR)\n"
    row = "2026-11-10,2026-11-10,Parkhaus,,x,y,-3.50\n"
    rows = row + row.replace("3.50", "5.50")
    taken(office, head + rows + row.replace("3.50", "12.00"), bank_account_id=account_id)
    found = taken(office, head + rows, bank_account_id=account_id)
    path = f"/v1/bank-transactions/imports/{found['batch_id']}"
    (first,) = office.get(path).json()["questions"]

    answer = {"answers": [{"row": first["row"], "is_new": False}]}
    answered = office.post(f"{path}/answers", answer).json()

    (second,) = answered["questions"]
    assert (first["row"], second["row"], answered["undecided"]) == (1, 2, 1)


def test_an_unknown_csv_is_mapped_by_a_person(office: Caller) -> None:
    """Refused with its columns, then a layout of the tenant's own."""
    account_id = account(office, "AT611904300234573201")
    refused = send(office, UNKNOWN, bank_account_id=account_id)
    assert refused.json()["context"]["columns"] == MAPPED["header"]
    body = {each: MAPPED[each] for each in ("decimal", "dates", "header", "columns")}

    kept = office.post("/v1/bank-csv-layouts", {"name": "Hausbank", **body})

    assert kept.status_code == 201, kept.text
    assert taken(office, UNKNOWN, bank_account_id=account_id)["imported"] == 2
    assert [each["name"] for each in office.get("/v1/bank-csv-layouts").json()] == ["Hausbank"]
    wrong = {"name": "x", **body, "columns": {"amount": "Soll"}}
    assert office.post("/v1/bank-csv-layouts", wrong).status_code == 400


def test_rows_that_a_layout_does_not_call_booked_are_told(office: Caller) -> None:
    """None vanishes without a word, whoever made the layout; the same file again says it again."""
    account_id = account(office, "AT611904300234573201")
    columns = {"booking_date": "Tag", "purpose": "Text", "amount": "Wert", "status": "Art"}
    layout = {"name": "Eigene", "header": ["Tag", "Text", "Wert", "Art"], "columns": columns}
    layout |= {"decimal": ",", "dates": ["%d.%m.%Y"], "booked": ["G"]}
    assert office.post("/v1/bank-csv-layouts", layout).status_code == 201
    rows = "Tag;Text;Wert;Art\n05.11.2026;eins;10,00;G\n05.11.2026;zwei;-999,00;X\n"

    for new in (1, 0):
        found = taken(office, rows, bank_account_id=account_id)
        (finding,) = found["findings"]
        assert (found["imported"], found["total_rows"]) == (new, 1)
        assert (finding["code"], finding["count"]) == ("ROWS_LEFT_OUT", 1)
        assert (finding["amount"], finding["currency"]) == (-999, "EUR")
        assert "(X)" in finding["message"]


def test_two_reports_of_a_payment_provider_tell_of_the_same_movements(office: Caller) -> None:
    """Whichever comes first; what is paid out leaves nothing on the provider's account."""
    account(office, None, "2885", aliases=["STRIPE/EUR"])
    assert taken(office, STRIPE)["imported"] == 3
    assert taken(office, STRIPE_HISTORY)["imported"] == 1
    assert taken(office, STRIPE_PAYOUTS)["imported"] == 0
    assert sorted(amounts(office)) == [-39.97, -5.0, -0.94, 45.91]


def test_json_rows_meet_what_files_have_brought(office: Caller) -> None:
    """By the bank's reference and the amount; without one, by content."""
    account_id = account(office, "AT942011100033330000")
    taken(office, case("v02.xml"))
    rows = [
        {"tx_date": "2026-11-20", "amount": 44, "bank_reference": "AB1", "reference": "anders"},
        {"tx_date": "2026-11-20", "amount": 45, "bank_reference": "AB1"},
    ]
    body = {"bank_account_id": account_id, "transactions": rows}

    first, again = (office.post("/v1/bank-transactions", body).json() for _ in range(2))

    assert (first["imported"], first["skipped_duplicates"]) == (1, 1)
    assert (again["imported"], again["skipped_duplicates"]) == (0, 2)


def test_the_corpus_is_there() -> None:
    """Say it loudly when the files to read are missing."""
    if not FILES:
        pytest.skip(f"no corpus at {BANK}")


def test_every_file_of_the_corpus_is_imported_twice_without_a_duplicate(office: Caller) -> None:
    """Each into an account of its own name; a broken one is refused and leaves nothing."""
    for file in FILES:
        data = file.read_bytes()
        before = len(amounts(office))
        account_id = an_account_for(office, file)
        first = send(office, data, **account_id)
        if file.name in REFUSED:
            assert first.status_code == 400, (file.name, first.text)
            assert len(amounts(office)) == before
            continue
        assert first.status_code == 200, (file.name, first.text)
        again = send(office, data + b"\n", **account_id).json()
        assert again["imported"] == 0, (file.name, again)
        assert again["total_rows"] == first.json()["total_rows"], file.name


OVERLAPPING = [
    ("at_stuzza_namespace.xml", "viafintech_053_valid_example.xml"),
    ("betterplace_sepa_mt9401.sta", "betterplace_sepa_snippet.sta"),
    tuple(
        f"genkgo_camt053.{each}.xml" for each in ("v2.minimal", "v3", "v8", "v2.multi.statement")
    ),
]


@pytest.mark.parametrize("names", OVERLAPPING)
def test_files_of_the_corpus_that_overlap_may_come_in_any_order(
    http: TestClient, database: Database, names: tuple[str, ...]
) -> None:
    """The same movements, whichever file was first."""
    files = [next((each for each in FILES if each.name == name), None) for name in names]
    if None in files:
        pytest.skip(f"no corpus at {BANK}")
    ends = []
    for order in (names, names[::-1]):
        office = caller(http, another_tenant(database))
        for file in sorted(filter(None, files), key=lambda each: order.index(each.name)):
            taken(office, file.read_bytes(), **an_account_for(office, file))
        ends.append(amounts(office))
    assert ends[0] == ends[1]


NAMED: set[str] = set()


def an_account_for(office: Caller, file: Path) -> dict[str, str]:
    """Make accounts for all names of a file; say which one where the file names none."""
    try:
        with file.open("rb") as source:
            names = {
                part.iban
                for part in statement_file.parts(source)
                if isinstance(part, StatementHead)
            }
    except UnsupportedFormat:
        return {}
    known = {
        alias["name"]: each["id"]
        for each in office.get(ACCOUNTS).json()
        for alias in office.get(f"{ACCOUNTS}/{each['id']}").json()["aliases"]
    }
    for name in names - known.keys():
        number = str(1_000_000 + len(known) + len(NAMED))
        NAMED.add(name or file.name)
        made = office.post(
            "/v1/accounts", {"number": number, "name": name or file.name, "type": "asset"}
        )
        assert made.status_code == 201, made.text
        known[name] = account(office, None, number, aliases=[name or file.name])
    return {} if all(names) else {"bank_account_id": known[""]}


def test_a_statement_again_under_other_references_is_told(office: Caller) -> None:
    """Its entries are other ones by their references, but by its balances nothing moved twice."""
    account(office, None, aliases=["1/2800"])
    first, second = (MT940.format(account="1/2800", reference=each) for each in "AB")

    found = [taken(office, each) for each in (first, second, second)]

    assert [each["imported"] for each in found] == [1, 1, 0]
    assert [codes(each) for each in found[:2]] == [[], ["DOUBLED"]]
    (finding,) = found[1]["findings"]
    assert (finding["amount"], finding["count"]) == (-10.0, 1)
