"""The form of a case: what of it was changed, and what was typed that is no value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from starlette.datastructures import FormData

from api.pages import case_set_offs, case_terms, typed
from api.pages.language import Language
from api.pages.typed import Mistyped
from api.schemas.review_cases import ReviewCaseChangeIn
from domain.errors import NoChanges
from domain.intake.review_views import ReviewCase

MONEY, DAY, TEXT, CHOICE = "money", "day", "text", "choice"
KINDS: Mapping[str, str] = {
    "total_gross": MONEY,
    "total_net": MONEY,
    "total_tax": MONEY,
    "amount_due": MONEY,
    "due_date": DAY,
    "booking_date": DAY,
    "invoice_number": TEXT,
    "invoice_date": DAY,
    "delivery_date": DAY,
    "reference_text": TEXT,
    "currency": TEXT,
    "document_type": CHOICE,
    "payment_method": CHOICE,
    "vendor_name": TEXT,
    "vendor_vat_id": TEXT,
    "vendor_iban": TEXT,
}
"""Fields by the names that findings use, and what they hold."""
_OF_VENDOR = "vendor_"
_LINE_MONEY = ("tax_amount", "line_total")
_LINE_TEXT = ("description", "account_number", "tax_code")
_MOST_LINES = 1000
_CHECKED = {"de": "Mit der Seite verglichen.", "en": "Compared with the page."}


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form says: changes as an order takes them, and what cannot be read, by field."""

    values: Mapping[str, str]
    changes: dict[str, Any] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to store."""
        return bool(self.changes)

    def is_touched(self, name: str) -> bool:
        """Whether a person wrote something else into an input than stood in it."""
        return name in self.values and self.values[name] != self.values.get(f"was-{name}")

    def standing(self, name: str, stored: str) -> str:
        """What stands in an input: what a person wrote there, else what is stored by now."""
        return self.values[name] if self.is_touched(name) else stored

    def said(self, name: str) -> str:
        """What an input held that is empty on a page that is opened."""
        return self.values.get(name, "")

    def before(self, name: str, stored: str) -> str | None:
        """What stood there when the form was opened, where somebody else has changed it since."""
        was = self.values.get(f"was-{name}")
        if name == "vendor_id" and was == "new":
            was = ""  # the page proposed it by itself; none was stored
        if was is not None and name.endswith("-account_number"):
            was = was.partition(" ")[0]  # its name stands behind it
        return was if was is not None and was != stored else None


def value_of(invoice: Mapping[str, Any], name: str) -> Any:
    """Stored value of a field."""
    if name.startswith(_OF_VENDOR):
        return invoice["vendor"].get(name.removeprefix(_OF_VENDOR))
    return invoice.get(name)


def shown(value: Any, kind: str, language: Language) -> str:
    """A stored value as an input holds it; unknown is empty."""
    if value is None:
        return ""
    if kind == MONEY:
        return language.money(Decimal(str(value)))
    if kind == DAY:
        return language.day(typed.day_of(str(value)))
    return str(value)


def read(form: FormData, case: ReviewCase, language: Language) -> Typed:
    """What a form changes of a case, and what of it cannot be read."""
    values = {name: str(value) for name, value in form.multi_items() if isinstance(value, str)}
    wrong: dict[str, str] = {}
    patch = _fields(values, case, language, wrong)
    lines = _lines(values, case, language, wrong)
    if lines is not None:
        patch["line_items"] = lines
    set_offs = case_set_offs.read(values, case, language, wrong)
    if set_offs is not None:
        patch["set_offs"] = set_offs
    terms = case_terms.read(values, case, language, wrong)
    if terms is not None:
        patch["terms"] = terms
    if values.get("duplicate_acknowledged") and case.duplicate_hint:
        patch["duplicate_acknowledged"] = True
    body: dict[str, Any] = {"normalized_invoice": patch} if patch else {}
    body |= _vendor(values, case)
    answers = _answers(values, case, language)
    if answers:
        body["finding_answers"] = answers
    return Typed(values, _checked(body, wrong) if not wrong else {}, wrong)


def _fields(
    values: Mapping[str, str], case: ReviewCase, language: Language, wrong: dict[str, str]
) -> dict[str, Any]:
    patch: dict[str, Any] = {}
    for name, kind in KINDS.items():
        if name not in values or values[name] == values.get(f"was-{name}"):
            continue
        try:
            value = _parsed(values[name], kind, language)
        except Mistyped as error:
            wrong[name] = str(error)
            continue
        if _same(value, value_of(case.normalized_invoice, name)):
            continue
        if name.startswith(_OF_VENDOR):
            patch.setdefault("vendor", {})[name.removeprefix(_OF_VENDOR)] = value
        else:
            patch[name] = value
    return patch


def _parsed(text: str, kind: str, language: Language) -> Any:
    if kind == MONEY:
        return typed.amount_of(text, language.name)
    if kind == DAY:
        day = typed.day_of(text)
        return day.isoformat() if day else None
    return text.strip() or None


def _same(value: Any, stored: Any) -> bool:
    if isinstance(value, Decimal) and stored is not None:
        return value == Decimal(str(stored))
    return bool(value == stored)


def _lines(
    values: Mapping[str, str], case: ReviewCase, language: Language, wrong: dict[str, str]
) -> list[dict[str, Any]] | None:
    """All lines where one was changed, added or taken out; None where none was.

    Each keeps its position, by which what is set off in it stays with it.
    """
    count = values.get("lines", "")
    if not count.isdecimal() or int(count) > _MOST_LINES:
        return None
    before = case.normalized_invoice["line_items"]
    found: list[dict[str, Any]] = []
    is_changed = False
    for at in range(int(count)):
        stored = before[at] if at < len(before) else None
        if values.get(f"line-{at}-drop"):
            is_changed = True
            continue
        line = _line(values, at, stored, language, wrong)
        if line is not None:
            found.append({"position": at + 1, **line})
            is_changed = is_changed or line != stored
    return found if is_changed else None


def _line(
    values: Mapping[str, str],
    at: int,
    stored: Mapping[str, Any] | None,
    language: Language,
    wrong: dict[str, str],
) -> dict[str, Any] | None:
    """One line as it was typed; an empty new one is none."""
    told = {name: values.get(f"line-{at}-{name}", "") for name in (*_LINE_TEXT, *_LINE_MONEY)}
    if stored is None and not (told["description"].strip() or told["line_total"].strip()):
        return None
    line: dict[str, Any] = dict(stored) if stored else _new_line()
    for name in (*_LINE_TEXT, *_LINE_MONEY, "tax_rate"):
        key = f"line-{at}-{name}"
        if key not in values or (stored and values[key] == values.get(f"was-{key}")):
            continue
        try:
            line[name] = _line_value(name, values[key], language)
        except Mistyped as error:
            wrong[key] = str(error)
    if stored is None:
        _complete(line)
    return line


def _line_value(name: str, text: str, language: Language) -> Any:
    if name in _LINE_MONEY:
        found = typed.amount_of(text, language.name)
        return str(found if found is not None else Decimal("0.00"))
    if name == "tax_rate":
        rate = typed.rate_of(text, language.name)
        return str(rate if rate is not None else Decimal(0))
    if name == "account_number":
        return text.strip().partition(" ")[0] or None
    return text.strip() or (None if name == "tax_code" else "")


def _new_line() -> dict[str, Any]:
    numbers = {"quantity": "1", **dict.fromkeys(("unit_price", "tax_rate", *_LINE_MONEY), "0")}
    return {"description": "", **numbers, "account_number": None, "tax_code": None}


def _complete(line: dict[str, Any]) -> None:
    """The tax within a new line, where nobody typed it, and what one piece costs."""
    total, rate = Decimal(line["line_total"]), Decimal(line["tax_rate"])
    if not Decimal(line["tax_amount"]) and rate:
        line["tax_amount"] = str((total - total / (1 + rate)).quantize(Decimal("0.01")))
    line["unit_price"] = str(total - Decimal(line["tax_amount"]))


def _vendor(values: Mapping[str, str], case: ReviewCase) -> dict[str, Any]:
    chosen = values.get("vendor_id", "")
    if chosen in ("", "new", str(case.vendor_id)):
        return {}
    try:
        return {"vendor_id": str(UUID(chosen))}
    except ValueError:
        return {}


def _answers(
    values: Mapping[str, str], case: ReviewCase, language: Language
) -> dict[str, dict[str, Any] | None]:
    """What a person takes on themselves: with their reason, or by having looked at the page."""
    known = {each["id"]: each for each in case.findings}
    found: dict[str, dict[str, Any] | None] = {}
    doing, _, name = values.get("do", "").partition(":")
    reason = values.get(f"reason-{name}", "").strip()
    if doing == "accept" and name in known and reason:
        found[name] = {"accept": True, "reason": reason[:500]}
    if doing == "withdraw" and name in known:
        found[name] = None
    confirmed = set(values.get("confirmed", "").split())
    for each in known.values():
        is_open = each["answer"] is None and each["severity"] != "blocking"
        if is_open and each["fields"] and set(each["fields"]) <= confirmed:
            found.setdefault(each["id"], {"accept": True, "reason": _CHECKED[language.name]})
    return found


def _checked(body: dict[str, Any], wrong: dict[str, str]) -> dict[str, Any]:
    """The changes as the API checks them; what it refuses is told at its field."""
    try:
        return ReviewCaseChangeIn.model_validate(body).changes(is_part=True)
    except NoChanges:
        return {}
    except ValidationError as error:
        for each in error.errors():
            wrong[_field(each["loc"])] = "form"
        return {}


def _field(loc: tuple[int | str, ...]) -> str:
    """Name of the input that a place in the body belongs to."""
    path = [str(part) for part in loc if part != "normalized_invoice"]
    if path[:1] == ["line_items"] and len(path) > 2:  # noqa: PLR2004
        return f"line-{path[1]}-{path[2]}"
    if path[:1] == ["terms"] and len(path) > 2:  # noqa: PLR2004
        return f"term-{path[1]}-{path[2]}"
    if path[:1] == ["vendor"] and len(path) > 1:
        return f"{_OF_VENDOR}{path[1]}"
    return path[0] if path else ""
