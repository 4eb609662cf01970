"""JSON exports: our own form of movements, and that of Erste Bank's George.

Ours is the body of `POST /v1/bank-transactions`, or its `transactions` alone. George's amounts
are `value` with `precision` decimals.
"""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from domain.errors import DomainError
from domain.formats.statement import (
    Entry,
    Part,
    ReferenceKind,
    RowError,
    StatementEnd,
    StatementHead,
    StatementLine,
    Unreadable,
    UnsupportedFormat,
)
from domain.iban import written
from domain.money import amount as money
from domain.money import exponent_of

LIMIT = 32 * 1024 * 1024
_DAY_LENGTH = 10


def parts(source: BinaryIO) -> Iterator[Part]:
    """Read a file. Raises UnsupportedFormat."""
    data = source.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise UnsupportedFormat("The JSON is too large.", limit=LIMIT)
    rows, account = _rows(data)
    yield StatementHead("json", written(account), None)
    for position, row in enumerate(rows, 1):
        try:
            yield _entry(position, row)
        except Unreadable as error:
            yield RowError(position, error.code, str(error))
    yield StatementEnd(None, None)


def _rows(data: bytes) -> tuple[list[Any], str]:
    try:
        found = json.loads(data, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise UnsupportedFormat("The JSON cannot be read.", reason=str(error)) from error
    account = ""
    if isinstance(found, dict):
        account = str(found.get("iban") or "")
        found = found.get("transactions")
    if not isinstance(found, list) or not found:
        raise UnsupportedFormat("The JSON holds no list of movements.")
    return found, account


def _entry(position: int, row: Any) -> Entry:
    if not isinstance(row, dict):
        raise Unreadable("UNREADABLE_ROW", "A movement is no object.")
    george = isinstance(row.get("amount"), dict)
    line = _of_george(row) if george else _ours(row)
    reference = row.get("transactionId") if george else line.bank_reference
    references = ((ReferenceKind.UNIQUE, str(reference)),) if reference else ()
    return Entry(position, (line,), references)


def _ours(row: dict[str, Any]) -> StatementLine:
    currency = str(row.get("currency") or "EUR")
    return StatementLine(
        booking_date=_day(row, "tx_date"),
        amount=_amount(row.get("amount"), currency),
        currency=currency,
        value_date=_day(row, "value_date") if row.get("value_date") else None,
        counterparty_name=_words(row, "counterparty_name"),
        counterparty_iban=written(_words(row, "counterparty_iban") or "") or None,
        remittance_information=_words(row, "reference"),
        bank_reference=_words(row, "bank_reference"),
        kind=_words(row, "tx_type"),
    )


def _of_george(row: dict[str, Any]) -> StatementLine:
    amount, partner = row["amount"], row.get("partnerAccount") or {}
    currency = str(amount.get("currency") or "EUR")
    value, precision = amount.get("value"), amount.get("precision", 2)
    if not isinstance(value, int) or not isinstance(precision, int):
        raise Unreadable("INVALID_AMOUNT", f"{value!r} is no amount.")
    return StatementLine(
        booking_date=_day(row, "booking"),
        amount=_amount(Decimal(value).scaleb(-precision), currency),
        currency=currency,
        value_date=_day(row, "valuation") if row.get("valuation") else None,
        counterparty_name=_words(row, "partnerName"),
        counterparty_iban=written(_words(partner, "iban") or "") or None,
        remittance_information=_words(row, "reference") or _words(row, "note"),
        bank_reference=_words(row, "referenceNumber"),
    )


def _amount(value: object, currency: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise Unreadable("INVALID_AMOUNT", f"{value!r} is no amount.")
    try:
        return money(value, min(exponent_of(currency), 2))
    except DomainError as error:
        raise Unreadable("INVALID_AMOUNT", f"{value!r} is no amount.") from error


def _day(row: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(str(row.get(name) or "")[:_DAY_LENGTH])
    except ValueError as error:
        raise Unreadable("INVALID_DATE", f"{row.get(name)!r} is no date.") from error


def _words(row: dict[str, Any], name: str) -> str | None:
    value = row.get(name) if isinstance(row, dict) else None
    return value.strip() or None if isinstance(value, str) else None
