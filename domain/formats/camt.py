"""camt.052, camt.053 and camt.054, read from every version in use.

Read by local names, because Austrian banks send their own namespace, some send none, and
versions differ little. An entry has one line for each of its transactions where these add up to
it, else one line and a note. Reversals are not turned: CdtDbtInd has their direction already.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import BinaryIO

from domain.formats.camt_amounts import signed, split_amounts
from domain.formats.camt_form import DayForm, EntryForm, LineForm, key
from domain.formats.statement import (
    Entry,
    Leaving,
    Part,
    RowError,
    Statement,
    StatementEnd,
    StatementHead,
    StatementKind,
    StatementLine,
    Unreadable,
    UnsupportedFormat,
    collected,
)
from domain.formats.xml_stream import Found, Node, XmlStream, text

_NAMESPACE = re.compile(
    r"urn:iso:std:iso:20022:tech:xsd:camt\.05[234]\.001\.\d\d"
    r"|ISO:camt\.05[234]\.001\.\d\d:APC:STUZZA:payments:\d\d\d"
)
_KINDS = {
    "BkToCstmrStmt": StatementKind.STATEMENT,
    "BkToCstmrAcctRpt": StatementKind.INTERIM,
    "BkToCstmrDbtCdtNtfctn": StatementKind.ADVICE,
}
_STATEMENTS = {"Stmt", "Rpt", "Ntfctn"}
# OPBD says what PRCD says; German banks send PRCD only. ITBD opens and ends a part of a
# statement that was divided.
_OPENINGS, _CLOSINGS = ("OPBD", "PRCD", "ITBD"), ("CLBD", "ITBD")
_SPLIT = "The parts of a collective booking do not add up to it: it is one line."


def read(data: bytes) -> tuple[Statement, ...]:
    """Read all statements of a small file; bad rows stand in `errors`. Raises UnsupportedFormat."""
    return tuple(collected(parts(BytesIO(data))))


def parts(source: BinaryIO) -> Iterator[Part]:
    """Read a file as a stream. Raises UnsupportedFormat."""
    stream = XmlStream(_STATEMENTS, item="Ntry")
    file = _File()
    for found in stream.read(source):
        if file.kind is None:
            file.kind = _kind(stream)
        yield from file.took(found)
    _kind(stream)
    if not file.statements:
        raise UnsupportedFormat("The file holds no statement.")


def _kind(stream: XmlStream) -> StatementKind:
    name, kind = stream.namespace, _KINDS.get(stream.body)
    if stream.root != "Document" or kind is None or (name and not _NAMESPACE.fullmatch(name)):
        raise UnsupportedFormat("The file is no camt statement.", namespace=name)
    return kind


@dataclass(slots=True)
class _File:
    """Where the reading stands: rows are numbered through the file."""

    kind: StatementKind | None = None
    position: int = 0
    statements: int = 0
    current: Node | None = None
    own_iban: str = ""
    left_out: Leaving = field(default_factory=Leaving)
    forms: dict[Node, EntryForm] = field(default_factory=dict)

    def took(self, found: Found) -> Iterator[Part]:
        statement = found.parent if found.name == "Ntry" else found.node
        if self.current is not statement:
            self.current = statement
            self.statements += 1
            self.own_iban = text(statement, "Acct", "Id", "IBAN") or ""
            yield _head(statement, self.kind or StatementKind.STATEMENT)
        if found.name == "Ntry":
            taken = self._entry(self._form(found), statement)
            if taken is not None:
                yield taken
        else:
            yield _end(statement)
            if self.left_out.count:
                yield self.left_out.ended(_account(statement))
                self.left_out = Leaving()
            self.current = None

    def _form(self, found: Found) -> EntryForm:
        """Where the facts stand; elements that are used again are few."""
        if not found.reused:
            return EntryForm(found.node)
        form = self.forms.get(found.node)
        if form is None:
            form = self.forms[found.node] = EntryForm(found.node)
        return form

    def _leave(self, form: EntryForm) -> None:
        try:
            self.left_out.take(form.moved(), form.currency(), form.state)
        except Unreadable:
            self.left_out.take(None, None, form.state)

    def _entry(self, form: EntryForm, statement: Node) -> Part | None:
        """One entry, or why it cannot be taken; None for one that is only announced."""
        if not form.is_booked:
            self._leave(form)
            return None
        self.position += 1
        try:
            found = _entry(self.position, form, statement, self.own_iban)
        except Unreadable as error:
            return RowError(self.position, error.code, str(error))
        self.position += len(found.lines) - 1
        return found


def _account(statement: Node) -> str:
    """What the file calls the account; empty where it does not."""
    iban = text(statement, "Acct", "Id", "IBAN")
    return iban or text(statement, "Acct", "Id", "Othr", "Id") or ""


def _head(statement: Node, kind: StatementKind) -> StatementHead:
    account = _account(statement)
    return StatementHead(
        id=text(statement, "Id") or "",
        iban=re.sub(r"\s", "", account or "").upper(),
        currency=text(statement, "Acct", "Ccy"),
        kind=kind,
        sequence=text(statement, "LglSeqNb") or text(statement, "ElctrncSeqNb"),
    )


def _end(statement: Node) -> StatementEnd:
    balances = {
        text(found, "Tp", "CdOrPrtry", "Cd"): found for found in reversed(statement.findall("Bal"))
    }
    opening = next((balances[code] for code in _OPENINGS if code in balances), None)
    closing = next((balances[code] for code in _CLOSINGS if code in balances), None)
    notes: list[str] = []
    return StatementEnd(
        opening=_balance(opening, notes),
        closing=_balance(closing, notes),
        first_day=_span(statement, "FrDtTm") or _balance_day(opening),
        last_day=_span(statement, "ToDtTm") or _balance_day(closing),
        notes=tuple(notes),
    )


def _balance(balance: Node | None, notes: list[str]) -> Decimal | None:
    try:
        return None if balance is None else signed(balance, balance)
    except Unreadable as error:
        notes.append(f"A balance cannot be read: {error}")
        return None


def _balance_day(balance: Node | None) -> date | None:
    try:
        return None if balance is None else DayForm(balance.find("Dt")).read()
    except Unreadable:
        return None


def _span(statement: Node, name: str) -> date | None:
    try:
        span = statement.find("FrToDt")
        return None if span is None else DayForm(span.find(name)).read()
    except Unreadable:
        return None


def _entry(position: int, form: EntryForm, statement: Node, own_iban: str) -> Entry:
    whole = form.moved()
    if len(form.parts) <= 1:
        line = _line(form.whole, form, statement, (whole, own_iban))
        return Entry(position, (line,), form.references())
    amounts = split_amounts(form.parts, form.entry, whole)
    sources = form.divided() if amounts else [form.whole]
    lines = tuple(
        _line(source, form, statement, (amount, own_iban))
        for source, amount in zip(sources, amounts or [whole], strict=True)
    )
    return Entry(position, lines, form.references(), None if amounts else _SPLIT)


def _line(
    source: LineForm, form: EntryForm, statement: Node, of: tuple[Decimal, str]
) -> StatementLine:
    """One line of an entry; `of` are its amount and the account's own IBAN."""
    amount, own_iban = of
    name, iban = source.counterparty(own_iban, incoming=amount > 0)
    source.check_amount()
    refs = source.references()
    return StatementLine(
        _booked(form, statement),
        amount,
        form.currency(),
        form.valued.read(),
        name,
        iban,
        source.remittance() or text(form.entry, "AddtlNtryInf"),
        key(refs.get("EndToEndId")),
        key(refs.get("AcctSvcrRef")) or key(refs.get("TxId")) or form.called(),
        key(source.batch()) or key(refs.get("PmtInfId")),
        source.kind(),
        source.details(refs),
    )


def _booked(form: EntryForm, statement: Node) -> date:
    """Day of booking; a bank that leaves it out gives that of value, or that of the statement."""
    found = form.booked.read() or form.valued.read()
    for balance in () if found else statement.findall("Bal"):
        if text(balance, "Tp", "CdOrPrtry", "Cd") in _CLOSINGS:
            found = found or _balance_day(balance)
    # An advice may name no day at all but that of its own making.
    found = found or DayForm(statement.find("CreDtTm")).read()
    if found is None:
        raise Unreadable("MISSING_FIELD", "BookgDt is missing.")
    return found
