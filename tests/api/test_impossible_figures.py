"""A stranger's document with figures that no invoice has is shown like any other."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.schemas.extraction import ExtractionOut
from api.schemas.review_cases import NormalizedInvoiceOut
from domain.formats import e_invoice
from domain.intake.bounds import within_bounds
from domain.intake.extraction import Extraction, normalized
from domain.intake.from_document import extraction_of
from domain.reading.finding import Severity
from domain.reading.origin import OwnParty
from tests.corpus import DOCUMENTS

FOLDER = DOCUMENTS.parent / "due"
FIGURE = re.compile(r">-?[0-9]+(?:\.[0-9]+)?<")
IMPOSSIBLE = ("99999999999999999999.99", "-1000000000000", "0.0000000000001")


def _poisoned(path: Path) -> Iterator[tuple[str, bytes]]:
    """The document with each of its figures replaced in turn."""
    text = path.read_text(encoding="utf-8")
    for found in FIGURE.finditer(text):
        for figure in IMPOSSIBLE:
            changed = f"{text[: found.start()]}>{figure}<{text[found.end() :]}"
            yield text[found.start() - 30 : found.end()], changed.encode()


def _shown(read: Extraction) -> None:
    """As the inbox and the queue of cases show it."""
    NormalizedInvoiceOut.model_validate(within_bounds(normalized(read)).to_json())
    ExtractionOut.of(read.to_json())


@pytest.mark.parametrize(("name", "figures"), [("ubl-prepaid.xml", 18), ("cii-two-terms.xml", 23)])
def test_each_figure_may_be_impossible(name: str, figures: int) -> None:
    """One case that cannot be shown would take the whole queue with it."""
    poisoned = list(_poisoned(FOLDER / name))
    assert len(poisoned) == figures * len(IMPOSSIBLE)
    for place, data in poisoned:
        try:
            _shown(extraction_of(e_invoice.read(data), None, OwnParty()))
        except ValueError as error:
            pytest.fail(f"{place}: {error}")


def test_what_is_impossible_blocks() -> None:
    """A group of the tax that is left out is told, and so is a total."""
    text = (FOLDER / "ubl-prepaid.xml").read_text(encoding="utf-8")
    for name in ("TaxableAmount", "Percent", "TaxInclusiveAmount"):
        data = re.sub(rf"(<cbc:{name}[^>]*>)[^<]+<", r"\g<1>7000000000000000<", text).encode()
        read = extraction_of(e_invoice.read(data), None, OwnParty())

        told = [each for each in read.findings if each.code == "UNREADABLE_VALUE"]
        assert told, name
        assert {each.severity for each in told} == {Severity.BLOCKING}
