"""Beancount reads what we write, to the letter and to the cent."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.formats.beancount import Beancount
from tests.domain.formats.books import BANK, BOOKS, DAY, NASTY, PAPER, written
from tests.plain_text import beancount

BALANCES = [(BANK.path, Decimal("1.00"))]
# What the database cannot hold (NUL, lone surrogates) never gets here.
_TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    min_size=40,
    max_size=80,
)


def test_golden_beancount(golden: Callable[[str, bytes], None]) -> None:
    """Byte for byte."""
    golden("journal.beancount", written(Beancount(), NASTY[2:7]).encode())


def test_accounts_are_opened_with_number_and_name(tmp_path: Path) -> None:
    """Before the first day they are used on."""
    (file := tmp_path / "books.beancount").write_text(written(Beancount(), ["x"]))

    found = beancount(file)

    assert found["title"] == BOOKS.title
    assert found["opened"] == {a.path: {"number": a.number, "name": a.name} for a in (BANK, PAPER)}


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(_TEXTS)
def test_any_text_is_read_as_it_was(tmp_path: Path, texts: list[str]) -> None:
    """In the narration and in what is known about it."""
    (file := tmp_path / "books.beancount").write_bytes(
        written(Beancount(), [*NASTY, *texts]).encode()
    )

    found = beancount(file)

    assert found["errors"] == []
    assert [each["text"] for each in found["transactions"]] == [*NASTY, *texts]
    assert [each["facts"]["reference"] for each in found["transactions"]] == [*NASTY, *texts]


def test_a_cent_too_much_is_told(tmp_path: Path) -> None:
    """Balances are asserted without tolerance."""
    text = written(Beancount(), ["x"] * 3)
    (file := tmp_path / "books.beancount").write_text(text.replace(" 0.30 ~", " 0.31 ~"))

    assert [error[:14] for error in beancount(file)["errors"]] == ["Balance failed"]


def test_nothing_is_asserted_after_the_last_day() -> None:
    """There is no day after it."""
    assert list(Beancount().assertion(date.max, BALANCES)) == []
    assert len(list(Beancount().assertion(DAY, BALANCES))) == 2
