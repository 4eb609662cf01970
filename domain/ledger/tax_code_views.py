"""Reads the tax codes of a tenant, as they are and as they were."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.errors import NotFound
from domain.ledger.rows import TaxCodeHistoryRow, TaxCodeRow
from domain.tax.code import TaxCode

MEANING = (
    "rate",
    "direction",
    "kind",
    "vat_account",
    "self_assess_account",
    "deductible",
    "reports_as",
)
"""What a change of keeps a line of history, because bookings were made by it."""


class TaxCodeNotFound(NotFound):
    """The tenant has no tax code of this name."""

    def __init__(self, code: str) -> None:
        super().__init__(f"There is no tax code {code}.", tax_code=code)


@dataclass(frozen=True, slots=True)
class CodesInTime:
    """Tax codes as they are, and as they were up to a journal number, the oldest first."""

    present: Mapping[str, TaxCode]
    past: Mapping[str, list[tuple[int, TaxCode]]]

    def of(self, code: str, journal_number: int) -> TaxCode:
        """The code as a journal entry was booked by it."""
        for last_number, then in self.past.get(code, ()):
            if journal_number <= last_number:
                return then
        return self.present[code]


def all_codes(session: Session, *, include_inactive: bool) -> list[TaxCodeRow]:
    """Tax codes by code; those that are deactivated only when asked for."""
    query = select(TaxCodeRow).where(TaxCodeRow.tenant_id == tenant_of(session))
    if not include_inactive:
        query = query.where(col(TaxCodeRow.active))
    return list(session.exec(query.order_by(TaxCodeRow.code)))


def one_code(session: Session, code: str) -> TaxCodeRow:
    """One tax code, whatever the case of its letters. Raises TAX_CODE_NOT_FOUND."""
    query = select(TaxCodeRow).where(
        TaxCodeRow.tenant_id == tenant_of(session), TaxCodeRow.code == code.upper()
    )
    row = session.exec(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise TaxCodeNotFound(code)
    return row


def in_time(session: Session) -> CodesInTime:
    """Every tax code with its past: a return shows an entry by what its code meant then."""
    rows = all_codes(session, include_inactive=True)
    present = {row.code: tax_code_of(row) for row in rows}
    past: dict[str, list[tuple[int, TaxCode]]] = {}
    history = session.exec(
        select(TaxCodeHistoryRow)
        .where(TaxCodeHistoryRow.tenant_id == tenant_of(session))
        .order_by(TaxCodeHistoryRow.code, col(TaxCodeHistoryRow.last_number))
    )
    for row in history:
        then = replace(present[row.code], **{name: getattr(row, name) for name in MEANING})
        past.setdefault(row.code, []).append((row.last_number, then))
    return CodesInTime(present, past)


def tax_code_of(row: TaxCodeRow) -> TaxCode:
    """Value of a row."""
    return TaxCode(**{each.name: getattr(row, each.name) for each in fields(TaxCode)})
