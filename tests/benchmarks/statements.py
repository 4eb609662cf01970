"""Statements of 50,000 and 200,000 entries, file to committed rows, against expat and COPY.

Run: `python -m tests.benchmarks.statements [entries ...]`. The yardstick of the same run is what no
import can do without: expat over the file without a handler, and COPY of the same rows into a
table of the same columns and indexes. Prints seconds, the ratio, how much memory grew, and the
ratio of the seconds of the processor, which says more where others use the machine, too.
"""

import json
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import NamedTuple
from uuid import UUID, uuid4
from xml.parsers.expat import ParserCreate

from domain.banking import import_store, statement_store
from domain.banking.account import BankAccount
from domain.banking.import_store import FileOrder, Imported
from domain.banking.spool import Spool
from domain.database.session import write_session
from domain.formats import statement_file
from domain.payments import answer_file_store
from tests.benchmarks.measure import processor_seconds, spread
from tests.builders import Tenant, another_tenant
from tests.servers import Database, cloned, migrated_cluster
from worker.__main__ import spare_startup

SIZES = (50_000, 200_000)
MT940_ENTRIES = 50_000
ROUNDS = 3
_IBAN = "AT611904300234573201"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr>'
    "<MsgId>{name}</MsgId><CreDtTm>2026-11-21T06:00:00</CreDtTm></GrpHdr><Stmt><Id>{name}</Id>"
    "<CreDtTm>2026-11-21T06:00:00</CreDtTm><Acct><Id><IBAN>" + _IBAN + "</IBAN></Id><Ccy>EUR</Ccy>"
    "</Acct>"
)
_BALANCE = (
    '<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{value}</Amt>'
    "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>"
)
_ENTRY = (
    '<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    "<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
    "<AcctSvcrRef>2026{number:012}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd>"
    "<SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs>"
    '<EndToEndId>E2E-{number}</EndToEndId></Refs><Amt Ccy="EUR">{amount}</Amt>'
    "<CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Kundin {number} GmbH</Nm></Pty></Dbtr>"
    "<DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct></RltdPties>"
    "<RmtInf><Ustrd>Rechnung RE-2026-{number} Kundennummer {number}</Ustrd></RmtInf>"
    "</TxDtls></NtryDtls></Ntry>"
)


class Spent(NamedTuple):
    """Seconds on the wall, and those of the processor: of this process and the database's."""

    seconds: float
    processor: float


def a_statement(entries: int, name: str = "BIG") -> bytes:
    """A camt.053 over so many credits, spread over twenty days."""
    amounts = [f"{100 + number % 900}.{number % 100:02}" for number in range(entries)]
    cents = sum(int(each.replace(".", "")) for each in amounts)
    file = BytesIO()
    file.write(_HEAD.format(name=name).encode())
    file.write(_BALANCE.format(code="OPBD", value="0.00").encode())
    file.write(_BALANCE.format(code="CLBD", value=f"{cents // 100}.{cents % 100:02}").encode())
    for number, amount in enumerate(amounts):
        day = f"2026-11-{1 + number * 20 // entries:02}"
        file.write(_ENTRY.format(amount=amount, day=day, number=number).encode())
    file.write(b"</Stmt></BkToCstmrStmt></Document>")
    return file.getvalue()


def imported(database: Database, tenant: Tenant, file: bytes, sha256: str) -> Imported:
    """Import a file as the worker does: read, then one transaction for each piece."""

    def transact(act: object) -> object:
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            return act(session)  # type: ignore[operator]

    with Spool() as spool:
        spool.take(statement_file.parts(BytesIO(file)))
        return import_store.import_file(
            transact, FileOrder(uuid4(), sha256), spool, answer_file_store.take
        )


def an_office(database: Database) -> tuple[Tenant, UUID]:
    """A tenant with a bank account."""
    tenant = another_tenant(database)
    account = BankAccount("Giro", _IBAN, "2800")
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        return tenant, statement_store.open_account(session, uuid4(), account)


def expat_and_copy(database: Database, tenant: Tenant, file: bytes) -> Spent:
    """Seconds of expat over the file and COPY of the rows that are stored."""
    with database.owner_engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE IF NOT EXISTS bare (LIKE bank_transaction INCLUDING ALL)"
        )
        connection.exec_driver_sql("TRUNCATE bare")
        connection.commit()
        cursor = connection.connection.cursor()
        # Row security holds for the owner, too: without a tenant there would be nothing to copy.
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", (str(tenant.id),))
        rows_of = "SELECT * FROM bank_transaction WHERE tenant_id"
        query = f"COPY ({rows_of} = '{tenant.id}') TO STDOUT"
        with cursor.copy(query) as copy:
            rows = b"".join(bytes(each) for each in copy)

        def act() -> None:
            ParserCreate().Parse(file, True)  # noqa: FBT003 (named by expat)
            with cursor.copy("COPY bare FROM STDIN") as copy:
                copy.write(rows)
            connection.connection.commit()

        spent = _spent(database, act)
        assert cursor.rowcount == rows.count(b"\n") > 0
        return spent


def benchmarks(database: Database, sizes: Sequence[int] = SIZES) -> Iterator[dict[str, object]]:
    """Rounds of each size: the first import, the same entries again, and the yardstick."""
    spare_startup()  # as a worker begins
    for entries in sizes:
        yield _rounds(database, entries)
    yield _mt940(database)


def _rounds(database: Database, entries: int) -> dict[str, object]:
    found = [_round(database, entries) for _ in range(ROUNDS)]
    first, again = [each[0] for each in found], [each[1] for each in found]
    bare = [each[2] for each in found]
    return {
        "name": f"CAMT.053 of {entries} entries, file to committed rows",
        "limit": "expat over the file, and COPY of the same rows",
        "goal": "at most 3 times; again at most 2 times",
        "rounds": ROUNDS,
        "seconds": spread([each.seconds for each in first]),
        "again_seconds": spread([each.seconds for each in again]),
        "limit_seconds": spread([each.seconds for each in bare]),
        "times": _times(first, bare),
        "again_times": _times(again, bare),
        "processor_times": _processor_times(first, bare),
        "again_processor_times": _processor_times(again, bare),
        "grown_mebibytes": found[0][3],
    }


def _times(ours: Sequence[Spent], limit: Sequence[Spent]) -> dict[str, float]:
    return spread([a.seconds / b.seconds for a, b in zip(ours, limit, strict=True)])


def _processor_times(ours: Sequence[Spent], limit: Sequence[Spent]) -> dict[str, float]:
    return spread([a.processor / b.processor for a, b in zip(ours, limit, strict=True)])


def _round(database: Database, entries: int) -> tuple[Spent, Spent, Spent, float]:
    """What the import spends, the same again, and the yardstick; MiB it grew by."""
    file, repeated = a_statement(entries), a_statement(entries, "AGAIN")
    tenant, _ = an_office(database)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    first = _stored(database, lambda: imported(database, tenant, file, "a" * 64), entries)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    again = _stored(database, lambda: imported(database, tenant, repeated, "b" * 64), 0)
    return first, again, expat_and_copy(database, tenant, file), round(grown / 1024, 1)


def _stored(database: Database, act: Callable[[], Imported], entries: int) -> Spent:
    """What an import spends that stores so many rows."""
    done: list[Imported] = []
    spent = _spent(database, lambda: done.append(act()))
    assert done[0].imported == entries
    return spent


def _spent(database: Database, act: Callable[[], object]) -> Spent:
    before, start = processor_seconds(database), perf_counter()
    act()
    took = perf_counter() - start
    return Spent(took, processor_seconds(database) - before)


def _mt940(database: Database) -> dict[str, object]:
    """MT940 against the parse alone of the library mt-940, which nothing else uses."""
    text = an_mt940(MT940_ENTRIES)
    library = import_module("mt940")  # for this alone
    ours: list[Spent] = []
    limit: list[Spent] = []
    for _ in range(ROUNDS):
        tenant, _ = an_office(database)
        act = partial(imported, database, tenant, text.encode(), "c" * 64)
        ours.append(_stored(database, act, MT940_ENTRIES))
        limit.append(_spent(database, lambda: library.parse(text)))
    return {
        "name": f"MT940 of {MT940_ENTRIES} entries, file to committed rows",
        "limit": "the parse alone of the library mt-940",
        "goal": "at most 1 time",
        "rounds": ROUNDS,
        "seconds": spread([each.seconds for each in ours]),
        "limit_seconds": spread([each.seconds for each in limit]),
        "times": _times(ours, limit),
        "processor_times": _processor_times(ours, limit),
    }


def an_mt940(entries: int) -> str:
    """An MT940 statement of so many credits with structured details."""
    amounts = [f"{100 + number % 900},{number % 100:02}" for number in range(entries)]
    cents = sum(int(each.replace(",", "")) for each in amounts)
    lines = [":20:BIG", f":25:{_IBAN}", ":28C:1/1", ":60F:C261101EUR0,00"]
    for number, amount in enumerate(amounts):
        day = f"{1 + number * 20 // entries:02}"
        lines += [
            f":61:2611{day}11{day}C{amount}N166NONREF//B{number:012}",
            (
                f":86:166?00GUTSCHRIFT?20EREF+E2E-{number}?21SVWZ+Rechnung RE-2026-{number}"
                f"?22 Kundennummer {number}?30COBADEFF?31DE89370400440532013000"
                f"?32Kundin {number} GmbH"
            ),
        ]
    lines += [f":62F:C261120EUR{cents // 100},{cents % 100:02}", "-", ""]
    return "\r\n".join(lines)


def main(sizes: Sequence[int]) -> None:
    """Print each size."""
    with (
        tempfile.TemporaryDirectory() as folder,
        migrated_cluster(Path(folder), durable=True) as server,
        cloned(server) as database,
    ):
        for each in benchmarks(database, sizes):
            sys.stdout.write(json.dumps(each) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or SIZES)
