"""The DATEV export of a year against a bare COPY of the same rows through a template.

The limit lets the server write a line of all columns for each journal entry, with nothing
else: no key, no tax folded, no partner, no sign that the format lacks. Memory is the peak of
a process that does nothing but export.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg

from domain.database.session import read_session
from domain.dates import DateRange
from domain.formats.datev_extf import head_template, tail_template
from domain.ledger.chart import Chart
from domain.reports import datev_views
from tests.benchmarks.bulk import THE_YEAR, fill
from tests.benchmarks.measure import PEAK_KIB, compare
from tests.builders import Tenant, another_tenant
from tests.servers import Database

ENTRIES = 500_000
_TENTH = date(2025, 2, 5)
"""The last day of the first tenth of the year."""

_COPY = """
COPY (
    SELECT replace(e.amount::text, '.', ',') || ';"S";"";;;"";' || e.debit_account || ';'
        || e.credit_account || ';"";' || format($head${head}$head$,
            to_char(e.booking_date, 'DDMM'), i.external_reference, '',
            left(i.description, 60), '')
        || ';"";' || format($tail${tail}$tail$, e.journal_number, 0, '', '', '')
    FROM journal_entry e
    JOIN intent i ON i.tenant_id = e.tenant_id AND i.intent_id = e.intent_id
    WHERE e.tenant_id = '{tenant}'
    ORDER BY e.journal_number
) TO STDOUT
"""
_EXPORT = (
    PEAK_KIB
    + """
import sys
from datetime import UTC, date, datetime
from uuid import UUID
from domain.dates import DateRange
from domain.database.session import engine, read_session
from domain.reports import datev_views as datev
days = DateRange(*map(date.fromisoformat, sys.argv[3:]))
with read_session(engine(sys.argv[1], pool_size=1), UUID(sys.argv[2])) as session:
    plan = datev.export(session, days, datetime.now(UTC))
    for file in datev.booking_batches(session, plan):
        for block in file.blocks:
            pass
entries = sum(planned.entries for planned in plan.batches)
print(entries, peak_kib())
"""
)


def benchmarks(database: Database, entries: int = ENTRIES) -> Iterator[dict[str, object]]:
    """A year with tax folded; then memory for a tenth of it, and for all of it."""
    tenant = another_tenant(database, Chart.DE_SKR04)
    fill(database, tenant, entries * 4 // 5)
    pace = _Pace(database, tenant, entries)
    yield compare(
        f"DATEV export, {entries:,} entries",
        "COPY of the rows through a template",
        pace.exported,
        pace.copied,
    )
    tenth = DateRange(THE_YEAR.first, _TENTH)
    yield {
        "name": "DATEV export, peak memory in MiB by number of entries",
        **dict(_peak(database, tenant, days) for days in (tenth, THE_YEAR)),
    }


class _Pace:
    """Two ways to the lines of a year, each as a rate of entries a second."""

    def __init__(self, database: Database, tenant: Tenant, entries: int) -> None:
        self._database = database
        self._tenant = tenant
        self._entries = entries

    def exported(self) -> float:
        """Ours, with all that is looked up before the first byte."""
        begin = time.perf_counter()
        with read_session(self._database.engine, self._tenant.id) as session:
            plan = datev_views.export(session, THE_YEAR, datetime.now(UTC))
            for file in datev_views.booking_batches(session, plan):
                for _ in file.blocks:
                    pass
        return self._entries / (time.perf_counter() - begin)

    def copied(self) -> float:
        """The limit: the application's role, so that the same policies hold."""
        url = self._database.url.replace("postgresql+psycopg://", "postgresql://")
        command = _COPY.format(head=head_template(), tail=tail_template(), tenant=self._tenant.id)
        with psycopg.connect(url) as session:
            session.execute("SELECT set_config('app.tenant_id', %s, true)", (str(self._tenant.id),))
            begin = time.perf_counter()
            with session.cursor().copy(command.encode()) as lines:
                for _ in lines:
                    pass
            return self._entries / (time.perf_counter() - begin)


def _peak(database: Database, tenant: Tenant, days: DateRange) -> tuple[str, float]:
    """Number of entries, and peak memory of a process that exports them, in MiB."""
    arguments = [database.url, str(tenant.id), str(days.first), str(days.last)]
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _EXPORT, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    entries, peak = done.stdout.split()
    return f"{int(entries):,}", round(int(peak) / 1024, 1)
