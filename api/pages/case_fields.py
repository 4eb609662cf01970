"""Fields of a case as a reviewer sees them: value, how sure, where it stands, what is wrong."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from api.pages import texts
from api.pages.case_form import KINDS, Typed, shown, value_of
from api.pages.language import GERMAN, Language
from domain.intake.case_finding import LOW_CONFIDENCE
from domain.intake.review_views import ReviewCase

SURE, UNSURE = Decimal("0.95"), Decimal("0.70")
LEFT = ("total_gross", "total_net", "total_tax", "amount_due", "due_date", "reference_text",
        "booking_date", "payment_method")  # fmt: skip
RIGHT = ("vendor_name", "invoice_number", "invoice_date", "delivery_date", "vendor_vat_id",
         "vendor_iban", "currency", "document_type")  # fmt: skip
# A finding about several fields stands below the first of these.
_HOMES = (*RIGHT, *LEFT)
_REMEDIES = {"PAGE_AND_XML_DIFFER": "b", "FORMS_DIFFER": "c"}
"""Which value of a finding's sentence would mend it."""
_ON_PAGE = ("text", "ocr")
_OF_LINES: Mapping[str, Callable[[Language, Any], str]] = {
    "description": lambda _, value: value or "",
    "tax_rate": Language.stored_rate,
    "tax_amount": Language.stored_money,
    "line_total": Language.stored_money,
    "tax_code": lambda _, value: value or "",
    "account_number": lambda _, value: value or "",
}
_GRAVE = {"blocking": 0, "warning": 1, "hint": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding in words; `is_answered` is told apart, with who and why.

    `quote` has official words in English, where there are none in German; `place` tells where in
    the XML a rule is broken first.
    """

    id: str
    code: str
    severity: str
    title: str
    more: str
    basis: str
    is_answered: bool
    is_gone: bool
    reason: str
    answered_by: str
    remedy: str = ""
    other_case_id: str = ""
    quote: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a value stands: page from 1, and fractions of it."""

    page: int
    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal


@dataclass(frozen=True, slots=True)
class Field:
    """One input."""

    name: str
    kind: str
    value: str
    was: str
    mark: str
    score: str
    source: str
    raw: str
    box: Box | None
    findings: Sequence[Finding]
    wrong: str = ""
    meanwhile: str | None = None
    before: str | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should look at it."""
        return self.mark in ("look", "wrong", "none")


@dataclass(frozen=True, slots=True)
class Change:
    """A value that somebody else has changed; `line` from 1, or 0 for what is of no line."""

    name: str
    line: int
    before: str
    now: str


def findings_of(
    case: ReviewCase,
    people: Mapping[Any, str],
    language: Language,
    read: Mapping[str, Any] | None = None,
) -> dict[str, list[Finding]]:
    """Findings by the field that they stand at; those of no field, or of lines, by ``."""
    found: dict[str, list[Finding]] = {}
    places = _places(read or {})
    for each in sorted(case.findings, key=lambda each: _GRAVE[each["severity"]]):
        told = _finding(each, people, language, places)
        if not told.is_gone:
            found.setdefault(_home(each["fields"]), []).append(told)
    return {name: _without_echo(findings) for name, findings in found.items()}


def _places(read: Mapping[str, Any]) -> dict[str, str]:
    """Where each official rule is broken first, by the basis of its finding."""
    broken = (read.get("validation") or {}).get("broken") or ()
    return {f"EN 16931 {each['id']}": each.get("location") or "" for each in broken}


def _without_echo(findings: Sequence[Finding]) -> list[Finding]:
    """What blocks says it all: that it was read with doubt, too, is no news."""
    blocks = any(each.severity == "blocking" and not each.is_answered for each in findings)
    return [each for each in findings if not (blocks and each.code == LOW_CONFIDENCE)]


def fields_of(
    case: ReviewCase,
    read: Mapping[str, Any] | None,
    language: Language,
    found: Mapping[str, Sequence[Finding]],
    typed: Typed | None = None,
) -> dict[str, Field]:
    """Every input by name; what was typed and could not be stored stands in it again."""
    missing = {each["field"] for each in case.validation_issues if each["code"] == "MISSING_FIELD"}
    return {
        name: _field(name, case, read or {}, language, (found.get(name, ()), missing, typed))
        for name in KINDS
    }


def changed_of(
    case: ReviewCase, language: Language, typed: Typed, vendors: Mapping[str, str]
) -> list[Change]:
    """What others have changed since a form was opened, in the order of the page.

    `vendors` has the names of the vendor before and now by their ids.
    """
    now = {name: (0, name, _shown(name, case, language)) for name in KINDS}
    now["vendor_id"] = (0, "vendor_id", str(case.vendor_id or ""))
    lines = case.normalized_invoice["line_items"]
    for at, line in enumerate(lines):
        for name, form in _OF_LINES.items():
            now[f"line-{at}-{name}"] = (at + 1, name, form(language, line[name]))
    found = [
        Change(name, number, vendors.get(before, before), vendors.get(value, value))
        for key, (number, name, value) in now.items()
        if (before := typed.before(key, value)) is not None
    ]
    opened = typed.values.get("lines", "")
    if opened.isdecimal() and int(opened) - 1 != len(lines):
        found.append(Change("lines", 0, str(int(opened) - 1), str(len(lines))))
    return found


def ordered(names: Iterable[str], fields: Mapping[str, Field]) -> list[Field]:
    """Fields of a column: what blocks first, then as they are."""
    column = [fields[name] for name in names]
    return sorted(column, key=lambda each: each.mark != "wrong")


def boxes_of(fields: Mapping[str, Field]) -> dict[int, list[Field]]:
    """Fields with a box, by page."""
    found: dict[int, list[Field]] = {}
    for each in fields.values():
        if each.box is not None:
            found.setdefault(each.box.page, []).append(each)
    return found


def _field(
    name: str,
    case: ReviewCase,
    read: Mapping[str, Any],
    language: Language,
    around: tuple[Sequence[Finding], set[str | None], Typed | None],
) -> Field:
    findings, missing, typed = around
    kind = KINDS[name]
    stored = value_of(case.normalized_invoice, name)
    value = _shown(name, case, language)
    origin = (read.get("origins") or {}).get(name) or {}
    sure = _decimal((read.get("confidence") or {}).get("fields", {}).get(name))
    is_persons = bool(read) and _formless(stored) != _formless(read.get(name))
    open_ = [each for each in findings if not each.is_answered]
    wrong = typed.wrong.get(name, "") if typed else ""
    mark = _mark(open_, sure, is_person=is_persons, is_empty=stored is None)
    if name in missing or wrong:
        mark = "wrong"
    return Field(
        name=name,
        kind=kind,
        value=typed.standing(name, value) if typed else value,
        was=value,
        mark=mark,
        score=language.score(sure) if sure is not None and not is_persons else "",
        source=origin.get("source", "") if not is_persons else "person",
        raw=(origin.get("raw_text") or "").strip() if origin.get("source") in _ON_PAGE else "",
        box=_box(origin),
        findings=findings,
        wrong=wrong,
        meanwhile=_meanwhile(name, value, typed),
        before=typed.before(name, value) if typed else None,
    )


def _shown(name: str, case: ReviewCase, language: Language) -> str:
    """The stored value of a field as its input holds it."""
    stored = value_of(case.normalized_invoice, name)
    return language.iban(stored) if name == "vendor_iban" else shown(stored, KINDS[name], language)


def _mark(
    open_: Sequence[Finding], sure: Decimal | None, *, is_person: bool, is_empty: bool
) -> str:
    if any(each.severity == "blocking" for each in open_):
        return "wrong"
    if any(each.severity == "warning" for each in open_):
        return "look"
    if is_person:
        return "person"
    if sure is None or is_empty:
        return "empty"
    return "sure" if sure >= SURE else "look"


def _meanwhile(name: str, value: str, typed: Typed | None) -> str | None:
    """What somebody else made of a value that was changed here, too."""
    if typed is None or not typed.is_touched(name) or typed.before(name, value) is None:
        return None
    return value if value != typed.values[name] else None


def _finding(
    each: Mapping[str, Any],
    people: Mapping[Any, str],
    language: Language,
    places: Mapping[str, str],
) -> Finding:
    answer = each["answer"] or {}
    by = {str(key): name for key, name in people.items()}
    basis = each["basis"] or ""
    is_code = basis in texts.table("refusals")
    # In English the finding says itself why a file could not be read.
    why = language.refusal(basis) if is_code and language.name == GERMAN else ""
    return Finding(
        id=each["id"],
        code=each["code"],
        severity=each["severity"],
        title=language.finding(each["code"]),
        more=" ".join(filter(None, (language.more(each["code"], each["message"]), why))),
        basis="" if is_code else _law_of(basis, language.country),
        is_answered=bool(answer),
        is_gone=answer.get("kind") == "changed",
        reason=answer.get("reason") or "",
        answered_by=by.get(str(answer.get("answered_by")), ""),
        remedy="" if answer else _remedy(each, language),
        other_case_id=str(each.get("other_case_id") or ""),
        quote=language.quoted(each["code"], each["message"]),
        place=language.place(places.get(basis)),
    )


def _law_of(basis: str, country: str) -> str:
    """The paragraph of one's own country, where a finding names those of both by their letters."""
    named = dict(each.split(" ", 1) for each in basis.split(", ") if each[:3] in {"AT ", "DE "})
    return named.get(country, basis)


def _remedy(each: Mapping[str, Any], language: Language) -> str:
    """The value that the page shows instead, where a finding names it."""
    values = texts.values_in(each["code"], each["message"])
    value = values.get(_REMEDIES.get(each["code"], ""), "")
    name = _home(each["fields"])
    # Of two IBANs either may be the forged one: that is decided on the telephone, not by a key.
    if not value or name not in KINDS or name == "vendor_iban":
        return ""
    try:
        return shown(value, KINDS[name], language)
    except (ArithmeticError, ValueError):
        return ""


def _home(names: Sequence[str]) -> str:
    """The field below which a finding stands."""
    known = [name for name in names if name in _HOMES]
    if known:
        return known[0]
    return "payment_method" if "payee" in names else ""


def _box(origin: Mapping[str, Any]) -> Box | None:
    if not origin.get("box") or not origin.get("page"):
        return None
    left, top, right, bottom = (Decimal(str(side)) for side in origin["box"])
    edge = Decimal("0.003")
    x, y = max(left - edge, Decimal(0)), max(top - edge, Decimal(0))
    return Box(origin["page"], x, y, right - left + 2 * edge, bottom - top + 2 * edge)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _formless(value: Any) -> Any:
    """A value without its form: 12.50 is 12.5, and an empty text is nothing."""
    try:
        return Decimal(str(value)).normalize()
    except ArithmeticError:
        return "".join(str(value or "").split()).casefold()
