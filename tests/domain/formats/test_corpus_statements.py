"""Every statement of the corpus against what is known of it: entries, rows, balances."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.banking.spool import Spool, Spooled
from domain.formats import statement_file
from tests.corpus import CORPUS

BANK = CORPUS / "bank"
# A balance of thirteen digits behind the point is no amount; the import says so.
UNREADABLE = {"hbci4java_test-camt-parse-5200108-invalid-saldo.xml"}
# Parts in another currency, or without an amount of their own, do not make up their entry.
UNSPLIT = {"genkgo_camt054.v2.xml", "genkgo_camt054.v8.xml"}


def known(kind: str) -> list[tuple[str, dict[str, Any]]]:
    """Files of a kind that can be read, each with its truth."""
    truth = BANK / kind / "truth.json"
    if not truth.exists():
        return []
    listed: dict[str, dict[str, Any]] = json.loads(truth.read_text())
    return [(name, told) for name, told in listed.items() if told["statements"]]


def read(path: Path) -> list[Spooled]:
    """The statements of a file."""
    with Spool() as spool, path.open("rb") as source:
        spool.take(statement_file.parts(source))
        return spool.statements


def test_the_corpus_is_there() -> None:
    """Say it loudly when the files to read are missing."""
    if not known("camt"):
        pytest.skip(f"no corpus at {BANK}")


@pytest.mark.parametrize(("name", "told"), known("camt"))
def test_camt_is_read_as_it_is(name: str, told: dict[str, Any]) -> None:
    """Accounts, entries and balances of each statement; batches are divided into their parts."""
    found = read(BANK / "camt" / name)
    for statement, wanted in zip(found, told["statements"], strict=True):
        assert statement.head.iban == wanted["account"]
        assert len(statement.entries) == wanted["entries"]
        if name not in UNSPLIT:
            assert statement.rows == max(wanted["transactions"], wanted["entries"])
        if name not in UNREADABLE:
            assert amount(statement.end.opening) == amount(wanted["opening"])
            assert amount(statement.end.closing) == amount(wanted["closing"])
        booked = sum((each.amount for each in statement.entries), Decimal())
        assert booked == amount(wanted["sum_booked"])


@pytest.mark.parametrize(("name", "told"), known("mt940"))
def test_mt940_is_read_as_it_is(name: str, told: dict[str, Any]) -> None:
    """Accounts, movements and the balances at both ends; pages of a statement are one."""
    found = read(BANK / "mt940" / name)
    assert {each.head.iban for each in found} == set(told["accounts"])
    assert sum(len(each.entries) for each in found) == told["lines_61"]
    for side in ("opening", "closing"):
        balances: set[Decimal | None] = {amount(getattr(each.end, side)) for each in found}
        # An interim report (MT942) has none.
        wanted: set[Decimal | None] = {signed(x) for x in told[side]} or {None}
        assert balances <= wanted


def amount(value: object) -> Decimal | None:
    """A balance as a number."""
    return None if value is None else Decimal(str(value))


def signed(field: str) -> Decimal:
    """A balance as its field has it: mark, six digits of a day, currency, amount."""
    figures = field[7:].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").replace(",", ".")
    return Decimal(figures.rstrip(".")) * (-1 if field.startswith("D") else 1)
