"""Tax codes of the tenant's chart."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import ReadDep, require_any
from api.schemas.tax_codes import TaxCodeOut, TaxCodesOut
from api.wire import ExactRoute
from domain.views import tax_codes

router = APIRouter(prefix="/v1/tax-codes", tags=["Tax codes"], route_class=ExactRoute)


@router.get("", dependencies=[require_any("config:read", "journal:read")])
def list_tax_codes(
    read: ReadDep,
    *,
    include_inactive: Annotated[bool, Query(description="Deactivated ones, too")] = False,
) -> TaxCodesOut:
    """List the tax codes that bookings may use."""
    rows = read(tax_codes.all_codes, include_inactive=include_inactive)
    return TaxCodesOut(tax_codes=[TaxCodeOut.model_validate(row) for row in rows])
