"""What a journal entry can be found by: pieces of its texts, its accounts, its day and month.

The index of the journal keeps for each token the entries that bear it. An entry that a filter
finds bears every token of the filter; one that bears them all is still looked at.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from domain.dates import month_of

GRAM = 3
EVERY = "any"


@lru_cache(maxsize=20_000)
def grams(text: str) -> frozenset[str]:
    """Every piece of a text of at most three characters.

    >>> sorted(grams("miete"))[:6]
    ['e', 'et', 'ete', 'i', 'ie', 'iet']
    """
    return frozenset(
        text[at : at + length] for length in range(1, GRAM + 1) for at in range(len(text))
    )


def tokens_of(texts: Iterable[str | None], accounts: Iterable[str], day: date) -> set[str]:
    """Tokens of an entry with these (lower-case) texts, on these accounts, on a day.

    Tokens with a name are longer than any gram.
    """
    found = {EVERY, f"day:{day}", f"month:{month_of(day)}"}
    for text in texts:
        if text:
            found |= grams(text)
    for account in accounts:
        found |= grams(account)
        found.add(f"account:{account}")
    return found
