"""Reconciling 500 pairs in one call, against posting 500 bookings as a batch.

Each movement pays one open invoice in full, so that each pair is a settlement: a posting of two
rows with its audit event, as each of the bookings is. The planner knows the tables, as it does a
minute after an import.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

from domain.banking import bank_views, reconciliation_store, statement_store
from domain.banking.bank_transaction import BankTransaction
from domain.banking.bank_views import TransactionFilter
from domain.banking.reconciliation_store import Target
from domain.banking.statement_store import Delivery
from domain.banking.suggestion import CandidateKind
from domain.database.session import write_session
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Side
from domain.posting import store as journal
from tests.benchmarks.measure import compare
from tests.builders import Tenant, another_tenant
from tests.payables import DAY, a_bank_account, a_vendor
from tests.servers import Database, cloned, migrated_cluster

PAIRS = 500
_PAYABLES, _BANK, _COST = "3300", "2800", "6815"


def benchmarks(database: Database) -> Iterator[dict[str, object]]:
    """Pairs a second against bookings a second; the goal is at least half."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        account_id, vendor_id = a_bank_account(session), a_vendor(session)
    yield compare(
        f"reconciling {PAIRS} pairs in one call",
        f"posting {PAIRS} bookings as a batch",
        lambda: _reconcile(database, tenant, account_id, vendor_id),
        lambda: _post(database, tenant),
        goal="ratio at least 0.5",
    )


def _reconcile(database: Database, tenant: Tenant, account_id: UUID, vendor_id: UUID) -> float:
    lines = (
        Line(_COST, Side.DEBIT, Decimal(100)),
        Line(_PAYABLES, Side.CREDIT, Decimal(100), partner_id=vendor_id),
    )
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        owed = [each.intent_id for each in journal.book_all(session, _bookings(lines))]
        rows = [
            BankTransaction(DAY, Decimal(-100), "EUR", reference=str(uuid4())) for _ in range(PAIRS)
        ]
        statement_store.import_rows(session, Delivery(uuid4(), account_id, rows))
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        found, _ = bank_views.transactions(
            session, TransactionFilter(account_id), limit=PAIRS, offset=0
        )
        pairs = [
            (row.id, Target(intent_id, CandidateKind.OPEN_LIABILITY, _PAYABLES))
            for row, intent_id in zip(found, owed, strict=True)
        ]
    _analyze(database)
    begin = time.perf_counter()
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        refused = reconciliation_store.reconcile_all(session, pairs)
    took = time.perf_counter() - begin
    assert not refused
    return PAIRS / took


def _analyze(database: Database) -> None:
    url = database.owner_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(url, autocommit=True) as session:
        session.execute("VACUUM (ANALYZE)")


def _post(database: Database, tenant: Tenant) -> float:
    lines = (Line(_COST, Side.DEBIT, Decimal(100)), Line(_BANK, Side.CREDIT, Decimal(100)))
    wanted = _bookings(lines)
    begin = time.perf_counter()
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        journal.book_all(session, wanted)
    return PAIRS / (time.perf_counter() - begin)


def _bookings(lines: tuple[Line, ...]) -> list[Booking]:
    return [
        Booking(
            intent_id=uuid4(),
            booking_date=DAY,
            description="Papier",
            lines=lines,
            source="booking",
            external_reference=str(uuid4()),
        )
        for _ in range(PAIRS)
    ]


def main() -> None:
    """Reconciling alone: `python -m tests.benchmarks.reconciling`."""
    with (
        tempfile.TemporaryDirectory() as folder,
        migrated_cluster(Path(folder), durable=True) as server,
        cloned(server) as database,
    ):
        json.dump(list(benchmarks(database)), sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
