"""Details of a booking that come in a later file: who paid it, and in which parts."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.callers import Caller, caller
from tests.api.test_statement_files import account, amounts, codes, taken
from tests.builders import another_tenant
from tests.servers import Database

IBAN, PAYER = "AT611904300234573201", "DE89370400440532013000"
_SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.05{number}.001.08"
_BODY = {2: ("BkToCstmrAcctRpt", "Rpt"), 3: ("BkToCstmrStmt", "Stmt"),
         4: ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}  # fmt: skip
Part = tuple[str, str, str]
"""Amount, name of who pays, words."""
PARTS: list[Part] = [("60.00", "Erste GmbH", "RE 1"), ("40.00", "Zweite GmbH", "RE 2")]


def a_part(part: Part, iban: str = PAYER) -> str:
    """One transaction of a booking."""
    amount, name, words = part
    return (
        f'<TxDtls><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty>'
        f"<Nm>{name}</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>{iban}</IBAN></Id></DbtrAcct></RltdPties>"
        f"<RmtInf><Ustrd>{words}</Ustrd></RmtInf></TxDtls>"
    )


def a_file(number: int, *entries: str, name: str = "X", balances: str = "") -> str:
    """A camt.052, .053 or .054 of these entries."""
    body, element = _BODY[number]
    return (
        f'<Document xmlns="{_SPACE.format(number=number)}"><{body}><GrpHdr><MsgId>{name}</MsgId>'
        f"<CreDtTm>2026-11-04T06:00:00</CreDtTm></GrpHdr><{element}><Id>{name}</Id>"
        f"<Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}{''.join(entries)}"
        f"</{element}></{body}></Document>"
    )


def an_entry(
    parts: str = "", reference: str | None = "BB1", amount: str = "100.00", day: str = "2026-11-03"
) -> str:
    """A booking of money that came in."""
    called = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    details = f"<NtryDtls>{parts}</NtryDtls>" if parts else ""
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>{called}"
        f"{details}<AddtlNtryInf>SAMMELGUTSCHRIFT</AddtlNtryInf></Ntry>"
    )


BARE = an_entry()
TOLD = an_entry("".join(map(a_part, PARTS)))


@pytest.fixture
def office(http: TestClient, database: Database) -> Caller:
    """A tenant of its own with a bank account."""
    found = caller(http, another_tenant(database))
    account(found, IBAN)
    return found


def rows(office: Caller) -> list[dict[str, Any]]:
    """All movements, the smallest first."""
    found = office.get("/v1/bank-transactions", limit=500).json()["transactions"]
    return sorted(found, key=lambda row: row["amount"])


def shown(office: Caller) -> list[tuple[object, ...]]:
    """Movements as people see them."""
    names = ("amount", "counterparty_name", "counterparty_iban", "reference", "status", "tx_date")
    return [tuple(row[name] for name in names) for row in rows(office)]


BOTH = [
    (40.0, "Zweite GmbH", PAYER, "RE 2", "unreconciled", "2026-11-03"),
    (60.0, "Erste GmbH", PAYER, "RE 1", "unreconciled", "2026-11-03"),
]


@pytest.mark.parametrize(
    "order",
    [
        [(3, BARE), (4, TOLD)],
        [(4, TOLD), (3, BARE)],
        [(2, BARE), (4, TOLD), (3, BARE)],
        [(2, BARE), (3, TOLD)],
        [(2, BARE), (3, BARE), (4, TOLD)],
    ],
)
def test_parts_of_a_booking_are_there_in_whatever_order_files_come(
    office: Caller, order: list[tuple[int, str]]
) -> None:
    """One movement for each transaction, however often each file comes again."""
    for number, entry in order:
        taken(office, a_file(number, entry, name=f"M{number}"))

    assert shown(office) == BOTH
    for number, entry in order:
        again = taken(office, a_file(number, entry, name=f"N{number}"))
        assert again["imported"] == 0
    assert shown(office) == BOTH


def test_details_are_told_and_count_for_no_row(office: Caller) -> None:
    """Skipped are both rows, for their booking is there; nothing is only announced."""
    taken(office, a_file(3, BARE, an_entry("", "CC1", "7.00")))

    found = taken(office, a_file(4, TOLD))

    assert (found["imported"], found["skipped_duplicates"]) == (0, 2)
    assert [(each["code"], each["count"]) for each in found["findings"]] == [("DETAILS_ADDED", 1)]
    assert amounts(office) == [7.0, 40.0, 60.0]


def test_one_payer_of_a_bare_booking_is_told(office: Caller) -> None:
    """A booking without names, and the advice that has one."""
    taken(office, a_file(3, BARE))
    taken(office, a_file(4, an_entry(a_part(("100.00", "Erste GmbH", "RE 1")))))
    assert [row[:4] for row in shown(office)] == [(100.0, "Erste GmbH", PAYER, "RE 1")]


def test_the_statement_has_the_last_word_on_who_paid(office: Caller) -> None:
    """What was announced is no proof: the statement names another account, and the day."""
    false, right = ("100.00", "Falsch GmbH", "RE 9"), ("100.00", "Erste GmbH", "RE 1")
    taken(office, a_file(2, an_entry(a_part(false, "AT483200000012345864"), day="2026-11-02")))
    taken(office, a_file(3, an_entry(a_part(right))))
    assert shown(office) == [
        (100.0, "Erste GmbH", PAYER, "RE 1", "unreconciled", "2026-11-03"),
    ]


def test_parts_that_were_announced_are_those_of_the_statement(office: Caller) -> None:
    """As many as the statement has, each with what it says; fewer words take nothing away."""
    false = [("60.00", "Falsch GmbH", "RE 8"), ("40.00", "Auch falsch GmbH", "RE 9")]
    taken(office, a_file(4, an_entry("".join(map(a_part, false)))))
    taken(office, a_file(3, TOLD))
    assert shown(office) == BOTH


def test_only_the_reference_of_the_bank_ties_details_to_a_booking(office: Caller) -> None:
    """An equal sum of the same day may be another booking: nobody gets a wrong name."""
    taken(office, a_file(3, an_entry("", None)))
    found = taken(office, a_file(4, an_entry("".join(map(a_part, PARTS)), None)))
    assert (codes(found), amounts(office)) == ([], [100.0])


def test_what_people_have_tied_or_proven_stays_as_they_saw_it(office: Caller) -> None:
    """It is told; once that is undone, the same file tells the rest."""
    taken(office, a_file(3, BARE))
    (row,) = rows(office)
    lines = [
        {"account_number": "2800", "debit": 100, "credit": 0},
        {"account_number": "4000", "debit": 0, "credit": 100},
    ]
    booked = {"booking_date": "2026-11-03", "description": "Bar", "lines": lines}
    made = office.post("/v1/bookings", booked)
    assert made.status_code == 201, made.text
    target = {"intent_id": made.json()["intent_id"], "candidate_kind": "bank_booking"}
    tied = office.post(f"/v1/bank-transactions/{row['id']}/reconcile", target)
    assert tied.status_code == 200, tied.text

    found = taken(office, a_file(4, TOLD))

    assert (codes(found), amounts(office)) == (["DETAILS_LEFT"], [100.0])
    assert office.post(f"/v1/bank-transactions/{row['id']}/unmatch").status_code == 200
    assert codes(taken(office, a_file(4, TOLD))) == ["DETAILS_ADDED"]
    assert shown(office) == BOTH


def test_the_balances_of_a_statement_whose_parts_came_later_still_add_up(office: Caller) -> None:
    """The next statement follows on it, and the first one again adds nothing."""
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{value}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-03</Dt></Dt></Bal>"
        for code, value in (("OPBD", "0.00"), ("CLBD", "100.00"))
    )
    first = a_file(3, BARE, balances=balances)
    taken(office, first)
    taken(office, a_file(4, TOLD))
    again = taken(office, a_file(3, BARE, name="Y", balances=balances))
    assert (again["imported"], codes(again)) == (0, [])
    assert shown(office) == BOTH
