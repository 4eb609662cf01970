"""Reads a range of the journal as a DATEV booking batch."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from domain.dates import DateRange, fiscal_year_of, fiscal_year_range
from domain.errors import Invalid, NotFound
from domain.formats import datev_extf
from domain.formats.datev_extf import Batch, Foreign
from domain.ledger.chart import Chart, automatic_accounts
from domain.ledger.intent import Kind
from domain.periods.period import PeriodStatus
from domain.reports.datev import Booked, Rules, records, with_partner
from domain.tables.access import TenantRow
from domain.tables.bound import tenant_of
from domain.tables.ledger import IntentRow, JournalEntryRow, OpenItemRow, PeriodRow, TaxCodeRow
from domain.tables.payables import VendorRow
from domain.tax.code import TaxCode
from domain.views.journal import as_entry

_BATCH = 2000
_ACCOUNT_LENGTH = 4
_CHARTS = {Chart.DE_SKR03: "03", Chart.DE_SKR04: "04", Chart.AT_EKR: "07"}


class NoBookings(NotFound):
    """No booking falls in the range."""

    def __init__(self) -> None:
        super().__init__("No booking falls in the range.")


class AdviserUnknown(Invalid):
    """The tenant has no consultant and client number, without which nobody can import."""

    code = "INVALID_INPUT"

    def __init__(self) -> None:
        super().__init__("The tenant has no DATEV consultant and client number.")


@dataclass(frozen=True, slots=True)
class DatevBatch:
    """What is to be exported: the head, which days, and how."""

    head: Batch
    days: DateRange
    rules: Rules


def batch(session: Session, days: DateRange, now: datetime) -> DatevBatch:
    """Prepare a batch, or refuse a range that is empty or leaves the fiscal year."""
    tenant = session.get_one(TenantRow, tenant_of(session))
    if not (tenant.datev_consultant and tenant.datev_client):
        raise AdviserUnknown
    found, locked = session.exec(
        select(
            func.count(col(JournalEntryRow.journal_number)),
            func.bool_and(col(PeriodRow.status) == PeriodStatus.LOCKED.value),
        )
        .join(PeriodRow, _of_period())
        .where(*_in_range(session, days))
    ).one()
    if not found:
        raise NoBookings
    chart = Chart(tenant.chart)
    year = fiscal_year_range(
        fiscal_year_of(days.first, tenant.fiscal_year_start), tenant.fiscal_year_start
    )
    head = Batch(
        created_at=now,
        consultant=int(tenant.datev_consultant),
        client=int(tenant.datev_client),
        fiscal_year_start=year.first,
        account_length=_ACCOUNT_LENGTH,
        first=days.first,
        last=days.last,
        label=f"Belegfluss {days.first:%Y-%m}",
        chart=_CHARTS[chart],
        locked=bool(locked),
        origin="BF",
        exported_by="Belegfluss",
    )
    head.check_inside(year.last)
    rules = Rules(
        with_keys=chart.country == "DE",
        tax_codes=_tax_codes(session),
        automatic=automatic_accounts(chart),
    )
    return DatevBatch(head, days, rules)


def lines(session: Session, wanted: DatevBatch) -> Iterator[bytes]:
    """The file, line by line; the journal is read in parts and never held as a whole."""
    found = records(_booked(session, wanted.days), wanted.rules)
    yield from datev_extf.lines(wanted.head, found)


def _booked(session: Session, days: DateRange) -> Iterator[Booked]:
    debit, credit = aliased(VendorRow), aliased(VendorRow)
    query: Any = (
        select(JournalEntryRow, IntentRow, PeriodRow.status)
        .join(
            IntentRow,
            and_(
                col(IntentRow.tenant_id) == JournalEntryRow.tenant_id,
                col(IntentRow.intent_id) == JournalEntryRow.intent_id,
            ),
        )
        .join(PeriodRow, _of_period())
        .join(debit, _is_partner(debit, JournalEntryRow.debit_partner_id), isouter=True)
        .join(credit, _is_partner(credit, JournalEntryRow.credit_partner_id), isouter=True)
        .add_columns(col(debit.number), col(credit.number), _due_date())
        .where(*_in_range(session, days))
        .order_by(col(JournalEntryRow.journal_number))
        .execution_options(yield_per=_BATCH)
    )
    for row, intent, status, debit_number, credit_number, due in session.exec(query):
        partners = [str(number) if number else None for number in (debit_number, credit_number)]
        yield Booked(
            intent_id=row.intent_id,
            journal_number=row.journal_number,
            booking_date=row.booking_date,
            entry=with_partner(as_entry(row), *partners),
            description=intent.description or "",
            reference=intent.external_reference or str(row.journal_number),
            is_reversal=intent.kind == Kind.REVERSAL.value,
            due_date=due,
            foreign=Foreign(intent.fx_currency, row.fx_amount) if intent.fx_currency else None,
            locked=status == PeriodStatus.LOCKED.value,
        )


def _tax_codes(session: Session) -> dict[str, TaxCode]:
    rows = session.exec(select(TaxCodeRow).where(TaxCodeRow.tenant_id == tenant_of(session)))
    names = [field.name for field in fields(TaxCode)]
    return {row.code: TaxCode(**{name: getattr(row, name) for name in names}) for row in rows}


def _due_date() -> Any:
    return (
        select(func.min(OpenItemRow.due_date))
        .where(
            OpenItemRow.tenant_id == JournalEntryRow.tenant_id,
            OpenItemRow.intent_id == JournalEntryRow.intent_id,
        )
        .scalar_subquery()
    )


def _is_partner(vendor: Any, partner: UUID | None) -> Any:
    return and_(vendor.tenant_id == JournalEntryRow.tenant_id, vendor.id == partner)


def _of_period() -> Any:
    return and_(
        col(PeriodRow.tenant_id) == JournalEntryRow.tenant_id,
        col(PeriodRow.name) == JournalEntryRow.period,
    )


def _in_range(session: Session, days: DateRange) -> tuple[Any, ...]:
    return (
        col(JournalEntryRow.tenant_id) == tenant_of(session),
        col(JournalEntryRow.booking_date) >= days.first,
        col(JournalEntryRow.booking_date) <= days.last,
    )
