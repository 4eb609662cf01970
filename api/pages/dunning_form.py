"""How a company dunns as a form: what stands in it, and the policy that was typed."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from starlette.datastructures import FormData

from api.pages import typed
from api.pages.language import Language
from api.pages.typed import Mistyped
from domain.errors import InvalidInput
from domain.receivables.dunning_policy import MOST_LEVELS, DunningPolicy, Level, LevelText
from domain.receivables.dunning_policy import Language as Written

_PARTS = ("subject", "body")


def written(policy: DunningPolicy, language: Language) -> dict[str, str]:
    """What stands in the form of a policy, with a level to spare."""
    told = {
        "seen": str(policy.version),
        "is_on": "1" if policy.is_on else "",
        "needs_release": "1" if policy.needs_release else "",
        "least_amount": language.money(policy.least_amount),
        "rows": str(min(len(policy.levels) + 1, MOST_LEVELS)),
    }
    for row, level in enumerate(policy.levels):
        told[f"{row}-after_days"] = str(level.after_days)
        told[f"{row}-fee"] = language.money(level.fee)
        told[f"{row}-pay_days"] = str(level.pay_days)
        for name, text in level.texts.items():
            for part in _PARTS:
                told[f"{row}-{name}-{part}"] = getattr(text, part)
    return told


def policy_of(form: FormData, language: Language) -> DunningPolicy:
    """The policy that was typed, its version not yet known.

    Raises InvalidInput, which names a level by its row in the form.
    """
    told = {name: str(value).replace("\r\n", "\n") for name, value in form.items()}
    least = _amount(told.get("least_amount", ""), "/least_amount", language)
    levels = tuple(_levels(told, language))
    try:
        return DunningPolicy(
            is_on=bool(told.get("is_on")),
            needs_release=bool(told.get("needs_release")),
            least_amount=least,
            levels=levels,
        )
    except InvalidInput as refusal:
        (wrong,) = refusal.fields
        raise InvalidInput(_in_form(wrong.pointer, rows_of(told)), wrong.detail) from None


def rows_of(told: Mapping[str, Any]) -> list[int]:
    """The row of each level that was typed; a row without days is no level."""
    rows = range(MOST_LEVELS)
    return [row for row in rows if str(told.get(f"{row}-after_days", "")).strip()]


def _in_form(pointer: str, rows: list[int]) -> str:
    """Where in the form a level stands that a rule of the policy points at."""
    _, part, *rest = pointer.split("/")
    if part != "levels" or not rest:
        return pointer
    return "/".join(["", part, str(rows[int(rest[0])]), *rest[1:]])


def _levels(told: Mapping[str, str], language: Language) -> Iterator[Level]:
    """Levels as they were typed, one for each of their rows."""
    for row in rows_of(told):
        at = f"/levels/{row}"
        yield Level(
            after_days=_days(told, row, "after_days"),
            fee=_amount(told.get(f"{row}-fee", ""), f"{at}/fee", language),
            pay_days=_days(told, row, "pay_days"),
            texts={name: _text(told, row, name) for name in Written},
        )


def _text(told: Mapping[str, str], row: int, name: Written) -> LevelText:
    subject, body = (told.get(f"{row}-{name}-{part}", "").strip() for part in _PARTS)
    return LevelText(subject, body)


def _days(told: Mapping[str, str], row: int, name: str) -> int:
    text = told.get(f"{row}-{name}", "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 5):  # noqa: PLR2004
        raise InvalidInput(f"/levels/{row}/{name}", "is no whole number")
    return int(text)


def _amount(text: str, pointer: str, language: Language) -> Decimal:
    try:
        found = typed.amount_of(text, language.name)
    except Mistyped:
        found = None
    if found is None:
        raise InvalidInput(pointer, "is no amount")
    return found
