"""Reads DATEV files as the adviser's program does: checks every cell, and posts every record.

It shares nothing with the code that writes them but the tax codes, whose rates it needs.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from domain.ledger.chart import Chart, automatic_accounts
from domain.tax.code import TaxCode, system_codes

_COLUMNS = Path(__file__).parent / "data" / "datev_booking_columns.csv"
_DATES = {"TTMMJJJJ": r"\d{8}", r"\d{4} TTMM": r"\d{4}"}
_COLLECTIVE = {
    Chart.DE_SKR03: ("1400", "1600"),
    Chart.DE_SKR04: ("1200", "3300"),
    Chart.AT_EKR: ("2000", "3300"),
}
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Column:
    """A column by the published description."""

    name: str
    is_text: bool
    is_needed: bool
    pattern: str


@dataclass(frozen=True, slots=True)
class Read:
    """A booking batch that was read: its header, and its records by column."""

    header: list[str]
    records: list[dict[str, str]]


def columns() -> list[Column]:
    """The 125 columns as the format describes them."""
    with _COLUMNS.open(encoding="utf-8") as file:
        return [
            Column(
                row["name"],
                row["quoted_text"] == "true",
                row["mandatory"] == "true",
                _DATES.get(row["format"], row["format"]),
            )
            for row in csv.DictReader(file)
        ]


def read(data: bytes) -> Read:
    """Read a booking batch and refuse what the import would refuse."""
    text = data.decode("cp1252")
    assert text.endswith("\r\n")
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]", text.replace("€", ""))
    lines = text[:-2].split("\r\n")
    header = next(csv.reader([lines[0]], delimiter=";"))
    known = columns()
    assert lines[1] == ";".join(column.name for column in known)
    assert len(lines) - 2 <= 99_999
    records = [_record(line, known) for line in lines[2:]]
    assert records, "a batch without records"
    _check_header(header)
    for record in records:
        _check(record, header)
    return Read(header, records)


def _record(line: str, known: list[Column]) -> dict[str, str]:
    raw = re.findall(r'(?:^|;)("(?:[^"]|"")*"|[^;"]*)', line)
    assert len(raw) == len(known), line
    for cell, column in zip(raw, known, strict=True):
        assert cell.startswith('"') == column.is_text, (column.name, cell)
        value = cell[1:-1].replace('""', '"') if column.is_text else cell
        assert value or not column.is_needed, column.name
        assert not value or re.fullmatch(column.pattern, value), (column.name, value)
    return {
        column.name: cell[1:-1].replace('""', '"') if column.is_text else cell
        for cell, column in zip(raw, known, strict=True)
    }


def _check_header(header: list[str]) -> None:
    assert header[:5] == ["EXTF", "700", "21", "Buchungsstapel", "13"]
    assert len(header) == 31
    assert re.fullmatch(r"\d{17}", header[5])
    assert header[12] <= header[14] <= header[15]
    assert header[20] in {"0", "1"}
    assert header[18] in {"1", "2"}
    assert header[21] == "EUR"


def _check(record: dict[str, str], header: list[str]) -> None:
    length = int(header[13])
    assert amount(record["Umsatz (ohne Soll/Haben-Kz)"]) > 0
    for name in ("Konto", "Gegenkonto (ohne BU-Schlüssel)"):
        assert len(record[name]) <= length + 1, record
        assert not record[name].startswith("0"), record
    day = record["Belegdatum"]
    first, last = header[14], header[15]
    years = {int(first[:4]), int(last[:4])}
    assert any(first <= f"{year}{day[2:]}{day[:2]}" <= last for year in years), record


def amount(text: str) -> Decimal:
    """A number with a decimal comma."""
    return Decimal(text.replace(",", "."))


def balances(found: Read, chart: Chart) -> dict[str, Decimal]:
    """Debit minus credit of each ledger account after the batch has been posted."""
    books = _Books(chart, int(found.header[13]))
    for record in found.records:
        books.post(record)
    return {account: value for account, value in books.balances.items() if value}


class _Books:
    """The adviser's books: automatic accounts, keys, partners behind collective accounts."""

    def __init__(self, chart: Chart, length: int) -> None:
        self._length = length
        self._chart = chart
        self._codes = {code.code: code for code in system_codes(chart)}
        self._keys = _by_key(self._codes)
        self._automatic = automatic_accounts(chart)
        self.balances: defaultdict[str, Decimal] = defaultdict(Decimal)

    def post(self, record: dict[str, str]) -> None:
        """Post one record as the program would."""
        is_debit = record["Soll/Haben-Kennzeichen"] == "S"
        is_reversal = record["Generalumkehr (GU)"] == "1"
        turnover = amount(record["Basis-Umsatz"] or record["Umsatz (ohne Soll/Haben-Kz)"])
        signed = turnover if is_debit != is_reversal else -turnover
        own, contra = record["Konto"], record["Gegenkonto (ohne BU-Schlüssel)"]
        code, bearer, gross = self._code(record["BU-Schlüssel"], own, contra, signed)
        self._add(own, signed)
        self._add(contra, -signed)
        if code is not None:
            self._tax(code, bearer, gross)

    def _code(
        self, key: str, own: str, contra: str, signed: Decimal
    ) -> tuple[TaxCode | None, str, Decimal]:
        """The code that counts, the account that bears it, and its amount on that account."""
        automatic = [a for a in (own, contra) if self._ledger(a) in self._automatic]
        if key == "40" or not (key or automatic):
            return None, own, signed
        if key:
            assert not automatic, "a key on an automatic account"
            return self._keys[key], own, signed
        (bearer,) = automatic
        code = self._codes[self._automatic[self._ledger(bearer)] or ""]
        return code, bearer, signed if bearer == own else -signed

    def _tax(self, code: TaxCode, bearer: str, gross: Decimal) -> None:
        if not code.rate or not code.accounts:
            return
        base = Decimal(100) if code.is_self_assessed else 100 + code.rate
        size = (abs(gross) * code.rate / base).quantize(_CENT, ROUND_HALF_UP)
        tax = size if gross > 0 else -size
        if code.is_self_assessed:
            self._add(code.vat_account or bearer, tax)
            self._add(code.self_assess_account or bearer, -tax)
        else:
            self._add(bearer, -tax)
            self._add(code.vat_account or bearer, tax)

    def _add(self, account: str, value: Decimal) -> None:
        self.balances[self._ledger(account)] += value

    def _ledger(self, account: str) -> str:
        """The ledger account behind a number: partners count on their collective account."""
        if len(account) > self._length:
            return _COLLECTIVE[self._chart][account[0] > "6"]
        return account.zfill(self._length)


def _by_key(codes: Mapping[str, TaxCode]) -> dict[str, TaxCode]:
    """What a key means: codes of one key have one rate, and move the same accounts."""
    found: dict[str, TaxCode] = {}
    for code in codes.values():
        if code.datev_bu_key:
            known = found.setdefault(code.datev_bu_key, code)
            assert (known.rate, known.accounts) == (code.rate, code.accounts), code.code
    return found
