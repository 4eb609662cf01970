"""Tax codes of the tenant's chart."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlmodel import Session

from api.http.dependencies import ReadDep, WriteDep, require, require_any
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.tax_codes import (
    TaxCodeChangeIn,
    TaxCodeIn,
    TaxCodeOut,
    TaxCodesOut,
    TaxCodeStateOut,
)
from domain.errors import NoChanges
from domain.ledger import tax_code_store
from domain.ledger import tax_code_views as views
from domain.ledger.booking import AccountNotFound
from domain.ledger.tax_code_store import (
    AccountInactive,
    DuplicateTaxCode,
    SystemTaxCodeDeleteForbidden,
)
from domain.ledger.tax_code_views import TaxCodeNotFound

router = APIRouter(prefix="/v1/tax-codes", tags=["Tax codes"], route_class=ExactRoute)
WRITE = require("config:write")
Code = Annotated[str, Path(description="Code, whatever the case of its letters")]


@router.get("", dependencies=[require_any("config:read", "journal:read")])
def list_tax_codes(
    read: ReadDep,
    *,
    include_inactive: Annotated[bool, Query(description="Deactivated ones, too")] = False,
) -> TaxCodesOut:
    """List the tax codes that bookings may use."""
    rows = read(views.all_codes, include_inactive=include_inactive)
    return TaxCodesOut(tax_codes=[TaxCodeOut.of(row) for row in rows])


@router.post(
    "",
    status_code=201,
    dependencies=[WRITE],
    responses=responses(AccountNotFound, AccountInactive, DuplicateTaxCode),
)
def add_tax_code(body: TaxCodeIn, write: WriteDep) -> TaxCodeOut:
    """Create a tax code of the tenant's own; its accounts must exist and be active."""
    code = body.tax_code()
    return write(
        lambda session: TaxCodeOut.of(tax_code_store.create(session, code, body.description))
    )


@router.patch(
    "/{code}",
    dependencies=[WRITE],
    responses=responses(NoChanges, AccountNotFound, AccountInactive, TaxCodeNotFound),
)
def change_tax_code(code: Code, body: TaxCodeChangeIn, write: WriteDep) -> TaxCodeOut:
    """Change a tax code for bookings to come; those of the past keep their lines."""
    changes = body.changes()
    return write(lambda session: TaxCodeOut.of(tax_code_store.change(session, code, changes)))


@router.delete(
    "/{code}",
    dependencies=[WRITE],
    responses=responses(TaxCodeNotFound, SystemTaxCodeDeleteForbidden),
)
def deactivate_tax_code(code: Code, write: WriteDep) -> TaxCodeStateOut:
    """Take an own code out of use; bookings of it remain. System codes stay."""

    def act(session: Session) -> TaxCodeStateOut:
        row = tax_code_store.deactivate(session, code)
        return TaxCodeStateOut(code=row.code, is_active=row.active)

    return write(act)
