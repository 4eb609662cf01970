"""Layouts of banks' CSV exports, as data (bank_csv_profiles.json), and how one is recognised.

A layout is known by the names of its columns, wherever that row stands; one without names by the
shape of its rows. Tenants add layouts of their own, for files that none of these reads.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import TypeAlias

Column: TypeAlias = str | int | Sequence[str]
"""A name, a place, or names of which a file has one."""
Rows: TypeAlias = Sequence[Sequence[str]]

NEEDED = ("booking_date", "amount")
COLUMNS = frozenset({
    "account", "booking_date", "value_date", "booking_text", "purpose", "reference", "amount",
    "debit", "credit", "sign", "currency", "counterparty", "counterparty_iban",
    "counterparty_bank", "payer", "payee", "payer_iban", "payee_iban", "creditor_id",
    "mandate_id", "end_to_end_id", "batch_reference", "unique_reference", "related_reference",
    "invoice_number", "balance", "fee", "net", "payout_day", "charges", "original_amount",
    "original_currency", "exchange_rate", "status", "impact",
})  # fmt: skip
"""What a column may be taken for."""

_DAY = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d.*")
_AMOUNT = re.compile(r"[+-]?[\d.,' ]*\d[+-]?")
_ACCOUNT = re.compile(r"'?[A-Z]{2}\d{2}[A-Z0-9 ]{8,30}'?|'?\d{6,20}'?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_SHAPES = {
    "day": _DAY.fullmatch,
    "amount": _AMOUNT.fullmatch,
    "account": _ACCOUNT.fullmatch,
    "currency": _CURRENCY.fullmatch,
}
_SHAPE_ROWS = 5


@dataclass(frozen=True, slots=True)
class Profile:
    """One layout: where its columns are, how it writes days and amounts, which rows are booked.

    Reports of payment providers have an account for each currency (`account_by_currency`, of a
    `provider`), a fee beside the amount, and rows that pay out (`payouts`) among those of kinds
    that are known (`kinds`). `unique_by_kind`: a movement and its payout share their reference.
    """

    id: str
    bank: str
    columns: Mapping[str, Column]
    decimal: str
    dates: tuple[str, ...]
    header: tuple[str, ...] = ()
    shape: tuple[str, ...] = ()
    booked: tuple[str, ...] = ()
    skip: Mapping[str, Sequence[str]] = field(default_factory=dict)
    text: str | None = None
    reference_pattern: str | None = None
    fee_beside_amount: bool = False
    fee_signed: bool = False
    account_by_currency: bool = False
    provider: str | None = None
    payouts: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    unique_by_kind: bool = False
    currency_after_amount: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A profile found in a file: the row of its names (-1: none), and each column's place.

    `signs_debits`: the file writes a debit with a minus, as a part of one signed amount.
    """

    profile: Profile
    header_row: int
    places: Mapping[str, int]
    header: tuple[str, ...] = ()
    signs_debits: bool = False


def profiles() -> tuple[Profile, ...]:
    """The layouts that everybody has."""
    return _profiles()


def profile_of(facts: Mapping[str, object]) -> Profile:
    """A profile of its stored form; sequences become tuples."""
    values = {
        name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()
    }
    return Profile(**values)  # type: ignore[arg-type]


def is_amount(words: str) -> bool:
    """Say whether words look like an amount of money.

    >>> is_amount("-1.234,56"), is_amount("EUR")
    (True, False)
    """
    return _AMOUNT.fullmatch(words) is not None


def recognised(rows: Rows, known: Sequence[Profile]) -> Layout | None:
    """The layout of a file by its first rows; the one with the most names wins."""
    found: list[Layout] = []
    for number, row in enumerate(rows):
        names = [plain_name(cell) for cell in row]
        found += [
            Layout(profile, number, _places(profile, names), tuple(cell.strip() for cell in row))
            for profile in known
            if profile.header and {plain_name(each) for each in profile.header} <= set(names)
        ]
    if found:
        return max(found, key=lambda each: len(each.profile.header))
    return next((_shaped(profile) for profile in known if _has_shape(profile, rows)), None)


def plain_name(words: str) -> str:
    r"""A name of a column as names are compared.

    >>> plain_name("\ufeffDer  Tag ")
    'der tag'
    """
    return " ".join(words.replace("\ufeff", "").split()).casefold()


def names_of(column: Column) -> Sequence[str]:
    """The names that a column may have."""
    return [str(column)] if isinstance(column, str | int) else column


def _places(profile: Profile, names: Sequence[str]) -> dict[str, int]:
    """Place of each column: the first of its name; a currency may stand next to its amount."""
    places = {
        column: names.index(found)
        for column, named in profile.columns.items()
        if (found := next((each for each in map(plain_name, names_of(named)) if each in names), ""))
    }
    if profile.currency_after_amount and "currency" in places:
        places["currency"] = places["amount"] + 1
    return places


def _shaped(profile: Profile) -> Layout:
    return Layout(
        profile,
        -1,
        {name: place for name, place in profile.columns.items() if isinstance(place, int)},
    )


def _has_shape(profile: Profile, rows: Rows) -> bool:
    seen = [row for row in rows if any(cell.strip() for cell in row)][:_SHAPE_ROWS]
    return bool(profile.shape and seen) and all(_fits(profile.shape, row) for row in seen)


def _fits(shape: Sequence[str], row: Sequence[str]) -> bool:
    if len(row) < len(shape):
        return False
    for kind, cell in zip(shape, row, strict=False):
        words, check = cell.strip(), _SHAPES.get(kind.rstrip("?"))
        if check and not (check(words) or (kind.endswith("?") and not words)):
            return False
    return True


@lru_cache(maxsize=1)
def _profiles() -> tuple[Profile, ...]:
    text = files("domain.formats").joinpath("bank_csv_profiles.json").read_text(encoding="utf-8")
    return tuple(profile_of(facts) for facts in json.loads(text))
