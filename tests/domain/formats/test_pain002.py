"""Status reports of banks, of two versions and two namespaces."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from domain.errors import Invalid
from domain.formats import pain002
from domain.formats.pain002 import ToldStatus
from tests.pain002 import V03, V10, Told, report

SCHEMA = Path(__file__).parents[2] / "data" / "xsd" / "pain.002.001.10.xsd"
STUZZA = "ISO:pain.002.001.03:APC:STUZZA:payments:003"


@pytest.mark.parametrize("namespace", [V10, V03, STUZZA])
def test_statuses_are_read_at_every_level(namespace: str) -> None:
    """Of the file, and of its transfers with code and words."""
    told = [Told("A-1", "RJCT", "AC04", "Konto erloschen & zu"), Told("A-2", "ACSC")]
    data = report("RUN", told, group="PART", namespace=namespace)
    if namespace == V10:
        etree.XMLSchema(etree.parse(SCHEMA)).assertValid(etree.fromstring(data))

    read = pain002.read(data)

    assert (read.message_id, read.original_message_id) == ("BANK-1", "RUN")
    assert read.created_at == datetime(2026, 3, 11, 8, 0, tzinfo=UTC)
    assert read.told == (
        ToldStatus("PART", 0),
        ToldStatus("RJCT", 2, "A-1", "AC04", "Konto erloschen & zu"),
        ToldStatus("ACSC", 2, "A-2"),
    )


@pytest.mark.parametrize(
    "data",
    [
        b"<Document><CstmrPmtStsRpt/></Document>",
        b"<Document xmlns='urn:x'><CstmrPmtStsRpt/></Document>",
        b"<Document><BkToCstmrStmt/></Document>",
        report("RUN"),
        report("RUN", group="RJCT").replace(b"2026-03-11T08:00:00Z", b"yesterday"),
        report("", group="RJCT"),
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + report("RUN", group="RJCT").split(b"?>")[1],
        report("RUN", group="RJCT")[:-20],
        b"",
    ],
)
def test_what_says_nothing_is_refused(data: bytes) -> None:
    """Broken, of another kind, of no file, without a day, with entities."""
    with pytest.raises(Invalid):
        pain002.read(data)
