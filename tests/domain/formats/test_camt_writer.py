"""camt.053 as we write it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from lxml import etree

from domain.formats.camt import read
from domain.formats.camt_writer import write_statement
from domain.formats.statement import Statement, StatementLine

SCHEMA = Path(__file__).parents[2] / "data" / "xsd" / "camt.053.001.08.xsd"
LINE = StatementLine(
    booking_date=date(2026, 11, 24),
    amount=Decimal("-357.00"),
    currency="EUR",
    value_date=date(2026, 11, 25),
    counterparty_name="Papier Müller & Söhne GmbH",
    counterparty_iban="DE89370400440532013000",
    remittance_information="Rechnung RE-2026-0815",
    end_to_end_id="RE-2026-0815",
    batch_reference="RUN-1",
    bank_reference="B-1",
    kind="PMNT/ICDT/ESCT",
)
SINGLE = LINE._replace(amount=Decimal("12.50"), batch_reference=None)
STATEMENT = Statement(
    id="2026-11-25",
    iban="AT611904300234573201",
    currency="EUR",
    opening=Decimal("1000.00"),
    closing=Decimal("298.50"),
    lines=(LINE, LINE, SINGLE),
)
CREATED = "2026-11-25T18:00:00.000000Z"


def test_what_is_written_holds_against_the_schema_and_reads_the_same() -> None:
    """Written, validated, read: the same statement; a batch is one entry."""
    data = write_statement(STATEMENT, CREATED)

    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(etree.fromstring(data))
    assert len(etree.fromstring(data).findall(".//{*}Ntry")) == 2
    assert read(data) == (STATEMENT,)


def test_without_lines_and_balances_it_is_still_a_statement() -> None:
    """An empty day."""
    empty = replace(STATEMENT, lines=(), opening=None, closing=None, currency=None)
    assert read(write_statement(empty, CREATED)) == (empty,)
