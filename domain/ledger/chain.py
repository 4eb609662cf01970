"""Canonical form of journal entries and the hash chain over them (PROVEN).

One leaf is one journal entry in the form of facts/reports.md §6 with `debit_account`,
`credit_account` and `amount` in place of lines, plus the intent's id. Its version is
`journal-entry-1`, and `journal-entry-2` where it has a date of supply: a new field means a new
version, and what has it not keeps its hash.
"""

import hashlib
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from unicodedata import normalize
from uuid import UUID

import orjson

from domain.canonical import canonical
from domain.dates import instant
from domain.money import written

VERSION = "journal-entry-1"
WITH_SUPPLY_DATE = "journal-entry-2"
GENESIS = "0" * 64

_NUMBER_OPENS = b'"entry_no":'
_NUMBER_CLOSES = b',"fiscal_year":'


class Leaf(NamedTuple):
    """One journal entry as it is hashed; everything with accounting meaning is in it.

    `entry_seq` is the journal number, gapless per tenant; `entry_no` counts per fiscal
    year. Both are None until the entry is stored.
    """

    tenant: UUID | str
    fiscal_year: int
    period: str
    posting_date: date
    document_date: date | None
    posted_at: datetime
    kind: str
    reverses: str | None
    document_no: str | None
    document_sha256: str | None
    text_commitment: str
    created_by: str | None
    approved_by: str | None
    intent_id: UUID | str
    debit_account: str
    credit_account: str
    amount: Decimal
    debit_tax_code: str | None
    debit_tax_part: str | None
    credit_tax_code: str | None
    credit_tax_part: str | None
    debit_partner: str | None
    credit_partner: str | None
    fx_currency: str | None
    fx_amount: Decimal | None
    fx_rate: Decimal | None
    entry_seq: int | None = None
    entry_no: str | None = None
    supply_date: date | None = None

    @property
    def value(self) -> dict[str, object]:
        """The leaf as the canonical form wants it: strings, lists and null, keys in order."""
        return {
            "amount": written(self.amount),
            "approved_by": self.approved_by,
            "created_by": self.created_by,
            "credit_account": self.credit_account,
            "credit_partner": self.credit_partner,
            "credit_tax_code": self.credit_tax_code,
            "credit_tax_part": self.credit_tax_part,
            "currency": "EUR",
            "debit_account": self.debit_account,
            "debit_partner": self.debit_partner,
            "debit_tax_code": self.debit_tax_code,
            "debit_tax_part": self.debit_tax_part,
            "document_date": self.document_date and self.document_date.isoformat(),
            "document_no": self.document_no,
            "document_sha256": [self.document_sha256] if self.document_sha256 else [],
            "entry_no": self.entry_no,
            "entry_seq": _text(self.entry_seq),
            "fiscal_year": str(self.fiscal_year),
            "fx": self._fx,
            "intent_id": str(self.intent_id),
            "kind": self.kind,
            "period": self.period,
            "posted_at": instant(self.posted_at),
            "posting_date": self.posting_date.isoformat(),
            "reverses": self.reverses,
            **self._supplied,
            "tenant": str(self.tenant),
            "text_commitment": self.text_commitment,
            "v": WITH_SUPPLY_DATE if self.supply_date else VERSION,
        }

    @property
    def _supplied(self) -> dict[str, object]:
        return {"supply_date": self.supply_date.isoformat()} if self.supply_date else {}

    @property
    def _fx(self) -> dict[str, object] | None:
        if self.fx_currency is None:
            return None
        return {
            "amount": plain(self.fx_amount),
            "currency": self.fx_currency,
            "rate": plain(self.fx_rate),
        }

    @property
    def bytes(self) -> bytes:
        """Canonical bytes; text that is ASCII is in its normal form, and the keys are in order."""
        plainly = orjson.dumps(self.value)
        return plainly if plainly.isascii() else canonical(self.value)

    @property
    def around_number(self) -> tuple[str, str]:
        """Canonical text before and after the numbers, which are known only when it is stored."""
        whole = self.bytes
        opens = whole.index(_NUMBER_OPENS)
        closes = whole.index(_NUMBER_CLOSES, opens)
        return whole[:opens].decode(), whole[closes:].decode()


def audit_hash(leaf: bytes, prev_hash: str) -> str:
    """Hash of a journal entry: SHA-256 over its canonical bytes followed by the hash before it.

    >>> audit_hash(b"", GENESIS)[:8]
    '60e05bd1'
    """
    return hashlib.sha256(leaf + prev_hash.encode()).hexdigest()


def text_commitment(salt_hex: str, text: str) -> str:
    """Salted hash that stands for a free text, so that the text can go after retention."""
    salted = bytes.fromhex(salt_hex) + b"\x00" + normalize("NFC", text).encode()
    return hashlib.sha256(salted).hexdigest()


def plain(number: Decimal | None) -> str | None:
    """A decimal without exponent and trailing zeros, so that storing it changes nothing.

    >>> plain(Decimal("1.1000")), plain(Decimal("100"))
    ('1.1', '100')
    """
    return None if number is None else f"{number.normalize():f}"


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)
