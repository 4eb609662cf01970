"""Exchange rates: reference rates imported, and the one that an invoice would get."""

from typing import Annotated

from fastapi import APIRouter, File, Query, UploadFile
from sqlmodel import Session

from api.http.dependencies import ReadDep, WriteDep, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.http.uploads import FORM
from api.schemas.exchange_rates import ExchangeRateOut, RatesImportedOut
from api.schemas.types import AnyDay
from domain.errors import NotFound
from domain.formats import ecb_rates
from domain.formats.ecb_rates import NoRates
from domain.ledger import rate_store, rate_views

router = APIRouter(prefix="/v1/exchange-rates", tags=["Exchange rates"], route_class=ExactRoute)
READ, WRITE = require("kreditoren:read"), require("kreditoren:write")
Currency = Annotated[
    str, Query(pattern="^[A-Z]{3}$", description="Code of ISO 4217", examples=["USD"])
]
Before = Annotated[AnyDay, Query(description="Date of the document")]


@router.get("", dependencies=[READ], responses=responses(NotFound))
def show_exchange_rate(currency: Currency, before: Before, read: ReadDep) -> ExchangeRateOut:
    """Show the rate of the last banking day before a document, which its case proposes."""
    found = read(rate_views.rate_before, currency, before)
    if found is None:
        raise NotFound("No rate of a day shortly before is known.")
    return ExchangeRateOut.model_validate(found)


@router.post("/import", dependencies=[WRITE, FORM], responses=responses(NoRates))
def import_exchange_rates(
    file: Annotated[UploadFile, File(description="eurofxref-hist.csv, or eurofxref.csv")],
    write: WriteDep,
) -> RatesImportedOut:
    """Import reference rates of the European Central Bank; a rate that is known stays."""
    rates = list(ecb_rates.read(file.file.read(ecb_rates.LIMIT + 1)))

    def act(session: Session) -> RatesImportedOut:
        return RatesImportedOut(imported=rate_store.keep(session, rates))

    return write(act)
