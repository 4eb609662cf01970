"""camt.053.001.08: a statement written, as a bank would send it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import cast

from lxml import etree

from domain.formats.statement import Statement, StatementLine

_WRITTEN = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_LEVELS = 3  # domain, family and sub-family of a transaction code


def write_statement(statement: Statement, created_at: str) -> bytes:
    """Write camt.053.001.08; neighbours of one `batch_reference` become one entry.

    `created_at` is an ISO 8601 instant, such as dates.instant gives.
    """
    root = etree.Element(f"{{{_WRITTEN}}}Document", nsmap=cast(dict[str, str], {None: _WRITTEN}))
    message = _add(root, "BkToCstmrStmt")
    header = _add(message, "GrpHdr")
    _add(header, "MsgId", statement.id[:35])
    _add(header, "CreDtTm", created_at)
    body = _add(message, "Stmt")
    _add(body, "Id", statement.id[:35])
    _add(body, "CreDtTm", created_at)
    account = _add(body, "Acct")
    _add(account, "Id/IBAN", statement.iban)
    if statement.currency:
        _add(account, "Ccy", statement.currency)
    _write_balance(body, statement, "OPBD", statement.opening)
    _write_balance(body, statement, "CLBD", statement.closing)
    for lines in _entries(statement.lines):
        _write_entry(body, lines)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _entries(lines: tuple[StatementLine, ...]) -> Iterator[list[StatementLine]]:
    batch: list[StatementLine] = []
    for line in lines:
        if batch and (
            line.batch_reference is None or line.batch_reference != batch[0].batch_reference
        ):
            yield batch
            batch = []
        batch.append(line)
    if batch:
        yield batch


def _write_balance(
    body: etree._Element, statement: Statement, code: str, value: Decimal | None
) -> None:
    if value is None:
        return
    days = [line.booking_date for line in statement.lines] or [date(1970, 1, 1)]
    balance = _add(body, "Bal")
    _add(balance, "Tp/CdOrPrtry/Cd", code)
    _write_amount(balance, value, statement.currency or "EUR")
    _add(balance, "Dt/Dt", (min(days) if code == "OPBD" else max(days)).isoformat())


def _write_entry(body: etree._Element, lines: list[StatementLine]) -> None:
    first = lines[0]
    entry = _add(body, "Ntry")
    _write_amount(entry, sum((line.amount for line in lines), Decimal()), first.currency)
    _add(entry, "Sts/Cd", "BOOK")
    _add(entry, "BookgDt/Dt", first.booking_date.isoformat())
    _add(entry, "ValDt/Dt", (first.value_date or first.booking_date).isoformat())
    code = (first.kind or "").split("/")
    domain = _add(entry, "BkTxCd")
    if len(code) == _LEVELS:
        part = _add(domain, "Domn")
        _add(part, "Cd", code[0])
        family = _add(part, "Fmly")
        _add(family, "Cd", code[1])
        _add(family, "SubFmlyCd", code[2])
    details = _add(entry, "NtryDtls")
    if first.batch_reference:
        _add(details, "Btch/PmtInfId", first.batch_reference)
    for line in lines:
        _write_details(_add(details, "TxDtls"), line)


def _write_details(details: etree._Element, line: StatementLine) -> None:
    references = _add(details, "Refs")
    if line.bank_reference:
        _add(references, "AcctSvcrRef", line.bank_reference)
    _add(references, "EndToEndId", line.end_to_end_id or "NOTPROVIDED")
    _write_amount(details, line.amount, line.currency)
    said = dict(line.details)
    if charges := said.get("charges"):
        record = _add(details, "Chrgs/Rcrd")
        _write_amount(record, -Decimal(charges), line.currency)
    role = "Dbtr" if line.amount > 0 else "Cdtr"
    if line.counterparty_name or line.counterparty_iban:
        parties = _add(details, "RltdPties")
        if line.counterparty_name:
            _add(parties, f"{role}/Pty/Nm", line.counterparty_name)
        if line.counterparty_iban:
            _add(parties, f"{role}Acct/Id/IBAN", line.counterparty_iban)
    if line.remittance_information:
        _add(details, "RmtInf/Ustrd", line.remittance_information)
    if reason := said.get("return_reason"):
        _add(details, "RtrInf/Rsn/Cd", reason)


def _write_amount(parent: etree._Element, value: Decimal, currency: str) -> None:
    _add(parent, "Amt", f"{abs(value):f}").set("Ccy", currency)
    _add(parent, "CdtDbtInd", "CRDT" if value >= 0 else "DBIT")


def _add(parent: etree._Element, path: str, words: str | None = None) -> etree._Element:
    element = parent
    for name in path.split("/"):
        element = etree.SubElement(element, f"{{{_WRITTEN}}}{name}")
    element.text = words
    return element
