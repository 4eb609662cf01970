"""Reports over 100,000 and 1,000,000 entries, against the sum of the roll-ups alone.

Ours is the whole way but HTTP: session, view, wire models, JSON. The limit is psycopg in the
same transaction of the same tenant, summing up the roll-ups of the year by account and writing
the rows as JSON.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

from pydantic import TypeAdapter
from sqlmodel import Session

from api.v1.reports import REPORTS, Report, ReportType
from domain.reports import snapshot_views
from domain.reports.snapshot import Asked
from tests.benchmarks.journals import Case, Journal, compared, journals
from tests.servers import Database

GOAL = "ms; ratio is ours to the limit, to be below 4; growth to be below 1.2"
_KINDS = (ReportType.TRIAL_BALANCE, ReportType.GUV, ReportType.BILANZ)
_SUMS = """
SELECT a.number, a.name, a.type, a.report_group, sum(b.opening_debit) AS opening_debit,
    sum(b.opening_credit) AS opening_credit, sum(b.debit) AS debit, sum(b.credit) AS credit
FROM account_balance b
JOIN account a ON a.tenant_id = b.tenant_id AND a.number = b.account
WHERE b.tenant_id = %(tenant)s AND b.period BETWEEN '2025-01' AND '2025-12'
GROUP BY a.tenant_id, a.number ORDER BY a.number
"""


def benchmarks(database: Database) -> Iterator[dict[str, object]]:
    """Each report of the year at both sizes, one after the other in every round."""
    owned = journals(database)
    for kind in _KINDS:
        case = Case(f"report {kind}, one year", "the sum of the roll-ups", _whole(kind), _summed)
        yield compared(owned, (case,) * len(owned), GOAL)


def _whole(kind: ReportType) -> Callable[[Session], str]:
    made = REPORTS[kind]
    assert isinstance(made, Report)
    rows = TypeAdapter(list[made.row])  # type: ignore[name-defined]
    asked = Asked(datetime.now(UTC), date(2025, 1, 1), date(2025, 12, 31), None)

    def view(session: Session) -> str:
        _, found = snapshot_views.taken(session, asked, made.view)
        return rows.dump_json(rows.validate_python(found, from_attributes=True)).decode()

    return view


def _summed(journal: Journal) -> str:
    return journal.query(_SUMS)
