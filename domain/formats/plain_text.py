"""Books as plain text: accounts, transactions and balances as other ledger programs read them.

What is common to all such programs stands here; `beancount` and `hledger` write it down.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol
from unicodedata import combining, normalize

from domain.money import BASE_CURRENCY, exponent_of

_ROOTS = {
    "asset": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "revenue": "Income",
    "expense": "Expenses",
}
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "&": " und "}) | {
    ord(letter): spelt for letter, spelt in (("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"), ("ẞ", "SS"))
}
_GAP = re.compile(r"[^A-Za-z0-9]+")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of a currency; in the base currency unless it says otherwise."""

    amount: Decimal
    currency: str = BASE_CURRENCY

    def __str__(self) -> str:
        return f"{self.amount:.{exponent_of(self.currency)}f} {self.currency}"


Fact = str | int | date | Money
Facts = Mapping[str, Fact | None]


@dataclass(frozen=True, slots=True)
class PlainAccount:
    """An account under the path that other programs know it by."""

    number: str
    name: str
    path: str

    @property
    def root(self) -> str:
        """First part of the path, which tells its type."""
        return self.path.partition(":")[0]


@dataclass(frozen=True, slots=True)
class PlainPosting:
    """One movement; `amount` is debit minus credit, in the base currency."""

    path: str
    amount: Decimal
    facts: Facts


@dataclass(frozen=True, slots=True)
class PlainTransaction:
    """One accounting fact; its postings add up to zero. `number` is that of its first row."""

    day: date
    number: int
    text: str
    facts: Facts
    postings: Sequence[PlainPosting]


@dataclass(frozen=True, slots=True)
class PlainBooks:
    """What stands above all transactions: whose books, and the accounts they move."""

    title: str
    opened_on: date
    accounts: Sequence[PlainAccount]


Balances = Sequence[tuple[str, Decimal]]


class Form(Protocol):
    """A way to write books down."""

    def head(self, books: PlainBooks) -> Iterator[str]:
        """Lines above all transactions."""

    def transaction(self, transaction: PlainTransaction) -> Iterator[str]:
        """Lines of one transaction."""

    def assertion(self, day: date, balances: Balances) -> Iterator[str]:
        """Lines by which the reading program checks every balance after `day`, to the cent."""


def account_path(number: str, name: str, kind: str, category: str | None = None) -> str:
    """Path of an account, made of nothing but ASCII letters, digits, hyphens and colons.

    >>> account_path("2800", "Guthaben bei Kreditinstituten (Geschäft)", "asset", "bank")
    'Assets:Bank:2800-Guthaben-bei-Kreditinstituten-Geschaeft'
    """
    leaf = f"{number}-{component(name)}".rstrip("-")
    return ":".join(filter(None, (_ROOTS[kind], component(category or ""), leaf)))


def component(text: str) -> str:
    """One part of a path, or nothing where the text has no letter that can be spelt out.

    >>> component("übrige / sonstige"), component("北")
    ('Uebrige-sonstige', '')
    """
    spelt = normalize("NFC", text).translate(_SPELT_OUT)
    letters = "".join(each for each in normalize("NFKD", spelt) if not combining(each))
    joined = _GAP.sub("-", letters).strip("-")[:_LONGEST].rstrip("-")
    return joined[:1].upper() + joined[1:]
