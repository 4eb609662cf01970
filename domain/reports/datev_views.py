"""Reads the journal for the DATEV export: what there is, and its records as they are sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate, chain, groupby
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.access.rows import TenantRow
from domain.database.session import tenant_of
from domain.dates import DateRange, fiscal_year_range
from domain.documents.rows import DocumentRow
from domain.errors import Invalid, NotFound
from domain.formats import datev_extf
from domain.formats.datev_documents import BYTES_IN_A_PACKAGE, DOCUMENTS_IN_A_PACKAGE, Linked
from domain.formats.datev_extf import (
    LARGEST,
    RECORDS_IN_A_BATCH,
    Batch,
    Category,
    DatevRefused,
    Record,
    Sender,
)
from domain.formats.zip_stream import Member
from domain.ledger.account import AccountRole
from domain.ledger.chart import Chart, automatic_accounts, role
from domain.ledger.rows import (
    AccountBalanceRow,
    AccountRow,
    IntentRow,
    JournalEntryRow,
    PeriodRow,
    TaxCodeRow,
)
from domain.payables.rows import VendorRow
from domain.periods.period import PeriodStatus
from domain.receivables.rows import CustomerRow
from domain.reports import datev_master
from domain.reports.datev import records
from domain.reports.datev_entry_views import RANGE, entries
from domain.reports.datev_master import Person, Row
from domain.reports.datev_numbers import Numbers, Partner
from domain.reports.datev_record import Rules
from domain.tax.code import TaxCode, is_as_delivered

_CHARTS = {Chart.DE_SKR03: "03", Chart.DE_SKR04: "04", Chart.AT_EKR: "07"}
_Partner = TypeVar("_Partner", CustomerRow, VendorRow)
_DIVERSE = {AccountRole.RECEIVABLES: 69999, AccountRole.PAYABLES: 99999}
_DIVERSE_NAMES = {69999: "Diverse Debitoren", 99999: "Diverse Kreditoren"}


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
class Planned:
    """One booking batch to come: its header, and the periods and number of its entries."""

    batch: Batch
    periods: tuple[str, ...]
    entries: int


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be exported, decided before the first byte; entries booked later stay out."""

    batches: tuple[Planned, ...]
    rules: Rules
    last_number: int
    locked_periods: frozenset[str] = frozenset()

    @property
    def is_one_file(self) -> bool:
        """Whether one booking batch holds it all."""
        return len(self.batches) == 1 and self.batches[0].entries <= RECORDS_IN_A_BATCH

    @property
    def sender(self) -> Sender:
        """Whose books they are; of several fiscal years, the last."""
        return self.batches[-1].batch.sender


def export(session: Session, days: DateRange, now: datetime) -> Export:
    """Plan an export, or refuse it: no adviser, no booking, what the format cannot carry."""
    tenant = session.get_one(TenantRow, tenant_of(session))
    if not (tenant.datev_consultant and tenant.datev_client):
        raise AdviserUnknown
    found = _found(session, days)
    if not found:
        raise NoBookings
    if max(each.largest for each in found) > LARGEST:
        raise DatevRefused(f"An amount is larger than {LARGEST}, the largest that DATEV takes.")
    rules = _rules(session, Chart(tenant.chart))
    sender = Sender(
        created_at=now,
        consultant=int(tenant.datev_consultant),
        client=int(tenant.datev_client),
        fiscal_year_start=days.first,
        account_length=rules.numbers.length,
        chart=_CHARTS[Chart(tenant.chart)],
    )
    batches = tuple(
        _planned(list(group), sender, days, tenant.fiscal_year_start)
        for _, group in groupby(found, key=lambda each: each.batch)
    )
    locked = frozenset(each.name for each in found if each.is_locked)
    return Export(batches, rules, max(each.last_number for each in found), locked)


@dataclass(frozen=True, slots=True)
class _Found:
    """A period with entries in the range."""

    name: str
    fiscal_year: int
    number: int
    first: date
    last: date
    is_locked: bool
    entries: int
    largest: Decimal
    last_number: int

    @property
    def batch(self) -> tuple[int, int]:
        """Periods of a batch: the months of a fiscal year, or one adjustment period."""
        return (self.fiscal_year, self.number)


def _found(session: Session, days: DateRange) -> list[_Found]:
    columns: Any = select
    query: Any = (
        columns(
            col(PeriodRow.name),
            col(PeriodRow.fiscal_year),
            col(PeriodRow.period_number),
            col(PeriodRow.first_day),
            col(PeriodRow.last_day),
            col(PeriodRow.status) == PeriodStatus.LOCKED.value,
            func.count(),
            func.max(JournalEntryRow.amount),
            func.max(JournalEntryRow.journal_number),
        )
        .join(
            JournalEntryRow,
            (col(JournalEntryRow.tenant_id) == col(PeriodRow.tenant_id))
            & (col(JournalEntryRow.period) == col(PeriodRow.name)),
        )
        .where(
            PeriodRow.tenant_id == tenant_of(session),
            col(PeriodRow.first_day) <= days.last,
            col(PeriodRow.last_day) >= days.first,
            col(JournalEntryRow.booking_date).between(days.first, days.last),
        )
        .group_by(col(PeriodRow.tenant_id), col(PeriodRow.name))
        .order_by(col(PeriodRow.fiscal_year), col(PeriodRow.period_number), col(PeriodRow.name))
    )
    return [_Found(*row) for row in session.exec(query)]


def _planned(
    found: list[_Found], sender: Sender, days: DateRange, fiscal_year_start: int
) -> Planned:
    """Header of a batch: it lies inside its fiscal year, and is locked if all of it is."""
    year = fiscal_year_range(found[0].fiscal_year, fiscal_year_start)
    number = found[0].number
    around = DateRange(found[0].first, found[0].last) if number else year
    first, last = max(days.first, around.first), min(days.last, around.last)
    batch = Batch(
        sender=replace(sender, fiscal_year_start=year.first),
        first=first,
        last=last,
        label=f"FIBU {found[0].name}" if number else _label(first, last),
        locked=all(each.is_locked for each in found),
        is_closing=number > 0,
    )
    return Planned(batch, tuple(each.name for each in found), sum(f.entries for f in found))


def _label(first: date, last: date) -> str:
    months = sorted({f"{first:%Y-%m}", f"{last:%Y-%m}"})
    return "FIBU " + " bis ".join(months)


def _rules(session: Session, chart: Chart) -> Rules:
    """How this tenant exports; German collective accounts take no entry of their own."""
    collective = {
        role(chart, each): number if chart.country == "DE" else None
        for each, number in _DIVERSE.items()
    }
    numbers = Numbers.of(
        session.exec(_moved_ever(session)),
        collective,
        {
            **_partners(session, VendorRow, role(chart, AccountRole.PAYABLES)),
            **_partners(session, CustomerRow, role(chart, AccountRole.RECEIVABLES)),
        },
    )
    codes = _tax_codes(session)
    return Rules(
        with_keys=chart.country == "DE",
        country=chart.country,
        tax_codes=codes,
        automatic=_automatic(codes, chart),
        numbers=numbers,
    )


def _moved_ever(session: Session) -> SelectOfScalar[str]:
    """Accounts with entries: one that was only opened stands in nobody's way."""
    return (
        select(AccountBalanceRow.account)
        .where(AccountBalanceRow.tenant_id == tenant_of(session))
        .distinct()
    )


def _automatic(codes: dict[str, TaxCode], chart: Chart) -> dict[str, str | None]:
    """Automatic accounts; one whose code the tenant has changed stands for no code any more."""
    return {
        account: code if code in codes and is_as_delivered(codes[code], chart) else None
        for account, code in automatic_accounts(chart).items()
    }


def _partners(session: Session, kind: type[_Partner], collective: str) -> dict[UUID, Partner]:
    query = select(kind.id, kind.number, kind.vat_id).where(kind.tenant_id == tenant_of(session))
    return {
        row_id: Partner(number, collective, vat_id or "")
        for row_id, number, vat_id in session.exec(query)
    }


def _tax_codes(session: Session) -> dict[str, TaxCode]:
    rows = session.exec(select(TaxCodeRow).where(TaxCodeRow.tenant_id == tenant_of(session)))
    names = [each.name for each in fields(TaxCode)]
    return {row.code: TaxCode(**{name: getattr(row, name) for name in names}) for row in rows}


def booking_batch(session: Session, wanted: Export) -> Iterator[bytes]:
    """The one batch of an export, block by block; the journal is never held as a whole."""
    planned = wanted.batches[0]
    groups = _records(session, wanted, planned)
    yield from datev_extf.booking_batch(planned.batch, chain.from_iterable(groups))


def booking_batches(session: Session, wanted: Export) -> Iterator[Member]:
    """Every batch of an export as files, each within what an import takes."""
    for planned in wanted.batches:
        many = planned.entries > RECORDS_IN_A_BATCH
        parts = _parts(_records(session, wanted, planned), RECORDS_IN_A_BATCH)
        for number, part in enumerate(parts, 1):
            suffix = f"T{number}" if many else ""
            label = f"{planned.batch.label} {suffix}".strip()
            batch = replace(planned.batch, label=label)
            yield Member(_file_name(batch, suffix), datev_extf.booking_batch(batch, part))


def _file_name(batch: Batch, suffix: str) -> str:
    days = f"{batch.first:%Y%m%d}_{batch.last:%Y%m%d}"
    kind = batch.label.split()[1] if batch.is_closing else ""
    return "_".join(filter(None, ("EXTF_Buchungsstapel", days, kind, suffix))) + ".csv"


def _parts(
    groups: Iterator[Sequence[Record | str]], limit: int
) -> Iterator[Iterator[Record | str]]:
    """Records in parts of at most `limit`; those of one intent stay together.

    A part is read to its end before the next is asked for.
    """
    ahead = next(groups, None)

    def part() -> Iterator[Record | str]:
        nonlocal ahead
        count = 0
        while ahead is not None and (count == 0 or count + len(ahead) <= limit):
            count += len(ahead)
            yield from ahead
            ahead = next(groups, None)

    while ahead is not None:
        yield part()


def _records(
    session: Session, wanted: Export, planned: Planned
) -> Iterator[Sequence[Record | str]]:
    arguments = _arguments(session, wanted, planned)
    return records(entries(session, wanted.rules, arguments), wanted.rules)


def _arguments(session: Session, wanted: Export, planned: Planned) -> dict[str, Any]:
    return {
        "tenant": tenant_of(session),
        "periods": list(planned.periods),
        "first": planned.batch.first,
        "last": planned.batch.last,
        "last_number": wanted.last_number,
        "locked": list(wanted.locked_periods),
    }


def master_data(session: Session, wanted: Export) -> Iterator[Member]:
    """Partners that occur in the batches, and accounts that the standard chart does not have."""
    moved: set[tuple[str, UUID | None]] = set()
    for planned in wanted.batches:
        moved |= _moved(session, wanted, planned)
    rows = list(_partner_rows(session, wanted.rules.numbers, moved))
    if rows:
        blocks = datev_extf.table(Category.PARTNERS, wanted.sender, rows)
        yield Member("EXTF_Debitoren_Kreditoren.csv", blocks)
    labels = list(_label_rows(session, wanted.rules.numbers))
    if labels:
        blocks = datev_extf.table(Category.LABELS, wanted.sender, labels)
        yield Member("EXTF_Kontenbeschriftungen.csv", blocks)


_MOVED = f"""
SELECT DISTINCT m.account, m.partner
FROM journal_entry e
CROSS JOIN LATERAL (VALUES (e.debit_account, e.debit_partner_id),
    (e.credit_account, e.credit_partner_id)) AS m (account, partner)
{RANGE} AND m.account = ANY(%(collective)s)
"""  # noqa: S608 - as above


def _moved(session: Session, wanted: Export, planned: Planned) -> set[tuple[str, UUID | None]]:
    """Collective accounts of a batch with the partners on them."""
    arguments = _arguments(session, wanted, planned)
    arguments["collective"] = list(wanted.rules.numbers.collective)
    connection: Any = session.connection().connection.driver_connection
    return set(connection.execute(_MOVED, arguments).fetchall())


def _partner_rows(
    session: Session, numbers: Numbers, moved: set[tuple[str, UUID | None]]
) -> Iterator[Row]:
    ids = {partner for account, partner in moved if numbers.partner_on(account, partner)}
    for person in (
        *_persons(session, CustomerRow, ids, numbers),
        *_persons(session, VendorRow, ids, numbers),
    ):
        yield datev_master.partner(person)
    alone = {
        numbers.collective[account]
        for account, partner in moved
        if not numbers.partner_on(account, partner)
    }
    for number in sorted(each for each in alone if each is not None):
        yield datev_master.diverse(numbers.partner(number), _DIVERSE_NAMES[number])


def _persons(
    session: Session, kind: type[_Partner], ids: set[UUID | None], numbers: Numbers
) -> Iterator[Person]:
    query = select(kind).where(kind.tenant_id == tenant_of(session), col(kind.id).in_(ids))
    for row in session.exec(query.order_by(col(kind.number))):
        yield _person(row, numbers)


def _person(row: CustomerRow | VendorRow, numbers: Numbers) -> Person:
    return Person(
        account=numbers.partner(row.number),
        name=row.name,
        vat_id=row.vat_id,
        tax_id=row.tax_id,
        street=row.street,
        postal_code=row.zip,
        city=row.city,
        country=row.country,
        iban=row.iban,
        bic=row.bic,
    )


def _label_rows(session: Session, numbers: Numbers) -> Iterator[Row]:
    query = (
        select(AccountRow.number, AccountRow.name)
        .where(
            AccountRow.tenant_id == tenant_of(session),
            ~col(AccountRow.is_system),
            col(AccountRow.number).in_(_moved_ever(session)),
        )
        .order_by(col(AccountRow.number))
    )
    for number, name in session.exec(query):
        yield datev_master.label(numbers.written(number), name)


def documents(session: Session, wanted: Export, after: UUID | None) -> list[Linked]:
    """Documents that the batches link to, after one of them: as many as one package takes."""
    batches = wanted.batches
    query = (
        select(DocumentRow)
        .where(
            DocumentRow.tenant_id == tenant_of(session),
            col(DocumentRow.id).in_(
                select(IntentRow.document_id).where(
                    IntentRow.tenant_id == tenant_of(session),
                    col(IntentRow.period).in_(n for each in batches for n in each.periods),
                    col(IntentRow.booking_date) >= min(each.batch.first for each in batches),
                    col(IntentRow.booking_date) <= max(each.batch.last for each in batches),
                )
            ),
        )
        .order_by(col(DocumentRow.id))
        .limit(DOCUMENTS_IN_A_PACKAGE)
    )
    if after is not None:
        query = query.where(col(DocumentRow.id) > after)
    found = [Linked(r.id, r.sha256, r.mime_type, r.size_bytes) for r in session.exec(query)]
    sizes = accumulate(each.size_bytes for each in found)
    fitting = sum(size <= BYTES_IN_A_PACKAGE for size in sizes)
    return found[: max(fitting, 1)]
