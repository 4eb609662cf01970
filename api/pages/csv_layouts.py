"""Layouts of CSV statements: what the columns of a bank's file mean, said once by a person."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from api.http.json_bodies import takes_up_to
from api.pages import templating
from api.pages.books_forms import body_of
from api.pages.orders import carried_out
from api.pages.routing import PageRoute, see
from api.pages.visit import FormDep, Visit, VisitDep
from api.schemas.bank_transactions import CsvLayoutIn
from api.v1.statements import FORM_BYTES
from domain.access import views as access
from domain.banking import bank_views, csv_profile_store
from domain.errors import DomainError, InvalidInput
from domain.formats.bank_csv_guess import DATES, HEAD, Guess, Sample, guess, sample
from domain.formats.bank_csv_profile import COLUMNS, Profile, profile_of

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_PLAIN = (
    "booking_date", "value_date", "amount", "debit", "credit", "currency", "counterparty",
    "counterparty_iban", "purpose", "reference", "booking_text", "balance", "account",
)  # fmt: skip
"""What most files have; the rest stands below it."""
_RARE = tuple(sorted(COLUMNS - set(_PLAIN)))
_MOST_COLUMNS, _LONGEST, _SHOWN = 100, 200, 3
_ADDRESS = "/settings/csv-layouts"


@router.get(_ADDRESS)
def show_layouts(visit: VisitDep) -> Response:
    """The layouts that people have mapped."""
    visit.need("bank:read")
    return _shown(visit, {})


@router.post(f"{_ADDRESS}/file")
@takes_up_to(FORM_BYTES)
async def look_at_file(visit: VisitDep, form: FormDep) -> Response:
    """The columns of a file, with what they probably mean; nothing is stored."""
    visit.need("bank:write")
    try:
        facts = await beginning(form.get("file"))
    except DomainError as refusal:
        return await run_in_threadpool(_shown, visit, {"refusal": refusal}, 409)
    return await run_in_threadpool(_asked, visit, facts)


@router.post(_ADDRESS)
async def keep_layout(visit: VisitDep, form: FormDep) -> Response:
    """Remember what the columns mean; the same name again changes it."""
    visit.need("bank:write")

    def act(session: Session) -> dict[str, Any]:
        body = body_of(CsvLayoutIn, _facts(form))
        facts = body.model_dump(exclude={"name"})
        return {"id": str(csv_profile_store.keep(session, body.name, facts))}

    return await carried_out(
        visit, form, "pages.csv_layouts.keep", act, f"{_ADDRESS}#statement",
        lambda refusal: _asked(visit, _typed(form) | {"refusal": refusal}, 409),
    )  # fmt: skip


@router.post(f"{_ADDRESS}/{{layout_id}}/remove")
async def remove_layout(layout_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Read no file by it any more."""
    visit.need("bank:write")

    def act(session: Session) -> dict[str, Any]:
        csv_profile_store.remove(session, layout_id)
        return {}

    await visit.once(f"pages.csv_layouts.remove.{layout_id}", form, act)
    return see(_ADDRESS)


async def beginning(file: object) -> dict[str, Any]:
    """What the form for the columns of a file starts with. Raises InvalidInput."""
    if not isinstance(file, UploadFile) or not file.filename:
        raise InvalidInput("/file", "is missing")
    await file.seek(0)
    found = await run_in_threadpool(sample, await file.read(HEAD))
    if not found.has_names:
        raise InvalidInput("/header", "the file has no row with the names of its columns")
    return _form(found, guess(found))


def _form(found: Sample, proposed: Guess) -> dict[str, Any]:
    header = found.header[:_MOST_COLUMNS]
    columns = [
        {
            "name": name,
            "is_named": bool(name) and header.index(name) == place,
            "shown": found.column(place)[:_SHOWN],
            "meaning": proposed.meanings.get(place, ""),
        }
        for place, name in enumerate(header)
    ]
    typed = {"name": "", "decimal": proposed.decimal, "dates": proposed.dates, "booked": ""}
    return {"columns": columns, "typed": typed}


def _typed(form: FormData) -> dict[str, Any]:
    """The same form, as it was sent."""
    header = _header(form)
    columns = [
        {
            "name": name,
            "is_named": bool(name) and header.index(name) == place,
            "shown": [str(each)[:_LONGEST] for each in form.getlist(f"shown-{place}")[:_SHOWN]],
            "meaning": str(form.get(f"means-{place}", "")),
        }
        for place, name in enumerate(header)
    ]
    names = ("name", "decimal", "dates", "booked")
    return {"columns": columns, "typed": {each: str(form.get(each, "")).strip() for each in names}}


def _facts(form: FormData) -> dict[str, Any]:
    """The body of the API. Raises InvalidInput where two columns mean the same."""
    told, columns = _typed(form), {}
    for each in told["columns"]:
        if each["meaning"] in columns:
            raise InvalidInput("/columns", "two columns mean the same")
        if each["meaning"]:
            columns[each["meaning"]] = each["name"]
    typed = told["typed"]
    booked = [word.strip() for word in typed["booked"].split(";")]
    return {
        "name": typed["name"],
        "header": [name for name in _header(form) if name],
        "columns": columns,
        "decimal": typed["decimal"],
        "dates": [typed["dates"]],
        "booked": [word for word in booked if word],
    }


def _header(form: FormData) -> list[str]:
    return [str(each)[:_LONGEST] for each in form.getlist("header")[:_MOST_COLUMNS]]


def _asked(visit: Visit, facts: dict[str, Any], status: int = 200) -> Response:
    return templating.page(
        visit, "csv_layout_new.html", {**CHOICES, "refusal": None, **facts}, status=status
    )


def _shown(visit: Visit, more: dict[str, Any], status: int = 200) -> Response:
    facts = {"section": "csv-layouts", "refusal": None, **visit.read(_read), **more}
    return templating.page(visit, "csv_layouts.html", facts, status=status)


def _read(session: Session) -> dict[str, Any]:
    return {
        "layouts": [
            (row, profile := profile_of(row.profile), _in_order(profile))
            for row in csv_profile_store.rows(session)
        ],
        "people": access.names(session),
        "accounts": bank_views.accounts(session),
        "forms": dict(_FORMS),
    }


def _in_order(profile: Profile) -> list[tuple[str, str]]:
    """Meanings and names of columns, as they stand in the file."""
    named = [(meaning, str(name)) for meaning, name in profile.columns.items()]
    return sorted(named, key=lambda each: profile.header.index(each[1]))


_FORMS = tuple((form, date(2026, 12, 31).strftime(form)) for form in DATES)
CHOICES: dict[str, Any] = {"at": "b", "plain": _PLAIN, "rare": _RARE, "forms": _FORMS}
"""What the form for columns offers."""
