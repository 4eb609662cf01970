"""Master data of vendors and customers as a form: what was changed, and what others changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from starlette.datastructures import FormData

from api.http.at_once import at_once
from domain.database.audit_views import Event
from domain.errors import DomainError, InvalidInput
from domain.iban import grouped
from domain.ledger.account import Account
from domain.payables.iban_confirmation import Asked, AskedBy
from domain.payables.partner import Address

ROWS = 100
PLAIN = ("name", "vat_id", "tax_id", "iban", "bic", "default_account", "notes")
ADDRESS = ("street", "zip", "city", "country")
NAMES = (*PLAIN, *ADDRESS)
OF_CUSTOMER = (*NAMES, "email")


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address says of a list of partners."""

    q: str = ""
    state: str = "active"
    offset: int = 0

    @property
    def is_active(self) -> bool | None:
        """Which of them: those in use, or all."""
        return None if self.state == "all" else True

    def query(self, **changes: Any) -> str:
        """The same filter as the end of an address."""
        told = {"q": self.q, "state": self.state, "offset": self.offset, **changes}
        usual = {"q": "", "state": "active", "offset": 0}
        return urlencode({name: value for name, value in told.items() if value != usual[name]})


def filter_of(
    q: Annotated[str, Query(max_length=100)] = "",
    state: Annotated[str, Query(max_length=10)] = "active",
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Filter:
    """The filter of an address."""
    return Filter(q.strip(), state if state == "all" else "active", offset)


FilterDep = Annotated[Filter, at_once(filter_of)]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what stands in it, what is stored, and what another person has put there."""

    value: str
    stored: str
    now: str | None = None
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What was once done to a partner: fields that changed, the IBAN before and after."""

    event: Event
    names: Sequence[str]
    before: str | None = None
    after: str | None = None
    has_moved: bool = False


def values_of(form: FormData) -> dict[str, str]:
    """What a form says, file inputs aside."""
    return {name: str(value) for name, value in form.multi_items() if isinstance(value, str)}


def seen_of(values: Mapping[str, str]) -> datetime | None:
    """When the partner was changed last as the form knows it."""
    try:
        return datetime.fromisoformat(values.get("seen", ""))
    except ValueError:
        return None


def stored_of(row: Any, accounts: Mapping[str, Account]) -> dict[str, str]:
    """Stored values as inputs hold them."""
    found = {name: getattr(row, name, None) or "" for name in OF_CUSTOMER}
    found["iban"] = grouped(row.iban) if row.iban else ""
    account = accounts.get(row.default_account or "")
    if account is not None:
        found["default_account"] = f"{account.number} {account.name}"
    return found


def fields_of(
    stored: Mapping[str, str],
    told: Mapping[str, str] | None = None,
    refusal: DomainError | None = None,
) -> dict[str, Field]:
    """The fields with what was typed in their place, where that is another thing than is stored."""
    wrong = {each.pointer.rpartition("/")[2] for each in refusal.fields} if refusal else set()
    found = {}
    for name in OF_CUSTOMER:
        own = stored.get(name, "")
        typed = told.get(name, own) if told else own
        was = told.get(f"was-{name}", own) if told else own
        if typed == was:
            found[name] = Field(own, own, is_wrong=name in wrong)
        else:
            now = own if own not in {was, typed} else None
            found[name] = Field(typed, own, now, name in wrong)
    return found


def changes_of(
    values: Mapping[str, str], row: Any | None = None, names: Sequence[str] = NAMES
) -> dict[str, object]:
    """What a form changes of a partner, or all of it for one that is to be made."""
    changed = {
        name: (values[name].strip() or None)
        for name in names
        if name in values and values[name] != values.get(f"was-{name}", "")
    }
    found: dict[str, object] = {
        name: value for name, value in changed.items() if name not in ADDRESS
    }
    if "name" in found:
        found["name"] = found["name"] or ""
    if changed.get("default_account"):
        found["default_account"] = str(changed["default_account"]).partition(" ")[0]
    if any(name in changed for name in ADDRESS):
        parts = {name: changed.get(name, getattr(row, name, None)) for name in ADDRESS}
        address = Address(**parts)
        found["address"] = address if address != Address() else None
    return found


def asked_of(form: FormData) -> Asked:
    """Whom of a vendor somebody asked about an IBAN, and how. Raises InvalidInput."""
    way = str(form.get("asked_by", ""))
    if way not in set(AskedBy):
        raise InvalidInput("/asked/way", "is missing")
    return Asked(AskedBy(way), str(form.get("contact", "")))


def steps_of(events: Sequence[Event]) -> list[Step]:
    """The story of a partner, the latest step first."""
    return [_step(event, event.before or {}, event.after or {}) for event in events]


def _step(event: Event, before: Mapping[str, Any], after: Mapping[str, Any]) -> Step:
    was, became = (str(each["iban"]) if each.get("iban") else None for each in (before, after))
    if not event.action.endswith(".changed"):
        return Step(event, (), None, became)
    names = sorted({*before, *after} - {"iban"})
    return Step(event, names, was, became, has_moved=was != became)


def form_facts(
    row: Any, accounts: Mapping[str, Account], more: Mapping[str, Any]
) -> dict[str, Any]:
    """What the form of a stored partner shows."""
    fields = fields_of(stored_of(row, accounts), more.get("told"), more.get("refusal"))
    return {
        "fields": fields,
        "is_stale": any(each.now is not None for each in fields.values()),
    }
