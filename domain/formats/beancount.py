"""Books in the language of Beancount, version 3."""

from collections.abc import Iterator
from datetime import date, timedelta

from domain.formats.plain_text import (
    Balances,
    Fact,
    Facts,
    PlainAccount,
    PlainBooks,
    PlainTransaction,
)
from domain.money import BASE_CURRENCY

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\t": r"\t", "\r": r"\r"})


class Beancount:
    """Writes directives; amounts are exact, so no tolerance is ever needed."""

    def head(self, books: PlainBooks) -> Iterator[str]:
        """Options, and an `open` for each account."""
        yield f'option "title" {_quoted(books.title)}\n'
        yield f'option "operating_currency" "{BASE_CURRENCY}"\n'
        for account in books.accounts:
            yield from self._open(books.opened_on, account)

    def transaction(self, transaction: PlainTransaction) -> Iterator[str]:
        """One transaction with what is known about it, and of each of its postings."""
        yield f"\n{transaction.day} * {_quoted(transaction.text)}\n"
        yield from _facts(transaction.facts, "  ")
        for posting in transaction.postings:
            yield f"  {posting.path}  {posting.amount:.2f} {BASE_CURRENCY}\n"
            yield from _facts(posting.facts, "    ")

    def assertion(self, day: date, balances: Balances) -> Iterator[str]:
        """A `balance` for each account: it holds at the beginning of its day."""
        if day == date.max:
            return
        yield "\n"
        next_day = day + timedelta(days=1)
        for path, balance in balances:
            yield f"{next_day} balance {path}  {balance:.2f} ~ 0.00 {BASE_CURRENCY}\n"

    def _open(self, day: date, account: PlainAccount) -> Iterator[str]:
        yield f"\n{day} open {account.path} {BASE_CURRENCY}\n"
        yield from _facts({"number": account.number, "name": account.name}, "  ")


def _facts(facts: Facts, indent: str) -> Iterator[str]:
    for key, fact in facts.items():
        if fact is not None:
            yield f"{indent}{key}: {_value(fact)}\n"


def _value(fact: Fact) -> str:
    return _quoted(fact) if isinstance(fact, str) else str(fact)


def _quoted(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'
