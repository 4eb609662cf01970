"""The approval policy as a form: what stands in it, and the policy that was typed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from starlette.datastructures import FormData

from api.pages import typed
from api.pages.language import Language
from api.pages.typed import Mistyped
from api.pages.visit import as_id
from domain.approvals.policy import (
    MOST_ENTRIES,
    ApprovalPolicy,
    Approvers,
    Band,
    Deadlines,
    Substitute,
    Touchless,
    VendorLimit,
)
from domain.errors import InvalidInput

_TOUCHLESS_AMOUNTS = ("up_to", "least_confidence", "range_factor", "daily_limit", "total_limit")
_COUNTS = ("history", "least_history")
Written = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Typing:
    """What was typed, in the form of a language."""

    form: FormData
    language: Language

    def text(self, name: str) -> str:
        """A text without blanks around it."""
        return str(self.form.get(name, "")).strip()[:200]

    def amount(self, name: str, pointer: str) -> Decimal | None:
        """An amount; None where nothing stands. Raises InvalidInput."""
        try:
            return typed.amount_of(self.text(name), self.language.name)
        except Mistyped as error:
            raise InvalidInput(pointer, "is no amount") from error

    def count(self, name: str, pointer: str) -> int:
        """A whole number. Raises InvalidInput."""
        text = self.text(name)
        if not (text.isascii() and text.isdecimal() and len(text) < 5):  # noqa: PLR2004
            raise InvalidInput(pointer, "is no whole number")
        return int(text)

    def day(self, name: str, pointer: str) -> date | None:
        """A day; None where nothing stands. Raises InvalidInput."""
        try:
            return typed.day_of(self.text(name))
        except Mistyped as error:
            raise InvalidInput(pointer, "is no day") from error

    def people(self, name: str) -> Approvers:
        """Roles and persons that were chosen; none of them is everybody."""
        chosen = [str(each) for each in self.form.getlist(name)]
        roles = [each.removeprefix("role:") for each in chosen if each.startswith("role:")]
        users = [found for each in chosen if (found := as_id(each))]
        return Approvers(tuple(roles), tuple(users))

    def rows(self, name: str) -> range:
        """Numbers of the rows of a table."""
        return _range(self.text(f"{name}-rows"))


def policy_of(told: Typing, vendors: Mapping[str, UUID], today: date) -> ApprovalPolicy:
    """The policy that was typed, its version not yet known. Raises InvalidInput."""
    amounts = {
        name: told.amount(f"touchless-{name}", f"/touchless/{name}") for name in _TOUCHLESS_AMOUNTS
    }
    limits = ("daily_limit", "total_limit")
    known = {name: value for name, value in amounts.items() if name in limits or value is not None}
    counts = {name: told.count(f"touchless-{name}", f"/touchless/{name}") for name in _COUNTS}
    return ApprovalPolicy(
        valid_from=told.day("valid_from", "/valid_from") or today,
        invoices=tuple(_bands(told, "invoices")),
        payment_runs=tuple(_bands(told, "payment_runs")),
        substitutes=tuple(_substitutes(told)),
        vendor_limits=tuple(_limits(told, vendors)),
        deadlines=Deadlines(
            told.count("reminder_days", "/deadlines/reminder_days"),
            told.count("escalation_days", "/deadlines/escalation_days"),
            told.people("remind"),
            told.people("escalate_to"),
        ),
        touchless=Touchless(is_on=bool(told.text("touchless-is_on")), **known, **counts),  # type: ignore[arg-type]
        alone_may_approve=bool(told.text("alone")),
    )


def named_vendors(told: Typing) -> Iterator[str]:
    """Names of vendors that were typed."""
    for row in told.rows("limits"):
        if told.text(f"limits-{row}-amount"):
            yield told.text(f"limits-{row}-vendor")


def written(policy: ApprovalPolicy, language: Language, vendors: Mapping[UUID, str]) -> Written:
    """What stands in the form of a policy, each table with a row to spare."""
    touchless, deadlines = policy.touchless, policy.deadlines
    told: Written = {
        "valid_from": "",
        "alone": "1" if policy.alone_may_approve else "",
        "reminder_days": str(deadlines.reminder_days),
        "escalation_days": str(deadlines.escalation_days),
        "remind": _people(deadlines.remind),
        "escalate_to": _people(deadlines.escalate_to),
        "touchless-is_on": "1" if touchless.is_on else "",
        "touchless-history": str(touchless.history),
        "touchless-least_history": str(touchless.least_history),
        "touchless-least_confidence": language.number(touchless.least_confidence),
        "touchless-range_factor": language.number(touchless.range_factor),
    }
    for name in ("up_to", "daily_limit", "total_limit"):
        value = getattr(touchless, name)
        told[f"touchless-{name}"] = "" if value is None else language.money(value)
    for name in ("invoices", "payment_runs"):
        bands = getattr(policy, name)
        told[f"{name}-rows"] = str(len(bands) + 1)
        for row, band in enumerate(bands):
            told[f"{name}-{row}-above"] = language.money(band.above)
            told[f"{name}-{row}-approvals"] = str(band.approvals)
            told[f"{name}-{row}-who"] = _people(band.approvers)
    told["substitutes-rows"] = str(len(policy.substitutes) + 1)
    for row, each in enumerate(policy.substitutes):
        told[f"substitutes-{row}-user"] = str(each.user_id)
        told[f"substitutes-{row}-substitute"] = str(each.substitute_id)
        told[f"substitutes-{row}-first"] = language.day(each.first_day)
        told[f"substitutes-{row}-last"] = language.day(each.last_day)
    told["limits-rows"] = str(len(policy.vendor_limits) + 1)
    for row, limit in enumerate(policy.vendor_limits):
        told[f"limits-{row}-vendor"] = vendors.get(limit.vendor_id, str(limit.vendor_id))
        told[f"limits-{row}-amount"] = language.money(limit.limit)
        told[f"limits-{row}-approvals"] = str(limit.approvals)
    return told


def as_written(form: FormData) -> Written:
    """What was typed, to stand in the form again."""
    many = {"remind", "escalate_to"}
    told: Written = {}
    for name in form:
        values = [str(each) for each in form.getlist(name)]
        told[name] = values if name in many or name.endswith("-who") else values[-1]
        if name.endswith("-rows"):
            told[name] = str(len(_range(values[-1])))
    return told


def _range(text: str) -> range:
    """Rows that a form says it has, within the bounds of a policy."""
    many = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0  # noqa: PLR2004
    return range(min(many, MOST_ENTRIES + 1))


def _people(approvers: Approvers) -> list[str]:
    return [*(f"role:{each}" for each in approvers.roles), *map(str, approvers.users)]


def _bands(told: Typing, name: str) -> Iterator[Band]:
    """Rows with an amount; a row whose amount was emptied is gone."""
    for row in told.rows(name):
        above = told.amount(f"{name}-{row}-above", f"/{name}")
        if above is not None:
            count = told.count(f"{name}-{row}-approvals", f"/{name}")
            yield Band(above, count, told.people(f"{name}-{row}-who"))


def _substitutes(told: Typing) -> Iterator[Substitute]:
    for row in told.rows("substitutes"):
        first = told.day(f"substitutes-{row}-first", "/substitutes")
        if first is None:
            continue
        people = [as_id(told.text(f"substitutes-{row}-{who}")) for who in ("user", "substitute")]
        if people[0] is None or people[1] is None:
            raise InvalidInput("/substitutes", "names nobody")
        last = told.day(f"substitutes-{row}-last", "/substitutes") or first
        yield Substitute(people[0], people[1], first, last)


def _limits(told: Typing, vendors: Mapping[str, UUID]) -> Iterator[VendorLimit]:
    for row in told.rows("limits"):
        limit = told.amount(f"limits-{row}-amount", "/vendor_limits")
        if limit is None:
            continue
        name = told.text(f"limits-{row}-vendor")
        if name not in vendors:
            raise InvalidInput("/vendor_limits", f"names no vendor: {name[:80]}")
        count = told.count(f"limits-{row}-approvals", "/vendor_limits")
        yield VendorLimit(vendors[name], limit, count)
