"""Adds, changes and takes out of use tax codes; what is booked stays as it was booked."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from domain.database import audit
from domain.database.session import tenant_of
from domain.errors import Conflict, FieldError, Invalid, InvalidInput, NoChanges
from domain.ledger import books_store
from domain.ledger.account import AccountType
from domain.ledger.booking import AccountNotFound
from domain.ledger.chart_store import code_values
from domain.ledger.rows import AccountRow, TaxCodeHistoryRow, TaxCodeRow
from domain.ledger.tax_code_views import MEANING, one_code, tax_code_of
from domain.ledger.tax_meaning import meaning_of, named_meaning, with_meaning
from domain.tax.code import TaxCode, is_as_delivered, system_codes

_LAST_NUMBER = text("SELECT last_number FROM tenant_head WHERE tenant_id = :tenant")
_CLAIM = text("SELECT 1 FROM tax_code WHERE tenant_id = :tenant AND code = :code FOR UPDATE")


class DuplicateTaxCode(Conflict):
    """The tenant has a tax code of this name, perhaps one out of use."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Tax code {code} exists already.", tax_code=code)


class AccountInactive(Invalid):
    """An account is in the chart, but no longer used."""

    def __init__(self, number: str, pointer: str) -> None:
        super().__init__(
            f"Account {number} is inactive.",
            fields=(FieldError(pointer, "inactive account"),),
            account_number=number,
        )


class SystemTaxCodeDeleteForbidden(Invalid):
    """A system code cannot be deleted."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code} is a system code.", tax_code=code)


def create(session: Session, code: TaxCode, description: str | None) -> TaxCodeRow:
    """Add a tenant's own code; what it means in the return follows from its accounts.

    `code.reports_as` may name the system code whose boxes it fills.
    """
    if _exists(session, code.code):
        raise DuplicateTaxCode(code.code)
    meant = _meant(session, code, code.reports_as)
    values = code_values(tenant_of(session), meant) | {"description": description}
    session.execute(insert(TaxCodeRow).values(values))
    books_store.changed(session, tenant_of(session))
    facts: dict[str, object] = {name: getattr(meant, name) for name in MEANING}
    audit.record(session, "tax_code.created", "tax_code", code.code, after=facts)
    return one_code(session, code.code)


def change(session: Session, code: str, sent: Mapping[str, Any]) -> TaxCodeRow:
    """Replace fields; bookings from now on follow them, whatever their date of supply."""
    if not sent:
        raise NoChanges
    row = _locked_row(session, code)
    before = tax_code_of(row)
    changes = {name: value for name, value in sent.items() if getattr(row, name) != value}
    after = _changed(session, before, changes, sent.get("reports_as"))
    values = _differences(before, after)
    if "description" in changes:
        values["description"] = changes["description"]
    return _store(session, row, values, "changed")


def deactivate(session: Session, code: str) -> TaxCodeRow:
    """Take an own code out of use: nothing is booked by it any more, bookings of it remain."""
    row = _locked_row(session, code)
    if row.is_system:
        raise SystemTaxCodeDeleteForbidden(row.code)
    return _store(session, row, {"active": False} if row.active else {}, "deactivated")


def _exists(session: Session, code: str) -> bool:
    return session.get(TaxCodeRow, (tenant_of(session), code)) is not None


def _locked_row(session: Session, code: str) -> TaxCodeRow:
    named = {"tenant": tenant_of(session), "code": code.upper()}
    session.execute(_CLAIM, named)
    return one_code(session, code)


def _changed(
    session: Session, before: TaxCode, changes: Mapping[str, Any], reports_as: str | None
) -> TaxCode:
    after = replace(
        before, **{name: value for name, value in changes.items() if name != "description"}
    )
    for name in ("vat_account", "self_assess_account"):
        if changes.get(name):
            _account(session, changes[name], f"/{name}")
    if before.is_system:
        return _as_system(session, before, after)
    return _meant(session, after, reports_as) if set(MEANING) & set(changes) else after


def _as_system(session: Session, before: TaxCode, after: TaxCode) -> TaxCode:
    """A system code keeps what it means; with other figures than DATEV's it loses its key there."""
    _check_kept(before, after)
    chart = books_store.books(session, tenant_of(session)).chart
    known = next(each for each in system_codes(chart) if each.code == after.code)
    key = known.datev_bu_key if is_as_delivered(after, chart) else None
    return replace(after, datev_bu_key=key)


def _check_kept(before: TaxCode, after: TaxCode) -> None:
    """Refuse what would make another code of a system code, in the boxes of the old one."""
    if after.reports_as is not None:
        raise InvalidInput("/reports_as", "a system code has boxes of its own")
    for name in ("rate", "vat_account", "self_assess_account"):
        if (getattr(before, name) is None) != (getattr(after, name) is None):
            raise InvalidInput(f"/{name}", "a system code keeps its kind; add a code of your own")


def _meant(session: Session, code: TaxCode, reports_as: str | None) -> TaxCode:
    """The code with direction, kind and boxes, once its accounts are known to be good."""
    vat_account = _account(session, code.vat_account or "", "/vat_account")
    if code.self_assess_account is not None:
        _account(session, code.self_assess_account, "/self_assess_account")
    if code.self_assess_account == code.vat_account:
        raise InvalidInput("/self_assess_account", "must be another account than vat_account")
    chart = books_store.books(session, tenant_of(session)).chart
    if reports_as:
        return with_meaning(code, named_meaning(code, reports_as, chart))
    return with_meaning(code, meaning_of(code, AccountType(vat_account.type), chart))


def _account(session: Session, number: str, pointer: str) -> AccountRow:
    row = session.get(AccountRow, (tenant_of(session), number))
    if row is None:
        raise AccountNotFound(number, pointer)
    if not row.active:
        raise AccountInactive(number, pointer)
    return row


def _differences(before: TaxCode, after: TaxCode) -> dict[str, Any]:
    pairs = ((each.name, getattr(before, each.name), getattr(after, each.name))
             for each in fields(TaxCode))  # fmt: skip
    return {name: new for name, old, new in pairs if old != new}


def _store(session: Session, row: TaxCodeRow, values: dict[str, Any], happened: str) -> TaxCodeRow:
    if not values:
        return row
    before = {name: getattr(row, name) for name in values}
    past = {name: getattr(row, name) for name in MEANING}
    # From here on nobody posts until the commit: entries are numbered under the same lock.
    books_store.changed(session, row.tenant_id)
    if set(MEANING) & set(values):
        _keep(session, row, past)
    session.execute(
        update(TaxCodeRow)
        .where(col(TaxCodeRow.tenant_id) == row.tenant_id, col(TaxCodeRow.code) == row.code)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    audit.record(
        session,
        f"tax_code.{happened}",
        "tax_code",
        row.code,
        before=before,
        after=values,
    )
    return one_code(session, row.code)


def _keep(session: Session, row: TaxCodeRow, past: dict[str, Any]) -> None:
    """Keep what the code meant for all entries so far; changed twice, the first is what held."""
    last_number = session.execute(_LAST_NUMBER, {"tenant": row.tenant_id}).scalar_one()
    values = {"tenant_id": row.tenant_id, "code": row.code, "last_number": last_number, **past}
    session.execute(insert(TaxCodeHistoryRow).values(values).on_conflict_do_nothing())
