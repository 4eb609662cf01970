"""Books in the language of hledger, which Ledger reads for the most part."""

import json
import re
from collections.abc import Iterator
from datetime import date

from domain.formats.plain_text import (
    Balances,
    Fact,
    Facts,
    PlainBooks,
    PlainTransaction,
)
from domain.money import BASE_CURRENCY

_TYPES = {"Assets": "A", "Liabilities": "L", "Equity": "E", "Income": "R", "Expenses": "X"}
# What would end a description or a tag; hledger knows no escape.
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029;]+")
_NOT_IN_JSON = re.compile(r"[\x7f-\x9f\u2028\u2029,]")
_NO_TAG = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029,\"]|^\s|\s$|^$")


class Hledger:
    """Writes a journal file; texts that a line cannot hold stand in a tag beside it, as JSON."""

    def head(self, books: PlainBooks) -> Iterator[str]:
        """How numbers are written, and a directive for each account."""
        yield f"; {_line(books.title)}\n"
        yield f"decimal-mark .\ncommodity 1000.00 {BASE_CURRENCY}\n\n"
        for account in books.accounts:
            kind = _TYPES[account.root]
            facts = {"type": kind, "number": account.number, "name": account.name}
            yield f"account {account.path}  ; {', '.join(_tags(facts))}\n"

    def transaction(self, transaction: PlainTransaction) -> Iterator[str]:
        """One transaction; its code is the number of its first row."""
        line = _line(transaction.text)
        yield f"\n{transaction.day} * ({transaction.number}) {line}".rstrip() + "\n"
        whole = {} if line == transaction.text else {"text": transaction.text}
        for tag in _tags({**whole, **transaction.facts}):
            yield f"    ; {tag}\n"
        for posting in transaction.postings:
            tags = ", ".join(_tags(posting.facts))
            yield f"    {posting.path}  {posting.amount:.2f} {BASE_CURRENCY}  ; {tags}\n"

    def assertion(self, day: date, balances: Balances) -> Iterator[str]:
        """A last transaction that moves nothing and says what each balance is."""
        yield f"\n{day} * Balances\n"
        for path, balance in balances:
            yield f"    {path}  0.00 {BASE_CURRENCY} = {balance:.2f} {BASE_CURRENCY}\n"


def _tags(facts: Facts) -> Iterator[str]:
    for key, fact in facts.items():
        if fact is not None:
            yield f"{key}:{_value(fact)}"


def _value(fact: Fact) -> str:
    """A value as it is, or as JSON where it holds what would end the tag."""
    text = str(fact)
    if not _NO_TAG.search(text):
        return text
    written = json.dumps(text, ensure_ascii=False)
    return _NOT_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def _line(text: str) -> str:
    r"""The text on one line, without what would begin a comment.

    >>> _line("one; two\nthree")
    'one two three'
    """
    return " ".join(_UNSPEAKABLE.sub(" ", text).split())
