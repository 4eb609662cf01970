"""Imports statement files: each statement is placed and decided, then stored in pieces.

A piece is one transaction with its resume point, so an import that was killed goes on where it
was. Whoever imports into the same account in between is seen: the account counts its imports,
and a plan that is older than the account is made anew.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TypeVar
from uuid import UUID

import orjson
from pydantic import TypeAdapter
from sqlalchemy import TextClause, text, update
from sqlmodel import Session, col, select

from domain.banking import alias_store, detail_store
from domain.banking import bank_views as views
from domain.banking.account_names import Naming, named
from domain.banking.continuity import (
    MISMATCHES,
    FindingCode,
    ImportFinding,
)
from domain.banking.detail_store import Detailed, Known, Source
from domain.banking.identity import Decision, Verdict
from domain.banking.identity_views import COLUMN_OF
from domain.banking.plan_views import (
    Plan,
    StatementSubject,
    entry_ids,
    plan_statement,
)
from domain.banking.rows import BankAccountRow, BankImportRow, BankStatementRow
from domain.banking.spool import COLUMNS, Spool, Spooled, SpooledEntry, line_of, values_of
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.errors import DomainError, Invalid
from domain.formats.statement import (
    LeftOut,
    RowError,
    StatementKind,
    StatusFile,
    UnsupportedFormat,
)
from domain.ids import derived_ids

HELD = "held"
"""State of a file that nobody of the company brought: it waits for a person."""

PIECE = 5000
"""Entries that are stored in one transaction."""

_Result = TypeVar("_Result")
Transact = Callable[[Callable[[Session], _Result]], _Result]

# Two imports into one account at once wait for each other, so that each sees what is known.
CLAIM = text("SELECT pg_advisory_xact_lock(hashtextextended('bank' || CAST(:account AS text), 0))")

_DECIDED = (
    "id", "entry_id", "content_hash", "servicer_reference", "swift_reference",
    "unique_reference", "entry_reference",
)  # fmt: skip
_KINDS = tuple(COLUMN_OF)
_COLUMNS = (*COLUMNS, *_DECIDED)
_TYPES = {
    "position": "integer", "tx_date": "date", "value_date": "date", "amount": "numeric",
    "details": "jsonb", "id": "uuid", "entry_id": "uuid",
}  # fmt: skip
# COPY does not take rows into a table with row security, so they go through one of the session's.
_PIECE_TABLE = text(f"""
CREATE TEMPORARY TABLE IF NOT EXISTS bank_piece
    ({", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in _COLUMNS)})
ON COMMIT DELETE ROWS
""")
_COPY = f"COPY pg_temp.bank_piece ({', '.join(_COLUMNS)}) FROM STDIN"
_INSERT = text(f"""
INSERT INTO bank_transaction (tenant_id, bank_account_id, batch_id, statement_id, status,
    is_announced, match_count, created_at, {", ".join(_COLUMNS)})
SELECT :tenant, :account, :batch, :statement, :status, :announced, 0, :now, {", ".join(_COLUMNS)}
FROM pg_temp.bank_piece
""")  # noqa: S608 (names of columns only)
_CLEAR = text("TRUNCATE pg_temp.bank_piece")
_UPGRADE = text("""
UPDATE bank_transaction
SET is_announced = false, status = 'unreconciled', statement_id = :statement,
    last_batch_id = :batch
WHERE tenant_id = :tenant AND bank_account_id = :account AND is_announced
  AND coalesce(entry_id, id) = ANY(:entries)
""")
_OVERLAP = text("""
INSERT INTO bank_statement_overlap (tenant_id, statement_id, entry_id)
SELECT :tenant, :statement, entry FROM unnest(CAST(:entries AS uuid[])) AS entry
ON CONFLICT DO NOTHING
""")
_LEARN = text("""
UPDATE bank_transaction b
SET servicer_reference = coalesce(b.servicer_reference, r.servicer_reference),
    swift_reference = coalesce(b.swift_reference, r.swift_reference),
    unique_reference = coalesce(b.unique_reference, r.unique_reference),
    entry_reference = coalesce(b.entry_reference, r.entry_reference)
FROM json_to_recordset(CAST(:rows AS json))
    AS r(entry_id uuid, servicer_reference text, swift_reference text, unique_reference text,
         entry_reference text)
WHERE b.tenant_id = :tenant AND b.bank_account_id = :account
  AND coalesce(b.entry_id, b.id) = r.entry_id
""")
_ASK = text("""
INSERT INTO bank_question (tenant_id, batch_id, position, bank_account_id, statement_id,
    candidate_id, rows, "references")
SELECT :tenant, :batch, r.position, :account, :statement, r.candidate_id, r.rows, r.named
FROM json_to_recordset(CAST(:rows AS json))
    AS r(position integer, candidate_id uuid, rows jsonb, named jsonb)
""")
_VERSION = text("""
UPDATE bank_account SET import_version = import_version + 1
WHERE tenant_id = :tenant AND id = :account RETURNING import_version
""")


class StatementUnreadable(Invalid):
    """No statement of the file can be taken: an amount cannot be read, so none adds up."""

    code = "UNSUPPORTED_FORMAT"


class StatementMismatch(Invalid):
    """No statement of the file can be taken: its balances do not fit, and the account says so."""


@dataclass(frozen=True, slots=True)
class FileOrder:
    """A file to be imported; `bank_account_id` where a person named the account."""

    batch_id: UUID
    sha256: str
    bank_account_id: UUID | None = None
    source: str = "file"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import; `total_rows` is the sum of its parts.

    `undecided` of the skipped rows wait for a person.
    """

    batch_id: UUID
    total_rows: int
    imported: int
    skipped_duplicates: int
    errors: tuple[RowError, ...]
    findings: tuple[ImportFinding, ...] = ()
    undecided: int = 0


@dataclass(slots=True)
class Beside:
    """What status reports beside the statements have left; their statuses count as rows."""

    imported: int = 0
    skipped: int = 0
    errors: list[RowError] = field(default_factory=list)
    findings: list[ImportFinding] = field(default_factory=list)
    refusal: DomainError | None = None


TakeBeside = Callable[[Session, Sequence[StatusFile]], Beside]


@dataclass(frozen=True, slots=True)
class ImportedRows:
    """The rows of one entry that a person has called new; `key` names the entry."""

    batch_id: UUID
    account_id: UUID
    statement_id: UUID
    key: str
    rows: Sequence[bytes]
    references: Sequence[tuple[str, str]]


@dataclass(slots=True)
class _Progress:
    """Where an import stands: the next statement and entry, and the figures so far."""

    statement: int = 0
    entry: int = 0
    imported: int = 0
    skipped: int = 0
    undecided: int = 0
    findings: list[ImportFinding] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    refusal: DomainError | None = None

    def tell(self, finding: ImportFinding) -> None:
        """Take a finding over that counts; what is counted already of its statement is added."""
        same = (finding.code, finding.statement)
        for at, each in enumerate(self.findings):
            if (each.code, each.statement) == same:
                count = (each.count or 0) + (finding.count or 0)
                self.findings[at] = replace(each, count=count)
                return
        self.findings.append(finding)


def known_import(session: Session, order: FileOrder) -> Imported | None:
    """What became of this import, or of the same bytes before, if all of that was settled.

    The same bytes add nothing: that is said without reading them again.
    """
    row = session.get(BankImportRow, (tenant_of(session), order.batch_id))
    if row is not None and row.state != "importing":
        return imported(row)
    return _same_bytes(session, order)


def is_known(session: Session, order: FileOrder) -> bool:
    """Whether the same bytes were imported and all of that is settled."""
    return _same_row(session, order) is not None


def import_file(
    transact: Transact[object], order: FileOrder, spool: Spool, take: TakeBeside
) -> Imported:
    """Import what was read. Raises NotFound, IbanMismatch and refusals of whole files.

    `transact` runs an act in a transaction: one for all, or one for each. `take` takes the status
    reports of the file; repeated, it stores nothing twice.
    """
    naming, progress = _run(transact, lambda session: _begin(session, order, spool, take))
    for number in range(progress.statement, len(spool.statements)):
        _import_statement(transact, order, spool, number, naming, progress)
    return _run(transact, lambda session: _finish(session, order, naming, progress))


def store_rows(session: Session, entry: ImportedRows) -> None:
    """Store one more entry of a statement that was imported before."""
    session.execute(CLAIM, {"account": entry.account_id})
    ids = derived_ids(len(entry.rows), "bank-entry", entry.batch_id, entry.key)
    said = dict(entry.references)
    named = [said.get(kind.value) for kind in _KINDS]
    rows = []
    for row, row_id in zip(entry.rows, ids, strict=True):
        facts = orjson.loads(row)
        digest = hashlib.sha256(row_id.bytes).hexdigest()
        values = [_written(facts.get(name)) for name in COLUMNS]
        rows.append(line_of([*values, str(row_id), str(ids[0]), digest, *named]))
    of: dict[str, object] = {
        "tenant": tenant_of(session),
        "account": entry.account_id,
        "batch": entry.batch_id,
        "statement": entry.statement_id,
        "status": "unreconciled",
        "announced": False,
        "now": datetime.now(UTC),
    }
    _insert(session, rows, of)
    count_import(session, entry.account_id)


def _written(value: object) -> str | None:
    """A value of a row that waited as JSON, as COPY takes it."""
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def _insert(session: Session, lines: Sequence[bytes], of: dict[str, object]) -> None:
    """Store rows by their lines; `of` is what all of them have in common."""
    session.execute(_PIECE_TABLE)
    driver = session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(_COPY) as copy:  # type: ignore[union-attr]
        copy.write(b"".join(lines))
    session.execute(_INSERT, of)
    session.execute(_CLEAR)


def refuse(session: Session, order: FileOrder, error: DomainError) -> None:
    """Keep why an import was refused; it has left nothing else."""
    row = session.get(BankImportRow, (tenant_of(session), order.batch_id), with_for_update=True)
    problem: dict[str, object] = {
        "code": error.code,
        "message": error.message,
        "context": error.context,
    }
    if row is None:
        row = _new_row(session, order, 0)
        session.add(row)
    row.state, row.problem, row.finished_at = "refused", problem, datetime.now(UTC)
    session.flush()
    audit.record(session, "bank_import.refused", "bank_import", order.batch_id, after=problem)


def announce(session: Session, order: FileOrder, *, is_held: bool = False) -> None:
    """Let an import be seen before its file is read; a held one is read once it is released.

    Announced again and not held, it is released.
    """
    row = session.get(BankImportRow, (tenant_of(session), order.batch_id))
    if row is None:
        row = _new_row(session, order, 0)
        row.state = HELD if is_held else row.state
        session.add(row)
        session.flush()
    elif not is_held and row.state == HELD:
        release(session, row)


def release(session: Session, row: BankImportRow) -> None:
    """Let the import of a held file go on: a person says that it is the bank's."""
    row.state, row.created_by = "importing", actor_of(session).user_id
    session.flush()
    facts: dict[str, object] = {"sha256": row.sha256}
    audit.record(session, "bank_import.released", "bank_import", row.id, after=facts)


def read_so_far(session: Session, batch_id: UUID, rows: int) -> None:
    """Say how many rows of a file are read."""
    session.execute(
        update(BankImportRow)
        .where(
            col(BankImportRow.tenant_id) == tenant_of(session), col(BankImportRow.id) == batch_id
        )
        .values(rows_read=rows)
    )


def count_import(session: Session, bank_account_id: UUID) -> int:
    """Count that something is imported into an account; whoever plans by an older state sees it."""
    of = {"tenant": tenant_of(session), "account": bank_account_id}
    return int(session.execute(_VERSION, of).scalar_one())


def imported(row: BankImportRow) -> Imported:
    """The answer of an import."""
    return Imported(
        batch_id=row.id,
        total_rows=row.total_rows,
        imported=row.imported,
        skipped_duplicates=row.skipped_duplicates,
        errors=tuple(TypeAdapter(list[RowError]).validate_python(row.errors)),
        findings=tuple(TypeAdapter(list[ImportFinding]).validate_python(row.findings)),
        undecided=row.undecided,
    )


def _run(transact: Callable[..., object], act: Callable[[Session], _Result]) -> _Result:
    found: list[_Result] = []
    transact(lambda session: found.append(act(session)))
    return found[-1]


def _same_bytes(session: Session, order: FileOrder) -> Imported | None:
    row = _same_row(session, order)
    if row is None:
        return None
    again = session.get(BankImportRow, (tenant_of(session), order.batch_id)) or _new_row(
        session, order, row.rows_read
    )
    again.rows_read = row.rows_read
    again.bank_account_id = row.bank_account_id
    again.errors, again.findings, again.total_rows = row.errors, row.findings, row.total_rows
    again.skipped_duplicates = row.total_rows - len(row.errors)
    session.add(again)
    _close(session, again)
    return imported(again)


def _same_row(session: Session, order: FileOrder) -> BankImportRow | None:
    row = session.exec(
        select(BankImportRow)
        .where(
            BankImportRow.tenant_id == tenant_of(session),
            BankImportRow.sha256 == order.sha256,
            BankImportRow.source == "file",
            BankImportRow.state == "done",
        )
        .order_by(col(BankImportRow.created_at).desc())
    ).first()
    if (
        row is None
        or not _is_settled(row)
        or order.bank_account_id not in {None, row.bank_account_id}
    ):
        return None
    return row


def _is_settled(row: BankImportRow) -> bool:
    """Whether an import has nothing that another attempt could change."""
    again = {
        FindingCode.UNKNOWN_ACCOUNT,
        FindingCode.UNDECIDED,
        FindingCode.STATEMENT_REFUSED,
        FindingCode.FILE_SKIPPED,
        FindingCode.DETAILS_LEFT,
    }
    return not any(each["code"] in again for each in row.findings)


def _new_row(session: Session, order: FileOrder, rows_read: int) -> BankImportRow:
    return BankImportRow(
        tenant_id=tenant_of(session),
        id=order.batch_id,
        bank_account_id=order.bank_account_id,
        source=order.source,
        sha256=order.sha256,
        total_rows=0,
        imported=0,
        skipped_duplicates=0,
        errors=[],
        created_by=actor_of(session).user_id,
        created_at=datetime.now(UTC),
        state="importing",
        rows_read=rows_read,
    )


def _begin(
    session: Session, order: FileOrder, spool: Spool, take: TakeBeside
) -> tuple[Naming, _Progress]:
    """Find the accounts; store the import, or find where it stopped."""
    if order.bank_account_id is not None:
        views.account(session, order.bank_account_id)
    if not spool.statements and not spool.reports:
        raise UnsupportedFormat("The file holds no statement.")
    naming = Naming({}, {})
    if spool.statements:
        names = [statement.head.iban for statement in spool.statements]
        naming = named(names, alias_store.named_accounts(session), order.bank_account_id)
    row = session.get(BankImportRow, (tenant_of(session), order.batch_id))
    if row is None:
        row = _new_row(session, order, spool.rows)
        session.add(row)
    row.rows_read = spool.rows
    session.flush()
    progress = _progress_of(row)
    if not progress.statement and not progress.entry:
        progress.findings = [*_named_findings(session, naming, spool)]
        _add(progress, take(session, spool.reports))
    return naming, progress


def _add(progress: _Progress, beside: Beside) -> None:
    progress.imported, progress.skipped = beside.imported, beside.skipped
    progress.errors = beside.errors
    progress.findings += beside.findings
    progress.refusal = beside.refusal


def _progress_of(row: BankImportRow) -> _Progress:
    so_far = imported(row)
    return _Progress(
        statement=row.next_statement,
        entry=row.next_entry,
        imported=row.imported,
        skipped=row.skipped_duplicates,
        undecided=row.undecided,
        findings=list(so_far.findings),
        errors=list(so_far.errors),
    )


def _left_out(left: LeftOut) -> ImportFinding:
    """Rows that vanish with a word: a layout may call booked what it wants."""
    states = f" ({', '.join(left.words)})" if left.words else ""
    return ImportFinding(
        FindingCode.ROWS_LEFT_OUT,
        f"{left.count} rows are not booked, as the file or its layout says{states}:"
        " they are left out.",
        account=left.account or None,
        amount=left.amount,
        currency=left.currency,
        count=left.count,
    )


def _named_findings(session: Session, naming: Naming, spool: Spool) -> Iterator[ImportFinding]:
    for note in spool.notes:
        yield ImportFinding(FindingCode.FILE_SKIPPED, note)
    yield from map(_left_out, spool.left_out)
    for name, account_id in naming.proposals.items():
        alias_store.propose(session, account_id, name)
        yield ImportFinding(
            FindingCode.ACCOUNT_NAME_DIFFERS,
            f"The file calls the account {name}: keep that name if it is right.",
            account=name,
        )
    for name in (name for name, account_id in naming.accounts.items() if account_id is None):
        rows = sum(each.rows for each in spool.statements if each.head.iban == name)
        yield ImportFinding(
            FindingCode.UNKNOWN_ACCOUNT,
            f"No bank account is called {name or 'nothing'}: its statements are left out.",
            account=name,
            count=rows,
        )


def _import_statement(
    transact: Transact[object],
    order: FileOrder,
    spool: Spool,
    number: int,
    naming: Naming,
    progress: _Progress,
) -> None:
    statement = spool.statements[number]
    account_id = naming.accounts[statement.head.iban]
    if account_id is not None:
        subject = StatementSubject(order.batch_id, number, account_id)
        _Statement(transact, spool, statement, subject, progress).take()
    progress.statement, progress.entry = number + 1, 0


@dataclass(slots=True)
class _Statement:
    """One statement on its way into one account."""

    transact: Transact[object]
    spool: Spool
    statement: Spooled
    subject: StatementSubject
    progress: _Progress
    plan: Plan | None = None

    def take(self) -> None:
        """Place and decide it, then store it piece by piece."""
        if self.statement.is_unreadable:
            self._refuse_unreadable()
            return
        entries = self.spool.read(self.statement, self.progress.entry)
        while True:
            piece = list(islice(entries, PIECE))
            is_last = len(piece) < PIECE
            if not _run(
                self.transact,
                partial(self._store, piece=piece, is_last=is_last),
            ):
                return
            if is_last:
                return

    def _refuse_unreadable(self) -> None:
        statement, progress = self.statement, self.progress
        progress.errors += statement.errors
        reason = "the file broke off" if statement.is_broken else "an amount cannot be read"
        finding = self._finding(
            FindingCode.STATEMENT_REFUSED, f"The statement is left out: {reason}."
        )
        progress.findings.append(replace(finding, count=statement.rows))
        progress.refusal = StatementUnreadable(
            finding.message,
            reason=reason,
            rows=[[each.row, each.code, each.message] for each in statement.errors[:20]],
        )

    def _store(self, session: Session, *, piece: Sequence[SpooledEntry], is_last: bool) -> bool:
        """Store a piece; False when the statement is refused."""
        session.execute(CLAIM, {"account": self.subject.account_id})
        version = count_import(session, self.subject.account_id)
        if self.plan is None or self.plan.version + 1 != version:
            first = self.plan is None and self.progress.entry == 0
            self.plan = plan_statement(session, self.statement, self.subject, self.progress.entry)
            if first and not self._accepted(session, self.plan):
                return False
        self.plan = replace(self.plan, version=version)
        _Piece(session, self.subject, self.statement, self.plan, self.progress).store(piece)
        self.progress.entry += len(piece)
        self._keep(session, is_last=is_last)
        return True

    def _accepted(self, session: Session, plan: Plan) -> bool:
        """Take the findings over; store the statement unless its account refuses mismatches."""
        account = session.get_one(BankAccountRow, (tenant_of(session), self.subject.account_id))
        progress = self.progress
        bad = [each for each in plan.findings if each.code in MISMATCHES]
        progress.findings += plan.findings
        if bad and account.refuses_mismatch:
            finding = self._finding(FindingCode.STATEMENT_REFUSED, bad[0].message)
            progress.findings.append(replace(finding, count=self.statement.rows))
            progress.refusal = StatementMismatch(
                bad[0].message, amount=bad[0].amount, currency=bad[0].currency
            )
            return False
        progress.errors += self.statement.errors
        session.add(plan.row(session, self.subject, self.statement, datetime.now(UTC)))
        session.flush()
        return True

    def _keep(self, session: Session, *, is_last: bool) -> None:
        """Write down how far the import is."""
        progress = self.progress
        session.execute(
            update(BankImportRow)
            .where(
                col(BankImportRow.tenant_id) == tenant_of(session),
                col(BankImportRow.id) == self.subject.batch_id,
            )
            .values(
                next_statement=self.subject.number + is_last,
                next_entry=0 if is_last else progress.entry,
                **_figures(progress),
            )
        )
        if is_last:
            session.execute(
                update(BankStatementRow)
                .where(
                    col(BankStatementRow.tenant_id) == tenant_of(session),
                    col(BankStatementRow.id) == self.subject.statement_id,
                )
                .values(is_complete=True)
            )

    def _finding(self, code: FindingCode, message: str) -> ImportFinding:
        head = self.statement.head
        return ImportFinding(code, message, account=head.iban, statement=head.id)


@dataclass(slots=True)
class _Piece:
    """Some entries of a statement, in one transaction."""

    session: Session
    subject: StatementSubject
    statement: Spooled
    plan: Plan
    progress: _Progress
    new: list[bytes] = field(default_factory=list)
    asked: list[dict[str, object]] = field(default_factory=list)
    upgraded: list[Known] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    held: list[UUID] = field(default_factory=list)
    learned: list[dict[str, object]] = field(default_factory=list)

    def store(self, entries: Sequence[SpooledEntry]) -> None:
        """Sort the entries by their verdict, and store each sort at once."""
        for entry in entries:
            self._sort(entry, self.plan.decision(entry.at))
        statement, batch = self.subject.statement_id, self.subject.batch_id
        if self.new:
            _insert(self.session, self.new, self._of() | self._new())
        source = Source(self.subject.account_id, batch)
        if self.upgraded:
            detail_store.replace(self.session, source, self.upgraded)
            announced = [each.entry_id for each in self.upgraded]
            self._run(_UPGRADE, {"entries": announced, "statement": statement, "batch": batch})
        if self.known:
            self._tell(detail_store.detail(self.session, source, self.known))
        if self.held and not self.plan.is_repeat:
            self._run(_OVERLAP, {"entries": self.held, "statement": statement})
        if self.learned:
            self._run(_LEARN, {"rows": orjson.dumps(self.learned).decode()})
        if self.asked:
            rows = orjson.dumps(self.asked).decode()
            self._run(_ASK, {"rows": rows, "statement": statement, "batch": batch})

    def _sort(self, entry: SpooledEntry, decision: Decision) -> None:
        count = len(entry.rows)
        if decision.verdict is Verdict.NEW:
            self.progress.imported += count
            if decision.entry_id is None:
                self._add(entry)
            else:
                self.upgraded.append(Known(entry, decision.entry_id))
            return
        self.progress.skipped += count
        if decision.verdict is Verdict.ASK:
            self.progress.undecided += count
            self.asked.append(self._question(entry, decision))
        elif decision.entry_id is not None:
            self.held.append(decision.entry_id)
            is_named = self.plan.is_named(entry.at, decision.entry_id)
            self.known.append(Known(entry, decision.entry_id, is_named=is_named))
            self._learn(entry, decision.entry_id)

    def _tell(self, found: Detailed) -> None:
        """Say how many stored movements got details, and how many are in the books as they were."""
        head = self.statement.head
        told = (
            (FindingCode.DETAILS_ADDED, found.told, "Stored movements got their details."),
            (
                FindingCode.DETAILS_LEFT,
                found.left,
                "Movements are reconciled, or have evidence: details that came for them were left.",
            ),
        )
        for code, count, words in told:
            if count:
                finding = ImportFinding(code, words, account=head.iban, statement=head.id)
                self.progress.tell(replace(finding, count=count))

    def _add(self, entry: SpooledEntry) -> None:
        said = dict(self.plan.references(entry.at))
        named = [said.get(kind) for kind in _KINDS]
        ids = entry_ids(self.subject, entry.at, len(entry.rows))
        for row, (row_id, entry_id) in zip(entry.rows, ids, strict=True):
            digest = hashlib.sha256(row_id.encode()).hexdigest()
            ids_of_row = f"\t{row_id}\t{entry_id}\t{digest}\t".encode()
            self.new.append(row + ids_of_row + line_of(named))

    def _question(self, entry: SpooledEntry, decision: Decision) -> dict[str, object]:
        rows = [_facts(row) for row in entry.rows]
        return {
            "position": rows[0]["position"],
            "candidate_id": decision.entry_id,
            "named": [list(each) for each in self.plan.references(entry.at)],
            "rows": rows,
        }

    def _learn(self, entry: SpooledEntry, entry_id: UUID) -> None:
        """A known entry may bear a kind of reference that the first delivery had not."""
        kinds = self.plan.unlearned(entry.at, entry_id)
        if kinds:
            said = {COLUMN_OF[kind]: value for kind, value in kinds}
            self.learned.append({"entry_id": entry_id, **said})

    def _new(self) -> dict[str, object]:
        announced = self.statement.head.kind is not StatementKind.STATEMENT
        return {
            "batch": self.subject.batch_id,
            "statement": self.subject.statement_id,
            "status": "excluded" if announced else "unreconciled",
            "announced": announced,
            "now": datetime.now(UTC),
        }

    def _run(self, query: TextClause, values: dict[str, object]) -> None:
        self.session.execute(query, self._of() | values)

    def _of(self) -> dict[str, object]:
        return {"tenant": tenant_of(self.session), "account": self.subject.account_id}


def _facts(line: bytes) -> dict[str, object]:
    """A row as a person is asked about it, and as it waits for the answer."""
    facts: dict[str, object] = dict(zip(COLUMNS, values_of(line), strict=True))
    details = facts["details"]
    facts["position"] = int(str(facts["position"]))
    facts["details"] = details and orjson.loads(str(details))
    return facts


def _figures(progress: _Progress) -> dict[str, object]:
    return {
        "imported": progress.imported,
        "skipped_duplicates": progress.skipped,
        "undecided": progress.undecided,
        "total_rows": progress.imported + progress.skipped + len(progress.errors),
        "errors": [asdict(error) for error in progress.errors],
        "findings": _plain(progress.findings),
    }


def _plain(findings: Sequence[ImportFinding]) -> list[dict[str, object]]:
    """Findings as JSON; amounts keep their cents as text."""
    found: list[dict[str, object]] = TypeAdapter(list[ImportFinding]).dump_python(
        list(findings), mode="json"
    )
    return [
        {name: value for name, value in each.items() if value not in (None, [])} for each in found
    ]


def _finish(session: Session, order: FileOrder, naming: Naming, progress: _Progress) -> Imported:
    if progress.refusal and not progress.imported + progress.skipped:
        raise progress.refusal
    if progress.undecided:
        progress.findings.append(
            ImportFinding(
                FindingCode.UNDECIDED,
                "Nothing in the bank's evidence says whether these rows are new: a person does.",
                count=progress.undecided,
            )
        )
    row = session.get_one(
        BankImportRow, (tenant_of(session), order.batch_id), populate_existing=True
    )
    accounts = {account for account in naming.accounts.values() if account}
    row.bank_account_id = min(accounts) if len(accounts) == 1 else None
    for name, value in _figures(progress).items():
        setattr(row, name, value)
    _close(session, row)
    return imported(row)


def _close(session: Session, row: BankImportRow) -> None:
    row.state, row.finished_at = "done", datetime.now(UTC)
    session.flush()
    after: dict[str, object] = {"imported": row.imported, "rows": row.total_rows}
    audit.record(session, "bank_import.stored", "bank_import", row.id, after=after)
