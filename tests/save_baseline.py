"""Save a database of the baseline with books in it: `python -m tests.save_baseline`.

Every later schema must take it over (tests/deploy/test_migrations.py). It was made once, by the
first release, and is never made again.
"""

import sys
import tempfile
from datetime import date
from pathlib import Path

from deploy.migrations.run import newest
from domain.database.session import write_session
from tests.books import Books
from tests.builders import another_tenant
from tests.payables import a_bank_account, a_posted_invoice, a_vendor, an_invoice
from tests.schema_dump import BASELINE, save
from tests.servers import Database, cloned, migrated_cluster


def main() -> None:
    """Write the file, unless the schema has gone on since."""
    if newest() != "0001":
        sys.exit("The schema has gone on: the saved baseline stays as it is.")
    with (
        tempfile.TemporaryDirectory() as folder,
        migrated_cluster(Path(folder)) as server,
        cloned(server) as database,
    ):
        _fill(database)
        save(server, str(database.engine.url.database), BASELINE)


def _fill(database: Database) -> None:
    """Two years of bookings, a reversal, invoices that are owed, and one that is not posted."""
    tenant = another_tenant(database)
    books = Books(database, tenant)
    for month in range(1, 13):
        books.sell(date(2025, month, 3), "1200.00", "UST20")
        books.buy(date(2025, month, 17), "240.00", "VST20")
    taken_back = books.sell(date(2026, 1, 8), "600.00", "UST20")
    books.reverse(taken_back, date(2026, 1, 9))
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        a_bank_account(session)
        vendor = a_vendor(session)
        for gross in ("120.00", "360.00", "1200.00"):
            a_posted_invoice(session, an_invoice(vendor, gross, due=date(2026, 4, 1)))


if __name__ == "__main__":
    main()
