"""camt.053, read from the corpus and from what we write."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.formats.camt import read
from domain.formats.camt_writer import write_statement
from domain.formats.statement import Statement, StatementLine, UnsupportedFormat
from domain.formats.xml import UnsafeXml
from tests.corpus import CORPUS

CAMT = CORPUS / "bank" / "camt"

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


@pytest.mark.parametrize("name", [name for name in corpus() if "053" in name or "stuzza" in name])
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
        assert statement.adds_up == one["balances_add_up"]
        for said, balance in (
            (one["opening"], statement.opening),
            (one["closing"], statement.closing),
        ):
            assert balance == (None if said is None else Decimal(said))


@pytest.mark.parametrize(
    "name", [name for name in corpus() if "052" in name or "054" in name or "namespace" in name]
)
def test_other_messages_are_no_statements(name: str) -> None:
    """Intraday reports and advices are never booked from."""
    if "stuzza" in name or "no_namespace" in name:
        return
    with pytest.raises(UnsupportedFormat):
        read((CAMT / name).read_bytes())


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
            StatementLine,
            booking_date=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
            amount=st.decimals(Decimal(-99999), Decimal(99999), places=2).filter(bool),
            currency=st.just("EUR"),
            value_date=st.just(date(2026, 1, 1)),
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
