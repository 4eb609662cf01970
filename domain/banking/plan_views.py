"""What is to become of a statement, decided on what its account holds at this moment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from hashlib import sha1
from uuid import UUID

from sqlmodel import Session, select

from domain.banking.continuity import (
    Balances,
    FindingCode,
    ImportFinding,
    gap_finding,
    missing_amount,
)
from domain.banking.identity import (
    Decision,
    Evidence,
    Extent,
    Place,
    StoredEntry,
    Verdict,
    decide,
    digest_in_order,
    extent_of,
    place,
    with_proper_references,
)
from domain.banking.identity_views import AccountEvidence
from domain.banking.rows import BankAccountRow, BankStatementRow
from domain.banking.spool import Spooled, days_of
from domain.database.session import tenant_of
from domain.formats.statement import ReferenceKind, References, StatementKind
from domain.ids import derived_id

_KNOWN = Decision(Verdict.KNOWN)
_KIND_NAMES = {kind: repr(kind) for kind in ReferenceKind}
# The two highest bits of a UUID's ninth byte are 1 and 0 (RFC 9562).
_VARIANT = {sign: "89ab"[int(sign, 16) & 3] for sign in "0123456789abcdef"}


@dataclass(frozen=True, slots=True)
class StatementSubject:
    """Which statement of which import goes into which account; `number` counts from 0."""

    batch_id: UUID
    number: int
    account_id: UUID
    statement_id: UUID = field(init=False)

    def __post_init__(self) -> None:
        """Name the statement once: the same import makes the same one."""
        named = derived_id("bank-statement", self.batch_id, self.number)
        object.__setattr__(self, "statement_id", named)


@dataclass(frozen=True, slots=True)
class Plan:
    """Verdicts and references of the entries, what is to be told, and on which state it rests."""

    place: Place
    entries: Sequence[Evidence] = ()
    decisions: Sequence[Decision] = ()
    stored: dict[UUID, References] = field(default_factory=dict)
    extent: Extent | None = None
    findings: Sequence[ImportFinding] = ()
    evidence_digest: str = ""
    version: int = -1

    @property
    def is_repeat(self) -> bool:
        """Whether the statement has been delivered before, as it is."""
        return self.place is Place.REPEAT

    def decision(self, at: int) -> Decision:
        """Verdict on an entry, by its place from 0."""
        return self.decisions[at] if self.decisions else _KNOWN

    def references(self, at: int) -> References:
        """Proper references of an entry."""
        return self.entries[at].references

    def unlearned(self, at: int, entry_id: UUID) -> References:
        """References of a known entry of kinds that it has not been stored with."""
        kinds = {kind for kind, _ in self.stored.get(entry_id, ())}
        return tuple(each for each in self.references(at) if each[0] not in kinds)

    def is_named(self, at: int, entry_id: UUID) -> bool:
        """Whether the bank's own reference says that an entry is a stored one, not a count."""
        return not {*self.references(at)}.isdisjoint(self.stored.get(entry_id, ()))

    def row(
        self, session: Session, subject: StatementSubject, statement: Spooled, at: datetime
    ) -> BankStatementRow:
        """The statement as it is stored."""
        days = days_of(statement)
        head, end = statement.head, statement.end
        return BankStatementRow(
            tenant_id=tenant_of(session),
            id=subject.statement_id,
            bank_account_id=subject.account_id,
            batch_id=subject.batch_id,
            ordinal=subject.number,
            kind=head.kind.value,
            name=head.id,
            sequence=head.sequence,
            currency=statement.currency,
            opening=end.opening,
            closing=end.closing,
            first_day=days[0] if days else None,
            last_day=days[1] if days else None,
            entries=len(statement.entries),
            is_closed=self.extent.is_closed if self.extent else end.opening == end.closing,
            digest=self.extent.digest if self.extent else "",
            evidence_digest=self.evidence_digest or _evidence_digest(self.entries),
            created_at=at,
        )


def plan_statement(
    session: Session, statement: Spooled, subject: StatementSubject, done: int
) -> Plan:
    """Decide on a statement of which `done` entries are stored already."""
    account = session.get_one(BankAccountRow, (tenant_of(session), subject.account_id))
    entries = statement.entries
    if ReferenceKind.ENTRY in entries.kinds or entries.may_share():
        trusts = account.trusts_entry_reference
        proper = with_proper_references(entries, trusts_entry_reference=trusts)
        statement.entries = entries.others(proper)
    evidence = AccountEvidence(session, subject.account_id, subject.statement_id)
    maker = _Maker(session, statement, subject, evidence, account.currency)
    plan = maker.announcement() if _is_announcement(statement) else maker.statement(done)
    return replace(plan, entries=statement.entries)


def entry_ids(subject: StatementSubject, at: int, rows: int) -> Iterator[tuple[str, str]]:
    """Ids of the rows of an entry and of the entry: the first row bears that of its entry."""
    start = sha1(subject.statement_id.bytes + at.to_bytes(8, "big"), usedforsecurity=False)
    entry_id = _uuid(start.hexdigest())
    yield entry_id, entry_id
    for row in range(1, rows):
        each = start.copy()
        each.update(row.to_bytes(4, "big"))
        yield _uuid(each.hexdigest()), entry_id


def _uuid(digest: str) -> str:
    """A digest in the form of a UUID of version 5, written out.

    >>> _uuid("f" * 40)
    'ffffffffffff5fffbfffffffffffffff'
    """
    return f"{digest[:12]}5{digest[13:16]}{_VARIANT[digest[16]]}{digest[17:32]}"


def _is_announcement(statement: Spooled) -> bool:
    return statement.head.kind is not StatementKind.STATEMENT


def _evidence_digest(entries: Sequence[Evidence]) -> str:
    """All that identity looks at, in one word."""
    return digest_in_order(
        entries, lambda each: f"{each.day} {each.amount:.2f} {_named(each.references)}", ""
    )


def _named(references: References) -> str:
    """References as Python writes them, for so they stand in the digests of stored statements."""
    if len(references) != 1:
        return str(references)
    kind, value = references[0]
    return f"(({_KIND_NAMES[kind]}, {value!r}),)"


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the plan of one statement."""

    session: Session
    found: Spooled
    subject: StatementSubject
    evidence: AccountEvidence
    currency: str

    def statement(self, done: int) -> Plan:
        """A statement: placed by its balances, its entries decided."""
        findings = [*self._told()]
        if not self.found.entries:
            return Plan(Place.OVERLAP, findings=[*findings, *self._gaps()])
        extent = self._extent()
        line = self.evidence.line(extent)
        edges = {extent.first_day, extent.last_day}
        border = (each for each in self.found.entries if each.day in edges)
        where = place(extent, line, border)
        if where is Place.REPEAT:
            digest = _evidence_digest(self.found.entries)
            if self._is_known_evidence(extent, digest):
                return Plan(where, extent=extent, evidence_digest=digest)
        stored = self._stored(extent, where)
        known = [*line.statements, extent]
        mine = self._done(stored, done)
        decided = decide(self.found.entries, stored, (extent, where), known, mine)
        if where is Place.OVERLAP:
            findings += self._overlap(decided)
        if where is Place.REPEAT:
            findings += self._twice(extent, decided)
        return Plan(
            where,
            decisions=self._with_announced(extent, decided),
            stored={each.id: each.evidence.references for each in stored},
            extent=extent,
            findings=[*findings, *(() if where is Place.REPEAT else self._gaps())],
        )

    def announcement(self) -> Plan:
        """An interim report or an advice: what is not known yet waits for its statement."""
        findings = [*self._told()]
        if not self.found.entries:
            return Plan(Place.OVERLAP, findings=findings)
        extent = self._extent()
        days = (extent.first_day, extent.last_day)
        stored = self._unique(
            [
                *self.evidence.named(self.found.entries),
                *self.evidence.on_days(*days),
                *self.evidence.named(self.found.entries, announced=True),
                *self.evidence.announced(*days),
            ]
        )
        decided = decide(self.found.entries, stored, (extent, Place.REPEAT), [])
        if any(each.verdict is Verdict.NEW for each in decided):
            findings.append(
                self._finding(
                    FindingCode.ANNOUNCED_ONLY,
                    "The entries are announced: they count once a statement has them.",
                )
            )
        return Plan(
            Place.OVERLAP,
            decisions=decided,
            stored={each.id: each.evidence.references for each in stored},
            extent=extent,
            findings=findings,
        )

    def _extent(self) -> Extent:
        end = self.found.end
        return extent_of(
            self.subject.statement_id,
            self.found.head.id,
            (end.opening, end.closing),
            self.found.entries,
            self.found.entries.moved,
        )

    def _is_known_evidence(self, extent: Extent, digest: str) -> bool:
        """Whether a whole statement of the same balances, entries and references is stored."""
        query = select(BankStatementRow.id).where(
            BankStatementRow.tenant_id == tenant_of(self.session),
            BankStatementRow.bank_account_id == self.subject.account_id,
            BankStatementRow.last_day == extent.last_day,
            BankStatementRow.opening == extent.opening,
            BankStatementRow.closing == extent.closing,
            BankStatementRow.evidence_digest == digest,
            BankStatementRow.is_complete,
            BankStatementRow.id != self.subject.statement_id,
        )
        return self.session.exec(query).first() is not None

    def _stored(self, extent: Extent, where: Place) -> list[StoredEntry]:
        """What the entries may be: what bears their references, and the days where it counts."""
        named = [*self.evidence.named(self.found.entries)]
        if where in {Place.OVERLAP, Place.REPEAT}:
            named += self.evidence.on_days(extent.first_day, extent.last_day)
        return self._unique(named)

    def _unique(self, stored: Sequence[StoredEntry]) -> list[StoredEntry]:
        return [*{each.id: each for each in stored}.values()]

    def _done(self, stored: Sequence[StoredEntry], done: int) -> dict[int, UUID]:
        """Entries of an interrupted import that it has stored itself."""
        there = {each.id for each in stored}
        own = ((at, UUID(next(entry_ids(self.subject, at, 1))[0])) for at in range(done))
        return {at: entry_id for at, entry_id in own if entry_id in there}

    def _with_announced(self, extent: Extent, decided: list[Decision]) -> list[Decision]:
        """What is new and was announced becomes a movement instead of a second one."""
        if not self.evidence.has_announced:
            return decided
        new = [at for at, each in enumerate(decided) if each.verdict is Verdict.NEW]
        entries = [self.found.entries[at] for at in new]
        waiting = self.evidence.announced(extent.first_day, extent.last_day)
        waiting = self._unique([*self.evidence.named(entries, announced=True), *waiting])
        paired = decide(entries, waiting, (extent, Place.REPEAT), [])
        for at, each in zip(new, paired, strict=True):
            if each.verdict is Verdict.KNOWN:
                decided[at] = Decision(Verdict.NEW, each.entry_id)
        return decided

    def _told(self) -> Iterator[ImportFinding]:
        """What the statement itself says against itself."""
        found, end = self.found, self.found.end
        for note in end.notes:
            yield self._finding(FindingCode.BALANCE_UNREADABLE, note)
        missing = missing_amount(end.opening, end.closing, found.entries.total)
        if missing and not _is_announcement(found):
            yield replace(
                self._finding(
                    FindingCode.DOES_NOT_ADD_UP,
                    f"{missing} {found.currency or ''} are missing: the opening balance and the"
                    " entries do not give the closing balance.",
                ),
                amount=missing,
            )
        if found.currency and found.currency != self.currency:
            yield self._finding(
                FindingCode.CURRENCY_DIFFERS,
                f"The statement is in {found.currency}, the account in {self.currency}.",
            )
        if found.unsplit:
            yield replace(
                self._finding(
                    FindingCode.NOT_SPLIT,
                    "The parts of a collective booking do not add up to it: it is one row.",
                ),
                rows=tuple(found.unsplit[:100]),
                count=len(found.unsplit),
            )

    def _gaps(self) -> Iterator[ImportFinding]:
        """Where the statement does not follow the one before it, or the next one not it."""
        days = days_of(self.found)
        if days is None:
            return
        end = self.found.end
        head = self.found.head
        own = Balances(head.id, end.opening, end.closing, *days, self.found.currency)
        before = {*self.evidence.gaps()}
        for gap in self.evidence.gaps(own):
            if gap not in before:
                yield gap_finding(gap, head.iban, self.found.currency)

    def _overlap(self, decided: Sequence[Decision]) -> Iterator[ImportFinding]:
        known = [
            entry.day
            for entry, each in zip(self.found.entries, decided, strict=True)
            if each.verdict is not Verdict.NEW
        ]
        if known:
            yield replace(
                self._finding(
                    FindingCode.OVERLAP, "The statement overlaps what is stored of these days."
                ),
                first_day=min(known),
                last_day=max(known),
                count=len(known),
            )

    def _twice(self, extent: Extent, decided: Sequence[Decision]) -> Iterator[ImportFinding]:
        """New entries of a statement that is stored: by its balances the account has no room.

        Other references make them other entries; the balances say that they are there twice.
        """
        entries = zip(self.found.entries, decided, strict=True)
        new = [entry.amount for entry, each in entries if each.verdict is Verdict.NEW]
        total = sum(new, Decimal())
        if total:
            yield replace(
                self._finding(
                    FindingCode.DOUBLED,
                    f"{total} {self.found.currency or ''} are there twice: a statement of the same"
                    " days, amounts and balances is stored, with other references.",
                ),
                amount=total,
                first_day=extent.first_day,
                last_day=extent.last_day,
                count=len(new),
            )

    def _finding(self, code: FindingCode, message: str) -> ImportFinding:
        head = self.found.head
        return ImportFinding(
            code, message, account=head.iban, statement=head.id, currency=self.found.currency
        )
