"""Reads which vendors are paid to one account: mostly one company that was entered twice."""

from typing import Any

from sqlalchemy import ARRAY, Uuid, any_, cast, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from domain.payables.rows import VendorRow


def is_paid_to_account_of(column: Any, vendor: Any, tenant: Any) -> Any:
    """Whether a column names a vendor of the same IBAN as another one, itself included.

    A factor is paid for many vendors: whoever asks needs more than the account to call two
    invoices one. An array, so that it is looked up once and leads an index.
    """
    own, other = aliased(VendorRow), aliased(VendorRow)
    found = (
        select(func.array_agg(col(other.id)))
        .join(own, (col(own.tenant_id) == other.tenant_id) & (col(own.iban) == other.iban))
        .where(col(other.tenant_id) == tenant, col(own.id) == vendor)
        .scalar_subquery()
    )
    return column == any_(cast(found, ARRAY(Uuid)))
