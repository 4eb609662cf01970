"""hledger reads what we write; what its lines cannot hold stands in tags."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.formats.hledger import Hledger
from tests.domain.formats.books import BANK, NASTY, PAPER, written
from tests.plain_text import HLEDGER, NO_HLEDGER, hledger, hledger_balances

_TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    min_size=40,
    max_size=80,
)
installed = pytest.mark.skipif(HLEDGER is None, reason=NO_HLEDGER)


def test_golden_hledger(golden: Callable[[str, bytes], None]) -> None:
    """Byte for byte."""
    golden("journal.hledger", written(Hledger(), NASTY).encode())


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_leaves_its_line(text: str) -> None:
    """Each line is one that the form knows, whatever is said."""
    for line in written(Hledger(), [text]).splitlines()[8:]:
        assert line == "" or line.startswith(("    ", "2026-03-02 * "))


@installed
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(_TEXTS)
def test_any_text_is_found_again(tmp_path: Path, texts: list[str]) -> None:
    """In the description where it fits, else in a tag."""
    texts = [*NASTY, *texts]
    (file := tmp_path / "books.journal").write_bytes(written(Hledger(), texts).encode())

    found = json.loads(hledger(file, "print", "-O", "json"))[:-1]

    assert [said(each) for each in found] == texts
    assert [fact(each, "reference") for each in found] == texts
    assert [each["tcode"] for each in found] == [str(n) for n in range(1, len(texts) + 1)]
    assert all(each["tdate"] == "2026-03-02" for each in found)


@installed
def test_balances_are_exact_and_everything_is_declared(tmp_path: Path) -> None:
    """Strict mode; the balances at the end are asserted."""
    (file := tmp_path / "books.journal").write_bytes(written(Hledger(), NASTY).encode())
    expected = Decimal("0.10") * len(NASTY)

    hledger(file, "check", "--strict")

    assert hledger_balances(file) == {BANK.path: -expected, PAPER.path: expected}
    assert hledger(file, "accounts", "type:X").split() == [PAPER.path]


@installed
def test_a_cent_too_much_is_told(tmp_path: Path) -> None:
    """A balance that does not hold stops the program."""
    text = written(Hledger(), ["x"] * 3)
    (file := tmp_path / "books.journal").write_text(text.replace("= 0.30", "= 0.31"))

    with pytest.raises(AssertionError, match="balance assertion"):
        hledger_balances(file)


def said(transaction: dict[str, Any]) -> str:
    """What a transaction was described as."""
    description: str = transaction["tdescription"]
    return fact(transaction, "text") if "text" in dict(transaction["ttags"]) else description


def fact(transaction: dict[str, Any], name: str) -> str:
    """Value of a tag."""
    value: str = dict(transaction["ttags"])[name]
    if not value.startswith('"'):
        return value
    told: str = json.loads(value)
    return told
