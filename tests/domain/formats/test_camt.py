"""camt.053, read from the corpus and from what we write."""

import json
from datetime import date
from decimal import Decimal
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.formats.camt import parts, read
from domain.formats.camt_writer import write_statement
from domain.formats.statement import (
    Entry,
    LeftOut,
    Statement,
    StatementKind,
    StatementLine,
    UnsupportedFormat,
)
from domain.formats.xml import UnsafeXml
from tests.corpus import CORPUS

CAMT = CORPUS / "bank" / "camt"
DATA = Path(__file__).parents[2] / "data" / "statements"

LINES = (
    StatementLine(
        booking_date=date(2026, 11, 24),
        amount=Decimal("-357.00"),
        currency="EUR",
        value_date=date(2026, 11, 24),
        counterparty_name="Papier Müller & Söhne GmbH",
        counterparty_iban="DE89370400440532013000",
        remittance_information="Rechnung RE-2026-0815",
        end_to_end_id="RE-2026-0815",
        batch_reference="RUN-1",
    ),
    StatementLine(
        booking_date=date(2026, 11, 24),
        amount=Decimal("-500.00"),
        currency="EUR",
        value_date=date(2026, 11, 24),
        counterparty_name="Cloud Beispiel Ltd",
        batch_reference="RUN-1",
    ),
    StatementLine(
        booking_date=date(2026, 11, 25),
        amount=Decimal("12.50"),
        currency="EUR",
        value_date=date(2026, 11, 26),
        bank_reference="B-77",
        kind="PMNT/RCDT/ESCT",
    ),
)
STATEMENT = Statement(
    id="2026-11-25",
    iban="AT611904300234573201",
    currency="EUR",
    opening=Decimal("1000.00"),
    closing=Decimal("155.50"),
    lines=LINES,
)
CREATED = "2026-11-25T18:00:00.000000Z"


def corpus() -> dict[str, dict[str, object]]:
    """What the corpus says about its files; empty where it is missing."""
    path = CAMT / "truth.json"
    return json.loads(path.read_text()) if path.exists() else {}


def test_the_corpus_is_there() -> None:
    """Say it loudly when the files to read are missing."""
    if not corpus():
        pytest.skip(f"no corpus at {CAMT}")


@pytest.mark.parametrize("name", sorted(corpus()))
def test_statements_of_the_corpus_are_read(name: str) -> None:
    """Account, balances and the sum of what is booked are those of the truth file."""
    truth = corpus()[name]["statements"]
    data = (CAMT / name).read_bytes()
    assert isinstance(truth, list)
    if not truth:
        with pytest.raises(UnsupportedFormat):
            read(data)
        return

    found = read(data)

    assert [statement.iban for statement in found] == [one["account"] for one in truth]
    for statement, one in zip(found, truth, strict=True):
        assert sum(line.amount for line in statement.lines) == Decimal(one["sum_booked"])
        assert statement.adds_up == one["balances_add_up"] or statement.opening is None
        assert len(statement.lines) in {one["entries"], one["transactions"]}
        assert not statement.errors
        for said, balance in (
            (one["opening"], statement.opening),
            (one["closing"], statement.closing),
        ):
            unreadable = said is None or len(said) > len("100000.00000")
            assert balance == (None if unreadable else Decimal(str(said)))


def test_other_messages_say_what_they_are() -> None:
    """Intraday reports and advices only announce: whoever imports them must know."""
    kinds = {
        name: {statement.kind for statement in read((CAMT / name).read_bytes())}
        for name in corpus()
        if "052" in name or "054" in name
    }
    for name, found in kinds.items():
        wanted = StatementKind.ADVICE if "054" in name else StatementKind.INTERIM
        assert found == {wanted}, name


def test_the_austrian_namespace_reads_like_the_iso_one() -> None:
    """A reader bound to one namespace would find nothing and say nothing."""
    if not corpus():
        pytest.skip(f"no corpus at {CAMT}")
    austrian = read((CAMT / "at_stuzza_namespace.xml").read_bytes())
    assert austrian == read((CAMT / "viafintech_053_valid_example.xml").read_bytes())
    assert len(austrian[0].lines) == 5
    assert austrian[0].lines[0].counterparty_name == "Testkonto Nummer 2"


@given(
    st.lists(
        st.builds(
            partial(StatementLine, currency="EUR", value_date=date(2026, 1, 1)),
            booking_date=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
            amount=st.decimals(Decimal(-99999), Decimal(99999), places=2).filter(bool),
            counterparty_name=st.none() | st.from_regex(r"[A-Za-zÄß&<>\"]{1,70}", fullmatch=True),
            remittance_information=st.none()
            | st.from_regex(r"[a-z]( ?[a-z0-9]){0,60}", fullmatch=True),
        ),
        max_size=5,
    )
)
def test_any_statement_reads_as_it_was_written(lines: list[StatementLine]) -> None:
    """A format written and read is the same."""
    total = sum((line.amount for line in lines), Decimal("0.00"))
    statement = Statement("X", "AT611904300234573201", "EUR", Decimal("0.00"), total, tuple(lines))
    assert read(write_statement(statement, CREATED)) == (statement,)
    assert statement.adds_up


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("2026-11-25</", "2026-02-30</", "INVALID_DATE"),
        (">12.50<", ">12,50<", "INVALID_AMOUNT"),
        (">12.50<", ">12.505<", "INVALID_AMOUNT"),
        (">12.50<", ">NaN<", "INVALID_AMOUNT"),
        (">12.50<", ">-12.50<", "INVALID_AMOUNT"),
        ('"EUR">12.50<', '"eur">12.50<', "INVALID_CURRENCY"),
        ("<CdtDbtInd>CRDT</CdtDbtInd>\n        <Sts>", "<Sts>", "MISSING_FIELD"),
    ],
)
def test_a_bad_row_is_reported_and_the_rest_is_read(old: str, new: str, code: str) -> None:
    """The third row is bad, the first two stay."""
    text = write_statement(STATEMENT, CREATED).decode()
    head, tail = text.rsplit("<Ntry>", 1)
    assert old in tail

    statement = read(f"{head}<Ntry>{tail.replace(old, new)}".encode())[0]

    assert [error.code for error in statement.errors] == [code]
    assert statement.errors[0].row == 3
    assert statement.lines == LINES[:2]


def test_an_announced_entry_is_not_booked() -> None:
    """Only BOOK counts."""
    text = write_statement(STATEMENT, CREATED).decode().replace("<Cd>BOOK</Cd>", "<Cd>PDNG</Cd>")
    assert read(text.encode())[0].lines == ()
    (left,) = [each for each in parts(BytesIO(text.encode())) if isinstance(each, LeftOut)]
    moved = sum((each.amount for each in LINES), Decimal())
    assert (left.account, left.amount, left.words) == (STATEMENT.iban, moved, ("PDNG",))


def test_parts_that_do_not_add_up_become_one_line() -> None:
    """The entry is what hits the account."""
    text = write_statement(STATEMENT, CREATED).decode()
    text = text.replace(">500.00<", ">499.00<")
    lines = read(text.encode())[0].lines
    assert [line.amount for line in lines] == [Decimal("-857.00"), Decimal("12.50")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b'<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
        b"<a>" * 100 + b"</a>" * 100,
    ],
)
def test_unsafe_xml_is_refused(data: bytes) -> None:
    """No DTD, no entities, no endless nesting (BOUNDED)."""
    with pytest.raises(UnsafeXml):
        read(data)


BATCH = (DATA / "batch-instd-amt.xml").read_bytes()


def test_parts_that_say_only_what_was_instructed_are_split() -> None:
    """A collective entry keeps the names and references of its parts."""
    (statement,) = read(BATCH)

    assert [(line.amount, line.counterparty_name) for line in statement.lines] == [
        (Decimal("329.56"), "K1InstdAmt"),
        (Decimal("100.00"), "K2InstdAmt"),
    ]
    assert [line.end_to_end_id for line in statement.lines] == ["E-K1InstdAmt", "E-K2InstdAmt"]


def test_parts_that_add_up_only_after_their_fees_are_split() -> None:
    """The fee is taken off the part that it was charged for, and stands in its details."""
    charged = BATCH.replace(b">429.56<", b">427.06<").replace(
        b"<RltdPties>",
        b'<Chrgs><Rcrd><Amt Ccy="EUR">2.50</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>'
        b"<RltdPties>",
        1,
    )
    (statement,) = read(charged)

    assert [line.amount for line in statement.lines] == [Decimal("327.06"), Decimal("100.00")]
    assert dict(statement.lines[0].details)["charges"] == "2.50"


def test_parts_that_do_not_add_up_are_one_line_and_a_note() -> None:
    """What hit the account is the entry; nothing is invented to make it fit."""
    entries = [
        part
        for part in parts(BytesIO(BATCH.replace(b">429.56<", b">400.00<")))
        if isinstance(part, Entry)
    ]

    assert [(entry.amount, len(entry.lines)) for entry in entries] == [(Decimal("400.00"), 1)]
    assert entries[0].note


def test_a_foreign_amount_keeps_its_rate() -> None:
    """The account moved in its own currency; the instructed amount stands in the details."""
    foreign = (
        BATCH.replace(b">429.56<", b">100.00<")
        .replace(b'<InstdAmt><Amt Ccy="EUR">329.56</Amt></InstdAmt>', b"@", 1)
        .split(b"<TxDtls><Refs><EndToEndId>E-K2")[0]
        .replace(
            b"@",
            b'<InstdAmt><Amt Ccy="USD">108.00</Amt></InstdAmt><TxAmt><Amt Ccy="EUR">100.00</Amt>'
            b"<CcyXchg><SrcCcy>USD</SrcCcy><XchgRate>1.08</XchgRate></CcyXchg></TxAmt>",
        )
        + b"</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"
    )
    (statement,) = read(foreign)

    said = dict(statement.lines[0].details)
    assert statement.lines[0].amount == Decimal("100.00")
    assert (said["original_amount"], said["original_currency"]) == ("108.00", "USD")
    assert said["exchange_rate"] == "1.08"


def test_an_unknown_version_of_another_message_is_refused() -> None:
    """A payment file is no statement, whatever it is called."""
    for wrong in (b"<Document/>", BATCH.replace(b"camt.053", b"pain.001")):
        with pytest.raises(UnsupportedFormat):
            read(wrong)
