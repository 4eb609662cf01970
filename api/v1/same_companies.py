"""Vendors and customers that are one company: what they owe and are owed can be set off."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Response
from sqlmodel import Session

from api.http.auth import Caller, require
from api.http.dependencies import ReadDep, WriteDep
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.same_companies import SameCompanyIn, SameCompanyOut
from domain.errors import NotFound
from domain.receivables import same_company_store, same_company_views
from domain.receivables.customer import CustomerNotFound

router = APIRouter(prefix="/v1/same-companies", tags=["Open items"], route_class=ExactRoute)
READ = require("kreditoren:read", "debitoren:read")
WRITE = require("kreditoren:write", "debitoren:write")


@router.get("")
def list_same_companies(
    read: ReadDep, caller: Annotated[Caller, READ], response: Response
) -> list[SameCompanyOut]:
    """List vendors and customers that are one company, then those with one VAT id or IBAN.

    Items of a vendor and a customer that are tied are cleared by `POST /v1/open-items/clear`. At
    most 500 are listed; `X-Total-Count` says how many there are. Needs `kreditoren:read` and
    `debitoren:read`.
    """
    found, total = read(same_company_views.companies)
    response.headers["X-Total-Count"] = str(total)
    return [SameCompanyOut.of(each) for each in found]


@router.post("", status_code=201, responses=responses(NotFound, CustomerNotFound))
def decide_same_company(
    body: SameCompanyIn, write: WriteDep, caller: Annotated[Caller, WRITE]
) -> SameCompanyOut:
    """Say that a vendor and a customer are one company, or take that back.

    Nothing is set off by it. Needs `kreditoren:write` and `debitoren:write`.
    """
    wanted = body.decision(datetime.now(UTC))

    def act(session: Session) -> SameCompanyOut:
        same_company_store.decide(session, wanted)
        return SameCompanyOut.of(same_company_views.company(session, *body.pair))

    return write(act)
