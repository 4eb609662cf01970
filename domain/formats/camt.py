"""camt.053: bank statements, read from every version in use.

Read by local names, because Austrian banks send their own namespace and versions differ little;
one line for each transaction where the parts of an entry add up, else one for the entry.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from domain.errors import DomainError
from domain.formats import xml
from domain.formats.statement import RowError, Statement, StatementLine, UnsupportedFormat
from domain.money import amount as money
from domain.money import exponent_of

_NAMESPACE = re.compile(
    r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d\d"
    r"|ISO:camt\.053\.001\.\d\d:APC:STUZZA:payments:\d\d\d"
)
_NO_KEY = {"NOTPROVIDED", "NONREF", "NOTAVAILABLE"}
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(slots=True)
class _Rows:
    """Counts the rows of a file and keeps what went wrong."""

    position: int = 0
    errors: list[RowError] = field(default_factory=list)


class _Unreadable(Exception):
    """One row cannot be taken."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def read(data: bytes) -> tuple[Statement, ...]:
    """Read all statements of a file; bad rows stand in `errors`. Raises UnsupportedFormat."""
    root = xml.parse(data)
    name = xml.namespace(root)
    if xml.local_name(root) != "Document" or (name and not _NAMESPACE.fullmatch(name)):
        raise UnsupportedFormat("The file is no camt.053 statement.", namespace=name)
    rows = _Rows()
    statements = tuple(
        _statement(found, rows) for found in root.iterfind("{*}BkToCstmrStmt/{*}Stmt")
    )
    if not statements:
        raise UnsupportedFormat("The file holds no statement.")
    return statements


def _statement(element: etree._Element, rows: _Rows) -> Statement:
    iban = _text(element, "Acct/Id/IBAN") or _text(element, "Acct/Id/Othr/Id") or ""
    iban = re.sub(r"\s", "", iban).upper()
    first = len(rows.errors)
    lines = tuple(line for entry in _all(element, "Ntry") for line in _lines(entry, iban, rows))
    balances = {_text(found, "Tp/CdOrPrtry/Cd"): found for found in reversed(_all(element, "Bal"))}
    return Statement(
        id=_text(element, "Id") or "",
        iban=iban,
        currency=_text(element, "Acct/Ccy"),
        opening=_balance(balances.get("OPBD", balances.get("PRCD"))),
        closing=_balance(balances.get("CLBD")),
        lines=lines,
        errors=tuple(rows.errors[first:]),
    )


def _lines(entry: etree._Element, own_iban: str, rows: _Rows) -> Iterator[StatementLine]:
    """Lines of one entry; entries that are only announced give none."""
    if (_text(entry, "Sts/Cd") or _text(entry, "Sts")) not in {"BOOK", None}:
        return
    parts = _parts(entry)
    for part in parts:
        rows.position += 1
        try:
            yield _line(entry, part, own_iban, split=len(parts) > 1)
        except _Unreadable as error:
            rows.errors.append(RowError(rows.position, error.code, str(error)))


def _parts(entry: etree._Element) -> list[etree._Element | None]:
    """Transactions of an entry if they add up to it, else the entry as a whole (None)."""
    details = _all(entry, "NtryDtls/TxDtls")
    if len(details) == 1:
        return [details[0]]
    try:
        whole = _signed(entry, entry)
        parts = [_signed(_amount_of(found), found, entry) for found in details]
    except _Unreadable:
        return [None]
    return list(details) if details and sum(parts) == whole else [None]


def _amount_of(details: etree._Element) -> etree._Element:
    """Element that holds the amount of a transaction."""
    within = _one(details, "AmtDtls/TxAmt")
    return within if within is not None and _one(details, "Amt") is None else details


def _line(
    entry: etree._Element, details: etree._Element | None, own_iban: str, *, split: bool
) -> StatementLine:
    source = entry if details is None else details
    signed = _signed(_amount_of(source), source, entry) if split else _signed(entry, entry)
    party = _counterparty(source, own_iban, incoming=signed > 0)
    return StatementLine(
        booking_date=_date(entry, "BookgDt") or _missing("BookgDt"),
        amount=signed,
        currency=_currency(entry),
        value_date=_date(entry, "ValDt"),
        counterparty_name=party[0],
        counterparty_iban=party[1],
        remittance_information=_remittance(source) or _text(entry, "AddtlNtryInf"),
        end_to_end_id=_key(source, "Refs/EndToEndId"),
        bank_reference=_bank_reference(source, entry),
        batch_reference=_key(entry, "NtryDtls/Btch/PmtInfId"),
        kind=_kind(source) or _kind(entry),
    )


def _signed(
    holder: etree._Element, indicator: etree._Element, fallback: etree._Element | None = None
) -> Decimal:
    found = _one(holder, "Amt")
    if found is None:
        raise _Unreadable("MISSING_FIELD", "The amount is missing.")
    try:
        value = money(Decimal((found.text or "").strip()), exponent_of(found.get("Ccy", "EUR")))
    except (InvalidOperation, DomainError) as error:
        raise _Unreadable("INVALID_AMOUNT", f"{found.text!r} is no amount.") from error
    direction = _text(indicator, "CdtDbtInd")
    if direction is None and fallback is not None:
        direction = _text(fallback, "CdtDbtInd")
    if direction not in {"CRDT", "DBIT"}:
        raise _Unreadable("MISSING_FIELD", "The direction (CdtDbtInd) is missing.")
    return value if direction == "CRDT" else -value


def _balance(element: etree._Element | None) -> Decimal | None:
    try:
        return None if element is None else _signed(element, element)
    except _Unreadable:
        return None


def _currency(entry: etree._Element) -> str:
    found = _one(entry, "Amt")
    currency = "" if found is None else found.get("Ccy", "")
    if not _CURRENCY.fullmatch(currency):
        raise _Unreadable("INVALID_CURRENCY", f"{currency!r} is no currency.")
    return currency


def _date(entry: etree._Element, path: str) -> date | None:
    value = _text(entry, f"{path}/Dt") or _text(entry, f"{path}/DtTm")
    if value is None:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError as error:
        raise _Unreadable("INVALID_DATE", f"{value!r} is no date.") from error


def _missing(name: str) -> date:
    raise _Unreadable("MISSING_FIELD", f"{name} is missing.")


def _counterparty(
    source: etree._Element, own_iban: str, *, incoming: bool
) -> tuple[str | None, str | None]:
    """Name and IBAN of the other side; a return keeps the roles of the first payment."""
    roles = ("Dbtr", "Cdtr") if incoming else ("Cdtr", "Dbtr")
    found = [
        (
            _text(source, f"RltdPties/{role}/Nm") or _text(source, f"RltdPties/{role}/Pty/Nm"),
            _text(source, f"RltdPties/{role}Acct/Id/IBAN"),
        )
        for role in roles
    ]
    others = [party for party in found if any(party) and party[1] != own_iban]
    if _one(source, "RtrInf") is not None:
        others.reverse()
    return others[0] if others else (None, None)


def _remittance(source: etree._Element) -> str | None:
    words = "".join(found.text or "" for found in _all(source, "RmtInf/Ustrd"))
    reference = _text(source, "RmtInf/Strd/CdtrRefInf/Ref")
    return " ".join(part for part in (words.strip(), reference) if part) or None


def _bank_reference(source: etree._Element, entry: etree._Element) -> str | None:
    return (
        _key(source, "Refs/AcctSvcrRef")
        or _key(source, "Refs/TxId")
        or _key(entry, "AcctSvcrRef")
        or _key(entry, "NtryRef")
    )


def _kind(source: etree._Element) -> str | None:
    code = [_text(source, f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]
    return "/".join(filter(None, code)) or _text(source, "BkTxCd/Prtry/Cd")


def _key(element: etree._Element, path: str) -> str | None:
    """A reference, unless it says that there is none."""
    found = _text(element, path)
    return None if found in _NO_KEY else found


def _one(element: etree._Element, path: str) -> etree._Element | None:
    return element.find("/".join(f"{{*}}{name}" for name in path.split("/")))


def _all(element: etree._Element, path: str) -> list[etree._Element]:
    return element.findall("/".join(f"{{*}}{name}" for name in path.split("/")))


def _text(element: etree._Element, path: str) -> str | None:
    found = _one(element, path)
    return (found.text or "").strip() or None if found is not None else None
