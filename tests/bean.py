"""Loads a ledger with Beancount and prints what it found, as JSON: python -m tests.bean FILE.

It is a program of its own because of Beancount's licence; nothing imports it.
"""

import json
import sys
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from beancount import loader
from beancount.core import data, realization

_OWN = {"filename", "lineno"}


def main(path: str) -> None:
    """Print errors, accounts, balances, sums by period, and every transaction."""
    entries, errors, options = loader.load_file(path)
    transactions = [each for each in entries if isinstance(each, data.Transaction)]
    found = {
        "errors": [str(error.message) for error in errors],
        "title": options["title"],
        "opened": {each.account: facts(each) for each in entries if isinstance(each, data.Open)},
        "asserted": sum(isinstance(each, data.Balance) for each in entries),
        "balances": balances(entries),
        "years": years(entries),
        "periods": periods(transactions),
        "transactions": [told(each) for each in transactions],
    }
    json.dump(found, sys.stdout, default=plain)


def balances(entries: list[Any]) -> dict[str, str]:
    """Balance of every account that has one, as Beancount computes it."""
    found = {}
    tree: Any = realization
    for account in tree.iter_children(tree.realize(entries)):
        positions = account.balance.get_positions()
        assert all(each.units.currency == "EUR" and each.cost is None for each in positions)
        if positions:
            found[account.account] = str(sum(each.units.number for each in positions))
    return found


def years(entries: list[Any]) -> dict[str, dict[str, str]]:
    """Balance of every account over each calendar year alone."""
    found = {each.date.year for each in entries if isinstance(each, data.Transaction)}
    return {
        str(year): balances([each for each in entries if each.date.year == year]) for year in found
    }


def periods(transactions: list[Any]) -> dict[str, dict[str, dict[str, Decimal]]]:
    """Debit and credit of each account in each period."""
    found: dict[str, dict[str, dict[str, Decimal]]] = defaultdict(
        lambda: defaultdict(lambda: {"debit": Decimal(), "credit": Decimal()})
    )
    for each in transactions:
        for posting in each.postings:
            side = "debit" if posting.units.number > 0 else "credit"
            found[each.meta["period"]][posting.account][side] += abs(posting.units.number)
    return found


def told(transaction: Any) -> dict[str, Any]:
    """One transaction with its facts and postings."""
    return {
        "date": transaction.date,
        "text": transaction.narration,
        "facts": facts(transaction),
        "postings": [
            {"account": each.account, "amount": each.units.number, "facts": facts(each)}
            for each in transaction.postings
        ],
    }


def facts(subject: Any) -> dict[str, Any]:
    """What a directive says besides its form."""
    return {
        key: value
        for key, value in subject.meta.items()
        if key not in _OWN and not key.startswith("__")
    }


def plain(value: object) -> str:
    """Decimals, dates and amounts as text."""
    assert isinstance(value, Decimal | date), value
    return str(value)


if __name__ == "__main__":
    main(sys.argv[1])
