"""A payment run of 500 invoices against 500 bookings posted as a batch, and its file.

Every invoice is of a vendor of its own. The limit of the file is a template that is filled with
words that are spelt already, parsed and held against the same schema.
"""

import itertools
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from uuid import UUID, uuid4

from lxml import etree
from sqlalchemy import text
from sqlmodel import Session

from domain.banking.file_ids import end_to_end_id
from domain.database.session import write_session
from domain.dates import local_day
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Side
from domain.payments import store as payment_runs
from domain.payments.business_day import next_business_day
from domain.payments.pain001 import Party, write
from domain.payments.run import RunItem
from domain.payments.transfer import initiation
from domain.posting import store as journal
from tests.benchmarks.measure import compare, spread
from tests.builders import Tenant, another_tenant
from tests.payables import a_bank_account, a_posted_invoice, a_vendor, acting, an_invoice
from tests.servers import Database, cloned, migrated_cluster

INVOICES = 500
TRANSFERS = 10_000
ROUNDS = 3
NOW = datetime.now(UTC)
_RUN = UUID(int=2**127 + 5)
_counter = itertools.count()


@dataclass
class Desk:
    """A tenant with vendors, and the seconds that each step took."""

    database: Database
    tenant: Tenant
    account_id: UUID
    vendors: list[UUID]
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def timed(self, step: str, act: Callable[[Session], object], who: str = "bookkeeper") -> None:
        """Act in a transaction and keep how long it took with its commit."""
        began = time.perf_counter()
        actor = acting(self.tenant, who)
        with write_session(self.database.engine, self.tenant.id, actor) as session:
            act(session)
        self.seconds.setdefault(step, []).append(time.perf_counter() - began)


def benchmarks(
    database: Database, invoices: int = INVOICES, transfers: int = TRANSFERS
) -> Iterator[dict[str, object]]:
    """How many times a batch of bookings each step of a run takes; then its file."""
    desk = _desk(database, invoices)
    for _ in range(ROUNDS):
        _round(desk)
    batch = desk.seconds.pop("batch")
    for step, took in desk.seconds.items():
        ratios = [mine / theirs for mine, theirs in zip(took, batch, strict=True)]
        yield {
            "name": f"payment run of {invoices}: {step}",
            "limit": f"{invoices} bookings posted as a batch",
            "goal": "at most 3 times",
            "seconds": spread(took),
            "limit_seconds": spread(batch),
            "ratio": spread(ratios),
        }
    yield file_benchmark(transfers)


def file_benchmark(transfers: int) -> dict[str, object]:
    """Transfers a second, written and validated."""
    items, template = _items(transfers), _template(transfers)
    schema = etree.XMLSchema(
        etree.fromstring(
            files("domain.payments").joinpath("xsd", "pain.001.001.09.xsd").read_bytes()
        )
    )

    def ours() -> float:
        began = time.perf_counter()
        write(initiation(_RUN, NOW, date(2026, 3, 3), _DEBTOR, items))
        return transfers / (time.perf_counter() - began)

    def limit() -> float:
        began = time.perf_counter()
        filled = template[0] + "".join(_ITEM.format(**each) for each in template[1]) + template[2]
        schema.assertValid(etree.fromstring(filled.encode()))
        return transfers / (time.perf_counter() - began)

    return compare(
        f"pain.001, {transfers} transfers, validated",
        "template and XSD",
        ours,
        limit,
        rounds=7,
        goal="at least a third",
    )


_DEBTOR = Party("Muster GmbH", "AT611904300234573201", "BKAUATWW")
_ITEM = """
      <CdtTrfTxInf>
        <PmtId>
          <EndToEndId>{id}</EndToEndId>
        </PmtId>
        <Amt>
          <InstdAmt Ccy="EUR">{amount}</InstdAmt>
        </Amt>
        <Cdtr>
          <Nm>{name}</Nm>
        </Cdtr>
        <CdtrAcct>
          <Id>
            <IBAN>{iban}</IBAN>
          </Id>
        </CdtrAcct>
        <RmtInf>
          <Ustrd>{words}</Ustrd>
        </RmtInf>
      </CdtTrfTxInf>"""


def _items(count: int) -> list[RunItem]:
    return [
        RunItem(
            item_id=UUID(int=at),
            invoice_id=UUID(int=at),
            vendor_id=UUID(int=at),
            vendor_name=f"Holzhandel Müller & Söhne {at} GmbH",
            vendor_iban="AT231400000000333333",
            vendor_bic=None,
            invoice_number=f"HP-{at}",
            amount=Decimal(at) / 100,
            reference=f"HP-{at}",
            transfer=at,
        )
        for at in range(1, count + 1)
    ]


def _template(count: int) -> tuple[str, list[dict[str, str]], str]:
    """What stands before the transfers of our own file, the words of each, and what is behind."""
    data = write(initiation(_RUN, NOW, date(2026, 3, 3), _DEBTOR, _items(count))).decode()
    head, _, _ = data.partition("\n      <CdtTrfTxInf>")
    tail = data[data.rindex("</CdtTrfTxInf>") + len("</CdtTrfTxInf>") :]
    words = [
        {
            "id": end_to_end_id(_RUN, at),
            "amount": f"{Decimal(at) / 100:.2f}",
            "name": f"Holzhandel Mueller + Soehne {at} GmbH",
            "iban": "AT231400000000333333",
            "words": f"HP-{at}",
        }
        for at in range(1, count + 1)
    ]
    return head.removeprefix("<?xml version='1.0' encoding='UTF-8'?>\n"), words, tail


def _desk(database: Database, vendors: int) -> Desk:
    tenant = another_tenant(database)
    actor = acting(tenant, "bookkeeper")
    with write_session(database.engine, tenant.id, actor) as session:
        account_id = a_bank_account(session)
        found = [a_vendor(session) for _ in range(vendors)]
    return Desk(database, tenant, account_id, found)


def _round(desk: Desk) -> None:
    actor = acting(desk.tenant, "bookkeeper")
    with write_session(desk.database.engine, desk.tenant.id, actor) as session:
        invoices = tuple(
            a_posted_invoice(session, an_invoice(vendor_id)) for vendor_id in desk.vendors
        )
    # What autovacuum does within a minute: without it the planner takes every table for empty.
    with desk.database.owner_engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    bookings = [_booking(next(_counter)) for _ in invoices]
    desk.timed("batch", lambda session: journal.book_all(session, bookings))
    new = payment_runs.NewRun(
        uuid4(), desk.account_id, next_business_day(local_day(NOW, "AT")), invoices
    )
    desk.timed("create", lambda session: payment_runs.create(session, new, NOW))
    desk.timed(
        "approve", lambda session: payment_runs.approve(session, new.run_id, NOW), "approver"
    )
    desk.timed("export", lambda session: payment_runs.export(session, new.run_id, NOW))


def _booking(number: int) -> Booking:
    amount = Decimal(100 + number)
    return Booking(
        intent_id=uuid4(),
        booking_date=date(2026, 3, 2),
        description=f"Papier {number}",
        lines=(
            Line("6815", Side.DEBIT, amount, "VST20"),
            Line("2800", Side.CREDIT, amount),
        ),
        source="api",
    )


def main() -> None:
    """These alone: `python -m tests.benchmarks.paying`."""
    with (
        tempfile.TemporaryDirectory() as folder,
        migrated_cluster(Path(folder), durable=True) as server,
        cloned(server) as database,
    ):
        json.dump(list(benchmarks(database)), sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
