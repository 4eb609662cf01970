"""The DATEV export of a year against a bare COPY of the same rows through a template.

The limit lets the server write a line of all columns for each journal entry, with nothing
else: no key, no tax folded, no partner, no sign that the format lacks. Memory is the peak of
a process that does nothing but export.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from domain.formats.datev_extf import head_template, tail_template
from domain.ledger.chart import Chart
from domain.store.transaction import reading
from domain.views import datev
from tests.benchmarks.bulk import THE_YEAR, fill
from tests.benchmarks.measure import compare
from tests.builders import Tenant, another_tenant
from tests.servers import Database

LARGE, SMALL = 500_000, 50_000
_CHARTS = (Chart.DE_SKR04, Chart.AT_EKR)
_COPY = """
COPY (
    SELECT replace(e.amount::text, '.', ',') || ';"S";"";;;"";' || e.debit_account || ';'
        || e.credit_account || ';"";' || format($head${head}$head$,
            to_char(e.booking_date, 'DDMM'), i.external_reference, '',
            left(i.description, 60), '')
        || ';"";' || format($tail${tail}$tail$, e.journal_number, 0, '', '')
    FROM journal_entry e
    JOIN intent i ON i.tenant_id = e.tenant_id AND i.intent_id = e.intent_id
    WHERE e.tenant_id = '{tenant}'
    ORDER BY e.journal_number
) TO STDOUT
"""
_EXPORT = """
import resource, sys
from datetime import UTC, datetime
from uuid import UUID
from domain.store.transaction import engine, reading
from domain.views import datev
from tests.benchmarks.bulk import THE_YEAR
with reading(engine(sys.argv[1], pool_size=1), UUID(sys.argv[2])) as session:
    plan = datev.export(session, THE_YEAR, datetime.now(UTC))
    for file in datev.booking_batches(session, plan):
        for block in file.blocks:
            pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def benchmarks(
    database: Database, large: int = LARGE, small: int = SMALL
) -> Iterator[dict[str, object]]:
    """Tax folded for Germany, rows for Austria; then memory, for ten times the entries."""
    tenants = [_filled(database, chart, large) for chart in _CHARTS]
    for tenant, chart in zip(tenants, _CHARTS, strict=True):
        pace = _Pace(database, tenant, large)
        yield compare(
            f"DATEV export, {chart}, {large:,} entries",
            "COPY of the rows through a template",
            pace.exported,
            pace.copied,
        )
    few = _filled(database, _CHARTS[0], small)
    yield {
        "name": "DATEV export, peak memory in MiB",
        f"{small:,} entries": _peak(database, few),
        f"{large:,} entries": _peak(database, tenants[0]),
    }


def _filled(database: Database, chart: Chart, entries: int) -> Tenant:
    """A tenant with that many entries in a year: five for every four intents."""
    tenant = another_tenant(database, chart)
    fill(database, tenant, entries * 4 // 5)
    return tenant


class _Pace:
    """Two ways to the lines of a year, each as a rate of entries a second."""

    def __init__(self, database: Database, tenant: Tenant, entries: int) -> None:
        self._database = database
        self._tenant = tenant
        self._entries = entries

    def exported(self) -> float:
        """Ours, with all that is looked up before the first byte."""
        begin = time.perf_counter()
        with reading(self._database.engine, self._tenant.id) as session:
            plan = datev.export(session, THE_YEAR, datetime.now(UTC))
            for file in datev.booking_batches(session, plan):
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


def _peak(database: Database, tenant: Tenant) -> float:
    """Peak memory of a process that exports a year, in MiB."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _EXPORT, database.url, str(tenant.id)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return round(int(done.stdout) / 1024, 1)
