"""Discounts and instalments on the page of a case: what was read of them, and what is typed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.pages import typed
from api.pages.language import Language
from api.pages.typed import Mistyped
from domain.intake.review_views import ReviewCase
from domain.payables.terms import TermKind

KINDS = (TermKind.DISCOUNT.value, TermKind.INSTALMENT.value)
_VALUES = ("due_date", "percent", "amount")


@dataclass(frozen=True, slots=True)
class TermRow:
    """One discount or instalment; the last row is empty, for another one."""

    at: int
    kind: str
    due_date: str | None = None
    percent: str | None = None
    amount: str | None = None

    def key(self, name: str) -> str:
        """Name of the input of a value."""
        return f"term-{self.at}-{name}"

    @property
    def is_new(self) -> bool:
        """Whether nothing is stored of it."""
        return not self.kind


def rows_of(case: ReviewCase) -> list[TermRow]:
    """What the invoice offers and asks for in parts, where it does or a finding is about it."""
    stored = case.normalized_invoice.get("terms") or ()
    rows = [
        TermRow(at, each["kind"], *(each.get(name) for name in _VALUES))
        for at, each in enumerate(stored)
        if each["kind"] in KINDS
    ]
    is_asked = any(_is_of_terms(each["fields"]) for each in case.findings)
    return [*rows, TermRow(len(stored), "")] if rows or is_asked else []


def _is_of_terms(fields: Iterable[str]) -> bool:
    return any(name.partition("/")[0] == "terms" for name in fields)


def read(
    values: Mapping[str, str], case: ReviewCase, language: Language, wrong: dict[str, str]
) -> list[dict[str, Any]] | None:
    """All terms, where one was changed, added or emptied; else None.

    Where instalments stand, the day on which all is due is none of them.
    """
    rows = {row.at: row for row in rows_of(case)}
    if not any(_is_touched(values, row) for row in rows.values()):
        return None
    stored = list(case.normalized_invoice.get("terms") or ())
    found = [
        *(_typed(values, rows[at], language, wrong) if at in rows else each
          for at, each in enumerate(stored)),
        *(_typed(values, row, language, wrong) for row in rows.values() if row.is_new),
    ]  # fmt: skip
    kept = [each for each in found if each is not None]
    is_plan = any(each["kind"] == TermKind.INSTALMENT.value for each in kept)
    return [each for each in kept if not (is_plan and each["kind"] == TermKind.NET.value)]


def _is_touched(values: Mapping[str, str], row: TermRow) -> bool:
    keys = (row.key(name) for name in _VALUES)
    return any(values.get(key, "") != values.get(f"was-{key}", "") for key in keys)


def _typed(
    values: Mapping[str, str], row: TermRow, language: Language, wrong: dict[str, str]
) -> dict[str, Any] | None:
    """A term as it was typed; one without a day, a percentage and an amount is none."""
    told = dict(_values(values, row, language, wrong))
    if not any(told.values()):
        return None
    kind = row.kind or values.get(row.key("kind"), "")
    return {"kind": kind if kind in KINDS else KINDS[0], **told}


def _values(
    values: Mapping[str, str], row: TermRow, language: Language, wrong: dict[str, str]
) -> Iterator[tuple[str, str | None]]:
    for name in _VALUES:
        key = row.key(name)
        text = values.get(key, "")
        if text == values.get(f"was-{key}", ""):
            yield name, getattr(row, name)
            continue
        try:
            value = (
                typed.day_of(text)
                if name == "due_date"
                else typed.amount_of(text.replace("%", ""), language.name)
            )
        except Mistyped as error:
            wrong[key], value = str(error), None
        yield name, None if value is None else str(value)
