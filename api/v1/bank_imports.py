"""Imports of statements: how far they are, what they ask, and layouts of CSV files."""

from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import Session

from api.http.dependencies import ReadDep, WriteDep, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.bank_transactions import (
    AnswersIn,
    CsvLayoutIn,
    CsvLayoutOut,
    ImportProgressOut,
)
from domain.banking import csv_profile_store, import_views, question_store
from domain.banking.question_store import AnsweredAlready
from domain.errors import NotFound
from domain.formats.bank_csv_profile import Profile, profile_of

router = APIRouter(prefix="/v1", tags=["Bank imports"], route_class=ExactRoute)
READ, WRITE = require("bank:read"), require("bank:write")


@router.get(
    "/bank-transactions/imports/{batch_id}", dependencies=[READ], responses=responses(NotFound)
)
def show_import(batch_id: UUID, read: ReadDep) -> ImportProgressOut:
    """Show how far an import is, its figures, and what it asks."""
    return ImportProgressOut.of(read(import_views.import_of, batch_id))


@router.post(
    "/bank-transactions/imports/{batch_id}/answers",
    dependencies=[WRITE],
    responses=responses(NotFound, AnsweredAlready),
)
def answer_questions(batch_id: UUID, body: AnswersIn, write: WriteDep) -> ImportProgressOut:
    """Say of rows that nothing decides whether they are new; new ones are imported."""

    def act(session: Session) -> ImportProgressOut:
        answers = {each.row: each.is_new for each in body.answers}
        question_store.answer(session, batch_id, answers)
        return ImportProgressOut.of(import_views.import_of(session, batch_id))

    return write(act)


@router.get("/bank-csv-layouts", dependencies=[READ])
def list_csv_layouts(read: ReadDep, response: Response) -> list[CsvLayoutOut]:
    """List the layouts of CSV files that the tenant has mapped."""
    found = read(csv_profile_store.rows)
    response.headers["X-Total-Count"] = str(len(found))
    return [_layout(row.id, profile_of(row.profile)) for row in found]


@router.post("/bank-csv-layouts", status_code=201, dependencies=[WRITE])
def keep_csv_layout(body: CsvLayoutIn, write: WriteDep) -> CsvLayoutOut:
    """Map the columns of a CSV file; the same name again changes its layout."""
    facts = body.model_dump(exclude={"name"})

    def act(session: Session) -> CsvLayoutOut:
        return CsvLayoutOut(
            id=csv_profile_store.keep(session, body.name, facts), name=body.name, **facts
        )

    return write(act)


@router.delete("/bank-csv-layouts/{layout_id}", dependencies=[WRITE], responses=responses(NotFound))
def remove_csv_layout(layout_id: UUID, write: WriteDep) -> CsvLayoutOut:
    """Read no file by a layout any more; what was imported by it stays."""

    def act(session: Session) -> CsvLayoutOut:
        return _layout(layout_id, csv_profile_store.remove(session, layout_id))

    return write(act)


def _layout(layout_id: UUID, profile: Profile) -> CsvLayoutOut:
    return CsvLayoutOut(
        id=layout_id,
        name=profile.id,
        header=list(profile.header),
        columns={name: str(place) for name, place in profile.columns.items()},
        decimal=profile.decimal,
        dates=list(profile.dates),
        booked=list(profile.booked),
    )
